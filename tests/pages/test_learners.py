"""Learners: the ranking and how sure it is."""

from __future__ import annotations

from dataclasses import replace

from mac_core.runs.store import RunStore
from tests.figures.made_run import made_run
from tests.pages.shown import lead, table
from tests.pages.words import said


def test_empty(visit):
    assert "No study is open yet." in said(visit("learners"))


def test_ready(visit, made_run_id):
    at = visit("learners", run=made_run_id)
    assert "Random forest had the smallest mean error (0.43), but in 58 of 100 resamples another one came first." in lead(at)
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
