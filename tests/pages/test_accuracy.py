"""Accuracy: the verdict first, the errors side by side, predicted against observed, differences between arms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mac_core.runs.run import Verdict
from mac_core.runs.store import RunStore
from tests.figures.made_run import made_run
from tests.pages.shown import chart_texts, lead, table
from tests.pages.words import said


def test_empty(visit):
    assert "No study is open yet." in said(visit("accuracy"))


def test_ready(visit, made_run_id):
    at = visit("accuracy", run=made_run_id)
    assert "The averaged model predicts better than the constant predictor." in lead(at)
    assert [(metric.label, metric.value) for metric in at.metric] == [
        ("As in the article", "0.4"),
        ("Honest", "0.44"),
        ("The same for everybody", "0.69"),
    ]
    assert at.metric[1].delta == "95 % interval 0.39 to 0.5"
    words = said(at)
    assert "too optimistic" in words and "above 50 per 100" in words and "always saying" in words
    assert len(chart_texts(at)) == 6 and all(len(text) > 40 for text in chart_texts(at))
    assert "On average Relapse was 8 higher (per 100 patients) with B than with A" in words
    assert table(at, "The average differences")["difference"].round(6).tolist() == [8, -1, -9]


def test_no_better_than_the_constant_is_the_first_sentence(visit):
    sentence = "The averaged model predicts no better than saying the same for everybody."
    at = visit("accuracy", run=RunStore().save(replace(made_run(), verdict=Verdict("no_better", sentence))))
    assert sentence in lead(at)


def test_routine_care_is_never_worded_as_an_effect(visit):
    run = made_run()
    at = visit("accuracy", run=RunStore().save(replace(run, roles=replace(run.roles, design="routine"))))
    words = said(at).lower()
    assert "other differences between the groups may explain this" in words
    assert "effects" not in words and "causes" not in words and "will benefit" not in words


@pytest.mark.parametrize("kind", ["number", "classes"])
def test_other_targets(visit, kind):
    at = visit("accuracy", run=RunStore().save(made_run(kind, both=False)))
    words = said(at)
    assert "What was observed in each arm" not in words
    assert ("The most probable class was right for" in words) == (kind == "classes")
    assert "Do the predicted risks come true?" not in words


def test_patients_whom_all_models_saw_are_counted(visit):
    run = made_run()
    out = run.out_of_sample.copy()
    out.iloc[:7] = float("nan")
    at = visit("accuracy", run=RunStore().save(replace(run, out_of_sample=out)))
    assert "7 patients are left out here" in said(at)


def test_predicting_the_treatment_is_never_dressed_up_as_what_works_best(visit):
    at = visit("accuracy", run=RunStore().save(replace(made_run("classes", both=False), question="treatment")))
    assert "not which works best" in at.main.warning[0].value


def test_whether_the_difference_depends_on_the_patient_is_said(visit):
    reason = "It was not tested whether the difference depends on the patient."
    run = replace(made_run(), heterogeneity={"p": float("nan"), "supported": False, "reason": reason})
    assert reason in said(visit("accuracy", run=RunStore().save(run)))
