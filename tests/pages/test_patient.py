"""Patient: the form, the prediction in words, every treatment side by side, never advice, never an effect in routine care."""

from __future__ import annotations

import re

import pytest

from mac_core.runs.prediction import predict_patients
from mac_core.runs.store import RunStore
from tests.pages.words import said

CAUSAL = re.compile(r"\b(effects?|causes?|will benefit|favours?|works better)\b", re.IGNORECASE)


@pytest.fixture
def open_patient(visit):
    def start(run, **query):
        run_id = RunStore().save(run)
        return visit("patient", run=run_id, **query), run_id

    return start


def predict(at, run_id, row="new"):
    at.button(key=f"patient_{run_id}_{row}_predict").click().run()
    assert not at.exception
    return at


def test_empty(visit):
    assert "No study is open yet." in said(visit("patient"))


def test_a_run_without_models_says_so(visit, made_run_id):
    at = visit("patient", run=made_run_id)
    assert "it cannot predict" in said(at)
    assert not at.main.get("number_input")


def test_ready(open_patient, trial):
    at, run_id = open_patient(trial)
    assert "Fill in what is known" in said(at)
    fields = [*at.number_input, *at.selectbox]
    keys = {field.key for field in fields}
    assert {f"patient_{run_id}_new_{i}" for i in range(len(trial.schema.columns))} <= keys
    # Everything may be unknown; help says what the table holds; identifiers are no fields.
    age = at.number_input(key=f"patient_{run_id}_new_0")
    assert age.value is None
    assert "19 to 90" in age.help
    assert not {"id", "site", "rx", "post_ERCP_pancreatitis"} & {field.label.replace("\\", "") for field in fields}


def test_from_a_row_to_the_prediction(open_patient, trial):
    at, run_id = open_patient(trial, row="10")
    assert at.number_input(key=f"line_{run_id}").value == 12
    assert at.number_input(key=f"patient_{run_id}_10_0").value == trial.rows.iloc[10]["age"]
    predict(at, run_id, row=10)
    words = said(at)
    expected = predict_patients(trial, trial.rows.iloc[[10]])
    share = round(100 * expected.expected.iloc[0]["1"])
    assert f"Of 100 patients like this one, about {share} are expected to have pancreatitis after ERCP, whatever" in words
    for position, (arm, row) in enumerate(expected.outcomes.droplevel(0).iterrows()):
        assert arm in words
        card = at.main.get("markdown")
        assert any(block.value == f"### {round(100 * row['outcome'])} in 100" for block in card), position
    assert "No treatment is advised for this one patient." in words
    assert "On average" in words
    # In the address: which run and which row, never a value.
    assert dict(at.query_params) == {"run": run_id, "row": "10"}


def test_arms_are_in_neutral_order(open_patient, amount):
    at, run_id = open_patient(amount)
    predict(at, run_id)
    heads = [block.value for block in at.main.get("markdown") if block.value in ("**A**", "**B**", "**C**")]
    assert heads == ["**A**", "**B**", "**C**"]


def test_what_is_unknown_stays_unknown(open_patient, trial):
    at, run_id = open_patient(trial)
    at.number_input(key=f"patient_{run_id}_new_0").set_value(44)
    predict(at, run_id)
    import pandas as pd

    frame = trial.rows.iloc[[0]].copy()
    for name in frame:
        frame[name] = pd.Series([None], index=frame.index, dtype=frame[name].dtype)
    frame["age"] = 44.0
    share = round(100 * predict_patients(trial, frame).expected.iloc[0]["1"])
    assert f"about {share} are expected" in said(at)


def test_the_form_survives_another_page(open_patient, trial):
    at, run_id = open_patient(trial)
    at.number_input(key=f"patient_{run_id}_new_0").set_value(44)
    predict(at, run_id)
    before = said(at)
    at.switch_page("runs.py").run()
    at.switch_page("patient.py").run()
    assert at.number_input(key=f"patient_{run_id}_new_0").value == 44
    assert said(at) == before


def test_outside_the_data(open_patient, trial):
    at, run_id = open_patient(trial)
    at.number_input(key=f"patient_{run_id}_new_0").set_value(140)
    predict(at, run_id)
    words = said(at)
    assert "Warning" in words
    assert "age" in words
    assert "140" in words


def test_decimals_on_demand(open_patient, trial):
    at, run_id = open_patient(trial, row="10")
    predict(at, run_id, row=10)
    at.toggle(key="decimals").set_value(True).run()
    share = 100 * predict_patients(trial, trial.rows.iloc[[10]]).expected.iloc[0]["1"]
    assert f"about {share:.1f} are expected" in said(at)


def test_routine_care_is_never_worded_as_an_effect(open_patient, amount):
    at, run_id = open_patient(amount)
    predict(at, run_id)
    words = said(at)
    assert "Expected under each treatment" in words
    assert "mmHg" in words
    assert not CAUSAL.search(words), CAUSAL.search(words)


def test_a_number_comes_with_its_range(open_patient, amount):
    at, run_id = open_patient(amount, row="3")
    predict(at, run_id, row=3)
    assert re.search(
        r"Expected pressure: [\d.]+ mmHg; this patient's own value is likely \(95 in 100\) to lie between", said(at)
    )


def test_an_unsupported_arm_gives_its_reason_instead_of_a_number(open_patient, amount):
    at, run_id = open_patient(amount)
    at.number_input(key=f"patient_{run_id}_new_0").set_value(80)
    predict(at, run_id)
    support = predict_patients(amount, amount.rows.iloc[[0]].assign(age=80.0)).outcomes.droplevel(0)["support"]
    assert support["C"] == "unsupported"
    assert "no comparable patients got C" in said(at)


def test_which_treatment_was_given_is_not_which_works_best(open_patient, article):
    at, run_id = open_patient(article)
    predict(at, run_id)
    words = said(at)
    assert "It does not say which works best." in words
    assert re.search(r"Of 100 patients like this one, about \d+ got [ABC], \d+ got [ABC] and \d+ got [ABC]\.", words)


def test_a_row_that_is_not_there(open_patient, visit, trial):
    at, run_id = open_patient(trial, row="99999")
    assert "The table has no such row" in said(at)
    for row in ("-1", "x", "1e3"):
        at = visit("patient", run=run_id, row=row)
        assert at.number_input(key=f"line_{run_id}").value is None
