"""Own choice first: nothing of the answer before it is recorded; then both stand side by side, and there is a file."""

from __future__ import annotations

import pytest
import streamlit as st

from mac_core.errors import CATALOGUE
from mac_core.runs.own_choices import OwnChoices, patient_key
from mac_core.runs.prediction import predict_patients
from mac_core.runs.store import RunStore
from tests.pages.shown import chart_texts
from tests.pages.words import said


@pytest.fixture
def predicted(visit):
    def start(run, row=10):
        run_id = RunStore().save(run)
        at = visit("patient", run=run_id, row=str(row))
        at.button(key=f"patient_{run_id}_{row}_predict").click().run()
        assert not at.exception
        return at, run_id, patient_key(run_id, run.rows.iloc[[row]], row)

    return start


def hidden(at) -> None:
    """Nothing of the answer is on the page."""
    words = said(at)
    assert "Your own choice comes first" in words
    for part in ("Of 100 patients like this one", "Expected under each treatment", "Who was similar", "What if"):
        assert part not in words
    assert not chart_texts(at)
    assert not at.main.dataframe


def test_by_default_nobody_is_asked(predicted, trial):
    at, _, _ = predicted(trial)
    assert at.toggle(key="ask_first").value is False
    assert "Of 100 patients like this one" in said(at)
    assert "Your own choice" not in said(at)


def test_the_choice_comes_before_the_answer_and_stands_beside_it(predicted, trial, monkeypatch):
    monkeypatch.setenv("MAC_ASK_FIRST", "1")
    files = {}
    monkeypatch.setattr(st, "download_button", lambda label, data, file_name=None, **rest: files.update({file_name: data}))
    at, run_id, key = predicted(trial)
    hidden(at)
    assert not [toggle for toggle in at.toggle if toggle.key == "ask_first"]
    assert at.radio(key=f"own_choice_{key}").options == ["0_placebo", "1_indomethacin", "None of these"]
    assert at.radio(key=f"own_choice_{key}").value is None
    at.button(key=f"own_record_{key}").click().run()
    assert CATALOGUE["own_choice_incomplete"].message in said(at)
    hidden(at)
    at.radio(key=f"own_choice_{key}").set_value("0_placebo")
    at.text_area(key=f"own_reason_{key}").set_value("low *risk*")
    at.button(key=f"own_record_{key}").click().run()
    assert not at.exception
    words = said(at)
    assert "before the answer was shown: 0_placebo. Your reason: low *risk*" in words
    assert "The verdict then: " in words
    assert "Of 100 patients like this one" in words
    (made,) = OwnChoices().of_run(run_id)
    shown = predict_patients(trial, trial.rows.iloc[[10]]).outcomes["outcome"].droplevel(0)
    assert made.patient == key
    assert made.answer.expected == {"0_placebo": shown["0_placebo"], "1_indomethacin": shown["1_indomethacin"]}
    name = f"choices-{run_id}-{made.created[:10]}.csv"
    assert "low *risk*" in files[name].decode("utf-8-sig")
    # Changed values are another patient.
    at.number_input(key=f"patient_{run_id}_10_0").set_value(33)
    at.button(key=f"patient_{run_id}_10_predict").click().run()
    hidden(at)


def test_who_has_seen_the_answer_is_not_asked_any_more(predicted, trial):
    at, run_id, _ = predicted(trial)
    at.toggle(key="ask_first").set_value(True).run()
    assert "Of 100 patients like this one" in said(at)
    at.number_input(key=f"patient_{run_id}_10_0").set_value(33)
    at.button(key=f"patient_{run_id}_10_predict").click().run()
    hidden(at)
    assert OwnChoices().of_run(run_id) == []


def test_without_treatments_the_own_estimate_is_asked(predicted, article, monkeypatch):
    monkeypatch.setenv("MAC_ASK_FIRST", "1")
    at, run_id, key = predicted(article, 3)
    assert at.radio(key=f"own_choice_{key}").options == ["A", "B", "C", "None of these"]
    at.radio(key=f"own_choice_{key}").set_value("B")
    at.text_area(key=f"own_reason_{key}").set_value("habit")
    at.button(key=f"own_record_{key}").click().run()
    assert "before the answer was shown: B." in said(at)
    assert set(OwnChoices().of_run(run_id)[0].answer.expected) == {"A", "B", "C"}
