"""Runs: what was done before; open, delete with confirmation."""

from __future__ import annotations

from mac_core.runs.store import RunStore
from tests.pages.words import said


def test_empty(visit):
    assert "No study is finished yet." in said(visit("runs"))


def test_lists_runs(visit, made_run_id):
    words = said(visit("runs"))
    assert "One study is finished" in words
    assert "Made by hand" in words
    assert "60 patients" in words
    assert "22 November 2026" in words
    assert "0.44" in words and "0.69" in words


def test_open(visit, made_run_id):
    at = visit("runs")
    at.button(key=f"runs_open_{made_run_id}").click().run()
    assert not at.exception
    assert at.title[0].value.startswith("How far can")
    assert at.query_params["run"] == made_run_id


def test_delete(visit, made_run_id):
    at = visit("runs", run=made_run_id)
    at.button(key=f"runs_delete_{made_run_id}").click().run()
    assert not at.exception
    assert len(RunStore().list()) == 0
    assert "No study is finished yet." in said(at)
    at.switch_page("accuracy.py").run()
    assert "not here" in said(at) or "No study is open yet." in said(at)


def test_hostile_names_are_shown_as_they_are(visit):
    from dataclasses import replace

    from tests.figures.made_run import made_run

    RunStore().save(replace(made_run(), name="![x](http://elsewhere/p.png) :red[a]"))
    at = visit("runs")
    shown = [block.value for block in at.markdown if "elsewhere" in block.value]
    assert shown
    assert all("![x](" not in text and ":red[" not in text for text in shown)


def test_studies_that_ended_without_a_result_are_listed(visit, draft, monkeypatch):
    from mac_core.runs.jobs import JobRunner, JobStatus

    def made(name, state_, error, of):
        return JobStatus(name, of, state_, 3, 10, "", "", None, 4.2, error, None)

    statuses = [made("a", "failed", "There are too few patients.", draft), made("b", "stopped", "", "gone")]
    monkeypatch.setattr(JobRunner, "list", lambda self, owner=None, **rest: [*statuses, made("c", "done", "", draft)])
    at = visit("runs")
    words = said(at)
    assert "Could not be finished** after 5 seconds" in words
    assert "There are too few patients." in words
    assert "Stopped** after" in words and "not kept any more" in words
    assert [expander.label for expander in at.expander] == ["Ended without a result (2)"]
