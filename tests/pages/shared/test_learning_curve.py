"""Would more patients help? On demand: what it costs, how far it is, a stop, the answer; kept with the run."""

from __future__ import annotations

import pytest

from mac_core.evidence.learning_curve import CurvePoint, LearningCurve
from mac_core.runs.additions import Additions
from mac_core.runs.jobs import JobRunner, JobStatus
from tests.pages.shown import chart_texts
from tests.pages.words import said


def status(run_id: str, state: str, error: str = "") -> JobStatus:
    return JobStatus("j", "", state, 3, 10, "24 patients", "Decision tree", 7.0, 1.0, error, run_id, "learning_curve")


@pytest.fixture
def jobs(monkeypatch):
    """The runner's answers, as if it had these jobs; what is asked of it is noted."""
    known: list[JobStatus] = []
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(JobRunner, "list", lambda self, owner=None, **rest: list(known))
    monkeypatch.setattr(JobRunner, "active", lambda self, owner=None: [one for one in known if one.live])
    monkeypatch.setattr(JobRunner, "status", lambda self, job, owner=None: next(one for one in known if one.id == job))
    monkeypatch.setattr(JobRunner, "stop", lambda self, job, owner=None: asked.append(("stop", job)))

    def start(self, run_id, owner):
        asked.append(("start", run_id, owner))
        known.append(status(run_id, "running"))

    monkeypatch.setattr(JobRunner, "start_learning_curve", start)
    return known, asked


def test_its_cost_is_said_and_it_starts_shows_and_stops(visit, made_run_id, jobs):
    known, asked = jobs
    at = visit("accuracy", run=made_run_id)
    assert "Would more patients help?" in said(at)
    assert "about as long as the study did at most (13 seconds)" in said(at)
    at.button(key="start_learning_curve").click().run()
    assert not at.exception and asked == [("start", made_run_id, "local")]
    assert "The learning curve is being made" in said(at)
    assert not [button for button in at.button if button.key == "start_learning_curve"]
    at.button(key="stop_j").click().run()
    assert asked[-1] == ("stop", "j")


def test_a_failure_is_said_and_it_can_be_tried_again(visit, made_run_id, jobs):
    jobs[0].append(status(made_run_id, "failed", "There was too little memory."))
    at = visit("accuracy", run=made_run_id)
    assert "too little memory" in at.main.error[0].value and at.button(key="start_learning_curve")


def test_another_runs_curve_is_not_shown(visit, made_run_id, jobs):
    jobs[0].append(status("another", "running"))
    assert visit("accuracy", run=made_run_id).button(key="start_learning_curve")


def test_the_answer_is_kept_with_the_run(visit, made_run_id):
    points = (CurvePoint(36, 0.5, 0.47, 0.53, 0.1, 0.07, 0.13, 36), CurvePoint(60, 0.4, 0.35, 0.45, 0.0, 0.0, 0.0, 60))
    Additions().add(made_run_id, LearningCurve(points, "log", 0.69, ("random_forest",), 12.0), key="")
    at = visit("accuracy", run=made_run_id)
    assert "Probably yes: after learning from 36 instead of 60 patients the error was 25 % larger" in said(at)
    assert "Random forest" in said(at) and "It took 12 seconds" in said(at)
    assert any("by the number of patients learned from" in text for text in chart_texts(at))
