"""Learners: the ranking and how sure it is."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from mac_core.runs.run import Verdict
from mac_core.runs.store import RunStore
from tests.figures.made_run import made_run
from tests.pages.shown import chart_texts, lead, table
from tests.pages.words import said


def test_empty(visit):
    assert "No study is open yet." in said(visit("learners"))


def test_ready(visit, made_run_id):
    at = visit("learners", run=made_run_id)
    assert "Random forest had the smallest mean error (0.430), but in 58 of 100 resamples another one came first." in lead(at)
    words = said(at)
    assert "It did not converge in 3 of 10 subtasks." in words
    assert "log loss" in words
    ranking = table(at, "The ranking")
    assert ranking["learner"].tolist()[0] == "Random forest" and ranking["explanation"].str.len().gt(10).all()
    assert {metric.label: metric.value for metric in at.metric} == {
        "The whole study": "12.3 s",
        "Training, summed over learners": "4.77 s",
        "Models trained": "50",
    }


def test_a_baseline_on_top_is_said_first(visit):
    run = made_run()
    ranking = run.ranking.assign(mean_error=run.ranking["mean_error"].where(run.ranking.index != "constant", 0.1)).sort_values(
        "mean_error"
    )
    at = visit("learners", run=RunStore().save(replace(run, ranking=ranking, dropped={})))
    assert "no learner did better than this simple rule" in lead(at)
    assert "Left out" not in said(at)


def test_it_opens_again_after_another_page(visit, made_run_id):
    at = visit("learners", run=made_run_id)
    at.switch_page("subtasks.py").run()
    at.switch_page("learners.py").run()
    assert not at.exception and "Random forest had" in said(at)


def test_choices_over_resamples_and_tied_groups(visit):
    run = made_run()
    names = list(run.averages.columns)
    shares = pd.DataFrame([[0.6, 0.3, 0.1]] * len(run.selected), index=run.selected.index, columns=names)
    ranking = run.ranking.assign(group=[1, 1, 2, 2, 3])
    at = visit("learners", run=RunStore().save(replace(run, ranking=ranking, evidence={"choices": shares})))
    assert "cannot tell these apart from the best: Random forest and Logistic regression" in said(at)
    assert "Would the subtasks choose the same again?" in said(at)
    assert table(at, "The ranking")["group"].tolist() == [1, 1, 2, 2, 3]
    assert any("repeat this study's choice" in text for text in chart_texts(at))


def test_a_run_from_before_has_no_choices_over_resamples(visit, made_run_id):
    at = visit("learners", run=made_run_id)
    assert "Would the subtasks choose the same again?" not in said(at)
    assert any(text.startswith("Training time against error") for text in chart_texts(at))


def test_that_nothing_beats_the_same_for_everybody_is_said_first(visit):
    verdict = Verdict("no_better", "The averaged model is not shown to predict Relapse better than one guess for everybody.")
    at = visit("learners", run=RunStore().save(replace(made_run(), verdict=verdict)))
    assert lead(at).startswith("The averaged model is not shown to predict Relapse better")
    assert "Random forest had the smallest mean error" in said(at)


def test_where_subtasks_hold_one_kind_of_patients_errors_are_not_compared_with_accuracy(visit):
    run = made_run()
    settings = replace(run.settings, draw="cluster")
    assert "may differ a little" in said(visit("learners", run=RunStore().save(run)))
    other = RunStore().save(replace(run, settings=settings))
    assert "cannot be compared with these" in said(visit("learners", run=other))
    assert "so that the two cannot be compared" in said(visit("accuracy", run=other))
