"""Subtasks: how the patients were split."""

from __future__ import annotations

from dataclasses import replace

from mac_core.runs.store import RunStore
from tests.figures.made_run import made_run
from tests.pages.shown import table
from tests.pages.words import said


def test_empty(visit):
    assert "No study is open yet." in said(visit("subtasks"))


def test_ready(visit, made_run_id):
    at = visit("subtasks", run=made_run_id)
    assert (
        at.markdown[0]
        .value.replace("\\", "")
        .strip("#* ")
        .startswith(
            "Your 60 patients were split into 10 subtasks (drawn as complements of repeated folds): each "
            "trains models on 48 patients and tests them on 12 others."
        )
    )
    counts = table(at, "Every subtask")
    assert counts["trained"].tolist() == [48] * 10 and "share_tested of yes" in counts
    assert "kfold, this study's" in said(at)


def test_another_subtask_is_chosen(visit, made_run_id):
    at = visit("subtasks", run=made_run_id)
    before = table(at, "The patients of subtask")
    at.selectbox(key="subtask_chosen").select("3").run()
    assert not at.exception
    after = table(at, "The patients of subtask")
    splits = made_run().splits[2]
    assert after["used as"].tolist() == splits.tolist() != before["used as"].tolist()
    assert after["line"].tolist() == list(range(2, 62))


def test_a_number_and_forty_blocks(visit):
    run = made_run("number", subtasks=40)
    at = visit("subtasks", run=RunStore().save(replace(run, settings=replace(run.settings, draw="block"))))
    assert "40 subtasks" in said(at) and "drawn as consecutive blocks of rows" in said(at)
    assert "mean_trained" in table(at, "Every subtask")
