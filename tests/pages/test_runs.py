"""Runs: what was done before; open, delete with confirmation."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from mac_core.evidence.outside_check import check_outside
from mac_core.runs.additions import Additions
from mac_core.runs.external_validation import ExternalValidation
from mac_core.runs.jobs import JobRunner, JobStatus
from mac_core.runs.settings import Settings
from mac_core.runs.store import RunStore
from tests.figures.made_run import made_run
from tests.pages.shown import chart_texts, table
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
    RunStore().save(replace(made_run(), name="![x](http://elsewhere/p.png) :red[a]"))
    at = visit("runs")
    shown = [block.value for block in at.markdown if "elsewhere" in block.value]
    assert shown
    assert all("![x](" not in text and ":red[" not in text for text in shown)


def test_studies_that_ended_without_a_result_are_listed(visit, draft, monkeypatch):
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


def test_two_runs_are_compared(visit):
    run = made_run(both=False)
    store = RunStore()
    ids = [
        store.save(run),
        store.save(
            replace(
                run,
                name="Again",
                created="2026-11-23T12:00:00+00:00",
                settings=Settings(seed=7),
                honest_error=run.honest_error._replace(value=0.3, low=0.2, high=0.4),
            )
        ),
    ]
    at = visit("runs")
    first, second = at.selectbox(key="compare_first"), at.selectbox(key="compare_second")
    assert (first.value, second.value) == (ids[1], ids[0])
    words = said(at)
    assert "On the same 60 patients neither run is shown to err less" in words
    assert "Settings**: what differs is" in words and "seed" in words
    assert table(at, "The errors of both runs").iloc[0].tolist()[1:] == ["0.300 (0.200 to 0.400)", "0.440 (0.390 to 0.500)"]
    settings = table(at, "Settings of both runs").set_index("what")
    assert settings.loc["seed"].tolist() == ["7", "0", "differs"] and settings.at["loss", "differs"] == ""
    assert any(text.startswith("Honest error, log loss") for text in chart_texts(at))
    second.set_value(ids[1]).run()
    assert not at.exception and "the same run" in at.main.info[0].value


def test_one_run_has_nothing_to_be_compared_with(visit, made_run_id):
    assert "Compare two runs" not in said(visit("runs"))


def test_runs_that_were_tested_elsewhere_say_so(visit, made_run_id):
    run = made_run()
    check = check_outside(run.target, run.observed, run.out_of_sample, run.observed, run.loss)
    assert "other file" not in said(visit("runs"))
    Additions().add(made_run_id, ExternalValidation("ward.csv", "a" * 64, 0, 60, check), key="a")
    assert "tested on one other file" in said(visit("runs"))


def test_a_learning_curve_that_was_stopped_is_no_study_without_a_result(visit, monkeypatch):
    stopped = JobStatus("a", "", "stopped", 3, 10, "", "", None, 4.2, "", "r", "learning_curve")
    monkeypatch.setattr(JobRunner, "list", lambda self, owner=None, **rest: [stopped])
    assert not visit("runs").expander


def test_patients_are_counted_and_not_their_rows(visit):
    RunStore().save(replace(made_run(), patients=pd.Series([i // 3 for i in range(60)])))
    assert "20 patients" in said(visit("runs"))


def test_the_two_errors_are_written_alike(visit):
    run = made_run()
    RunStore().save(replace(run, honest_error=run.honest_error._replace(value=0.683), baseline_error=0.88))
    assert "Honest error **0.683**, baseline 0.880" in said(visit("runs"))
