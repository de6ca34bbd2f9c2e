"""Patient: the form, the prediction in words, every treatment side by side, never advice, never an effect in routine care."""

from __future__ import annotations

import json
import re

import pytest

from mac_core.data.examples import open_example
from mac_core.runs.prediction import predict_patients
from mac_core.runs.store import RunStore
from tests.pages.shown import chart_texts
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
    # In the address: which run, which row and a random name, never a value.
    address = dict(at.query_params)
    assert re.fullmatch("[0-9a-f]{16}", address.pop("entry"))
    assert address == {"run": run_id, "row": "10"}


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


def test_why_who_was_similar_and_how_far_to_trust_it(open_patient, trial):
    from mac_core.runs.patient import report_patient

    at, run_id = open_patient(trial, row="10")
    predict(at, run_id, row=10)
    words = said(at)
    report = report_patient(trial, trial.rows.iloc[[10]], row=10)
    factor = report.explanation.contributions.index[0]
    assert re.search(rf"{factor} .* (raises|lowers) the expected pancreatitis after ERCP by \d+ in 100", words)
    arms = report.similar.arms["n"]
    assert f"{arms.iloc[0]} got 0_placebo and {arms.iloc[1]} got 1_indomethacin" in words
    assert "So few patients mislead" in words
    assert f"it was observed in {100 * report.errors.observed:.0f} of 100" in words
    first = 100 * report.predictions.advice["same_arm_first"].iloc[0]
    assert f"Stability: on average the same treatment came first in {first:.0f} of 100 resamples" in words
    same = 100 * trial.model.same_choice_.mean()
    assert f"choose the same average in {same:.0f} of 100 draws" in words
    # Identifiers are shown nowhere: not in words, tables, charts or lists.
    ids = open_example("indo_rct").frame["id"].astype(int).astype(str)
    tables = [element.value.to_csv() for element in at.main.dataframe]
    lists = ["\n".join(map(str, box.options)) for box in [*at.selectbox, *at.multiselect]]
    everything = "\n".join([words, *tables, *chart_texts(at), *lists])
    assert not set(re.findall(r"\b\d{4}\b", everything)) & set(ids)
    assert any("for the average patient" in text for text in chart_texts(at))


def test_routine_care_shows_no_raw_outcomes(open_patient, amount):
    at, run_id = open_patient(amount)
    predict(at, run_id)
    assert "What was observed in them" not in [expander.label for expander in at.expander]


def test_what_if(open_patient, trial):
    at, run_id = open_patient(trial, row="10")
    predict(at, run_id, row=10)
    assert "Nothing is changed yet" in said(at)
    key = f"patient_{run_id}_10"
    at.multiselect(key=f"{key}_change").set_value(["age"]).run()
    field = at.number_input(key=f"{key}_what_if_0_0")
    assert field.value == trial.rows["age"].iloc[10]
    field.set_value(140).run()
    assert not at.exception
    words = said(at)
    assert f"With age 140 instead of {trial.rows['age'].iloc[10]:g}:" in words
    assert words.count("outside the") == 1 and "(row" not in words
    changed = predict_patients(trial, trial.rows.iloc[[10]].assign(age=140.0)).outcomes.droplevel(0)["outcome"]
    entered = predict_patients(trial, trial.rows.iloc[[10]]).outcomes.droplevel(0)["outcome"]
    for arm in changed.dropna().index:
        assert f"{arm}**: {100 * changed[arm]:.0f} of 100 instead of {100 * entered[arm]:.0f}" in words
    assert any("everything else unchanged" in text for text in chart_texts(at))


def test_four_views_of_one_source(open_patient, trial):
    at, run_id = open_patient(trial, row="10")
    predict(at, run_id, row=10)
    shown = predict_patients(trial, trial.rows.iloc[[10]]).outcomes.droplevel(0)["outcome"]
    count = round(100 * shown["1_indomethacin"])
    # A single view at a time: by default the people.
    icons = [text for text in chart_texts(at) if text.startswith("Of 100 patients like this one under 1_indomethacin")]
    assert len(icons) == 1
    drawn = [int(found) for found in re.findall(r"(\d+) (?:with|more|fewer|without) ", icons[0])]
    assert sum(drawn) == 100
    at.radio(key="view").set_value("Table").run()
    options = next(e.value for e in at.main.dataframe if "expected under each treatment" in e.proto.alt)
    assert options.at["1_indomethacin", "expected (of 100)"] == str(count)
    at.radio(key="view").set_value("Sentences").run()
    assert f"With 1_indomethacin it is about {count} (" in said(at)


