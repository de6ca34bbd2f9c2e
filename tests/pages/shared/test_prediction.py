"""What is expected where no treatments are compared: sentence, people, chart and table from one source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mac_core.data.examples import example, open_example
from mac_core.runs.prediction import predict_patients
from mac_core.runs.settings import Settings
from mac_core.runs.store import RunStore
from mac_core.runs.study import run_study
from pages.shared.prediction import compared_in_words
from tests.figures.made_run import made_expectation
from tests.pages.shown import chart_texts, lead
from tests.pages.words import said


@pytest.fixture(scope="module")
def risk():
    """Study the bundled trial's outcome as if it had no treatment."""
    roles = replace(example("indo_rct").roles, treatment=None, ignore=("rx", "significant_bleeding"), harm=None)
    light = Settings(learners=("logistic_regression",), n_subtasks=5, n_jobs=1)
    return run_study(open_example("indo_rct"), roles, settings=light)


def test_people_chart_sentence_and_table_say_the_same(visit, risk):
    run_id = RunStore().save(risk)
    at = visit("patient", run=run_id, row="7")
    at.button(key=f"patient_{run_id}_7_predict").click().run()
    share = 100 * predict_patients(risk, risk.rows.iloc[[7]]).expected.iloc[0]["1"]
    usual = 100 * (risk.observed == "1").mean()
    sentence = (
        f"Of 100 patients like this one, about {share:.0f} are expected to have pancreatitis after ERCP. "
        f"In the whole table it was {usual:.0f} of 100."
    )
    assert lead(at) == sentence
    assert f"Of 100 patients like this one: {share:.0f} with pancreatitis after ERCP, {100 - round(share)} without" in (
        "\n".join(chart_texts(at))
    )
    at.radio(key="view").set_value("Chart").run()
    assert any(f"in patients like this one: {share:.0f}; observed in the whole table" in text for text in chart_texts(at))
    at.radio(key="view").set_value("Sentences").run()
    assert said(at).count(sentence) == 2
    at.radio(key="view").set_value("Table").run()
    table = next(e.value for e in at.main.dataframe if "expected for this patient" in e.proto.alt)
    assert table.iloc[:, 0].tolist() == [f"{share:.0f}", f"{usual:.0f}"]
    at.toggle(key="decimals").set_value(True).run()
    assert f"about {share:.1f} are expected" in lead(at)
    # What if: nothing moves until something is changed; then the same rounding as everywhere.
    at.toggle(key="decimals").set_value(False).run()
    assert f"pancreatitis after ERCP**: {share:.0f} of 100\n" in f"{said(at)}\n"
    key = f"patient_{run_id}_7"
    at.multiselect(key=f"{key}_change").set_value(["age"]).run()
    at.number_input(key=f"{key}_what_if_0_0").set_value(25).run()
    changed = 100 * predict_patients(risk, risk.rows.iloc[[7]].assign(age=25.0)).expected.iloc[0]["1"]
    assert f"{changed:.0f} of 100 instead of {share:.0f}" in said(at)
    assert not [expander for expander in at.expander if expander.label == "Differences between all pairs"]
    assert not at.exception


def test_where_no_treatment_has_a_number_the_answer_says_so():
    found = made_expectation()
    nobody = replace(found, options=tuple(replace(one, expected=float("nan"), support="unsupported") for one in found.options))
    assert not any(one.known for one in nobody.options)
    assert compared_in_words(nobody, decimals=False).startswith("No number for any treatment")
    assert "stand beside it below" in compared_in_words(found, decimals=False)
