"""Why: contributions to what is expected and, where it depends on the patient, to the difference; by value or by group."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.runs.patient import report_patient
from mac_core.runs.settings import Settings
from mac_core.runs.store import RunStore
from mac_core.runs.study import run_study
from tests.pages.shown import chart_texts, table
from tests.pages.words import said


@pytest.fixture(scope="module")
def planted():
    """Study a trial in which younger patients do better with A and older ones with B."""
    random = np.random.default_rng(1)
    n = 600
    frame = pd.DataFrame({"age": random.normal(60, 10, n).round(), "weight": random.normal(80, 12, n).round()})
    frame["gene"] = random.choice(["aa", "ab"], n)
    frame["drug"] = random.choice(["A", "B"], n)
    older = (frame["age"] - 60) / 10
    frame["pain"] = (50 + 3 * older - 8 * older * (frame["drug"] == "B") + random.normal(0, 5, n)).round(1)
    roles = Roles(
        treatment="drug",
        outcome="pain",
        outcome_unit="points",
        higher_is_better=False,
        design="randomised",
        factor_groups={"age": "clinical", "weight": "clinical", "gene": "genes"},
    )
    light = Settings(learners=("linear_regression",), n_subtasks=5, n_jobs=1)
    run = run_study(read_table(frame.to_csv(index=False).encode(), name="planted.csv"), roles, settings=light)
    assert run.heterogeneity["supported"]
    return run


@pytest.fixture
def page(visit):
    def start(run, row):
        run_id = RunStore().save(run)
        at = visit("patient", run=run_id, row=str(row))
        at.button(key=f"patient_{run_id}_{row}_predict").click().run()
        assert not at.exception
        return at

    return start


def test_the_difference_is_taken_apart_where_it_depends_on_the_patient(page, planted):
    row = int(planted.rows["age"].argmax())
    at = page(planted, row)
    report = report_patient(planted, planted.rows.iloc[[row]], row=row)
    found = report.differences["B", "A"]
    assert found.prediction == pytest.approx(report.predictions.differences["difference"].droplevel(0)["B", "A"], abs=1e-9)
    assert found.contributions.sum() == pytest.approx(found.prediction - found.average, abs=1e-9)
    words = said(at)
    shown = abs(found.prediction)
    assert "Why the treatments differ for this patient" in words
    assert f"Difference in pain, B against A: {shown:.1f} points lower in patients like this one" in words
    assert "towards lower pain with B than with A" in words
    assert "cannot be taken apart" not in words
    first = 100 * report.predictions.advice["same_arm_first"].iloc[0]
    assert f"Stability: the same treatment came first for this patient in {first:.0f} of 100 resamples" in words
    assert len([text for text in chart_texts(at) if text.startswith("Difference in expected pain, B minus A (points)")]) == 1
    tables = [e.value for e in at.main.dataframe if e.proto.alt.startswith("How far each value")]
    assert len(tables) == 2
    assert tables[1]["contribution (points)"].sum() == pytest.approx(found.prediction - found.average, abs=0.02)


def test_by_group_each_is_the_sum_of_its_columns(page, planted):
    at = page(planted, 3)
    single = report_patient(planted, planted.rows.iloc[[3]], row=3)
    at.radio(key="factors").set_value("Groups of values").run()
    assert not at.exception
    tables = [e.value.set_index("factor") for e in at.main.dataframe if e.proto.alt.startswith("How far each value")]
    for shown, explanation in zip(tables, (single.explanation, single.differences["B", "A"]), strict=True):
        assert set(shown.index) == {"clinical", "genes"}
        expected = explanation.contributions[["age", "weight"]].sum()
        assert shown.at["clinical", "contribution (points)"] == pytest.approx(expected, abs=0.0051)
    assert "clinical (2 columns)" in said(at)


def test_closed_advice_says_in_a_sentence_why_there_is_none(page, trial):
    at = page(trial, 10)
    words = said(at)
    assert f"It cannot be taken apart by this patient's values. {trial.heterogeneity['reason']}" in words
    assert not [text for text in chart_texts(at) if text.startswith("Difference in expected")]
    # Without groups there is nothing to switch.
    assert not [group for group in at.radio if group.key == "factors"]
    assert len(table(at, "How far each value").index) == len(trial.schema.columns)