def test_the_route_is_offered_as_a_file_that_recomputes(open_patient, trial, monkeypatch):
    import hashlib

    import streamlit as st

    from mac_core.evidence.route_file import recompute_route
    from mac_core.evidence.treatment_route import recompute_treatments

    named = {}
    monkeypatch.setattr(st, "download_button", lambda label, data, file_name=None, **rest: named.update({file_name: data}))
    at, run_id = open_patient(trial, row="10")
    predict(at, run_id, row=10)
    ((name, content),) = named.items()
    assert name == f"route-{run_id}-{hashlib.sha256(content).hexdigest()[:12]}.json"
    shown = predict_patients(trial, trial.rows.iloc[[10]]).expected.iloc[0]["1"]
    assert recompute_route(content.decode())["1"] == pytest.approx(shown, abs=1e-9)
    again = recompute_treatments(json.loads(content)["treatments"])
    under = predict_patients(trial, trial.rows.iloc[[10]]).outcomes.droplevel(0)["outcome"]
    assert again == pytest.approx(under.to_dict(), abs=1e-9)


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
    # Everything that is shown: words, the texts of charts, tables with their heads, what folds out, in every view.
    for view in ("Chart", "Sentences", "Table"):
        at.radio(key="view").set_value(view).run()
        tables = [f"{element.proto.alt} {element.value.to_csv()}" for element in at.main.dataframe]
        everything = "\n".join([said(at), *chart_texts(at), *tables, *(expander.label for expander in at.expander)])
        assert not CAUSAL.search(everything), CAUSAL.search(everything)


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


def test_the_form_stands_before_any_model_is_read(open_patient, trial, monkeypatch):
    from pages.shared import resources

    asked, warmed = [], []
    opened = resources.opened_run
    monkeypatch.setattr(
        resources,
        "opened_run",
        lambda *given, with_model=False: asked.append(with_model) or opened(*given, with_model=with_model),
    )
    monkeypatch.setattr(resources, "warm_up", lambda: warmed.append(True))
    at, run_id = open_patient(trial)
    assert set(asked) == {False} and warmed
    predict(at, run_id)
    assert asked[-1] is True


def test_what_was_typed_outlives_a_refresh_and_never_stands_in_the_address(open_patient, visit, trial):
    at, run_id = open_patient(trial)
    at.number_input(key=f"patient_{run_id}_new_0").set_value(67)
    predict(at, run_id)
    entry = at.query_params["entry"]
    assert set(at.query_params) == {"run", "entry"} and re.fullmatch("[0-9a-f]{16}", entry)
    # F5: a session of its own, at the same address.
    again = visit("patient", run=run_id, entry=entry)
    assert again.number_input(key=f"patient_{run_id}_new_0").value == 67
    assert "the server remembers them for an hour" in said(again)
    predict(again, run_id)
    assert again.query_params["entry"] == entry and again.number_input(key=f"patient_{run_id}_new_0").value == 67
    # Of another patient of the table, or under a name that nobody gave, nothing is filled in.
    other = visit("patient", run=run_id, entry=entry, row="10")
    assert other.number_input(key=f"patient_{run_id}_10_0").value == trial.rows.iloc[10]["age"]
    assert visit("patient", run=run_id, entry="unknown").number_input(key=f"patient_{run_id}_new_0").value is None


def test_a_changed_patient_of_the_table_outlives_a_refresh(open_patient, visit, trial):
    at, run_id = open_patient(trial, row="10")
    at.number_input(key=f"patient_{run_id}_10_0").set_value(71)
    predict(at, run_id, 10)
    assert at.number_input(key=f"patient_{run_id}_10_0").value == 71
    again = visit("patient", run=run_id, row="10", entry=at.query_params["entry"])
    assert again.number_input(key=f"patient_{run_id}_10_0").value == 71
