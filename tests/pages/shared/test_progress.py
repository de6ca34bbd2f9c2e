"""A study's state in words, whatever it is; Stop only while it lives; the links only when it is done."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from mac_core.runs.jobs import JobStatus
from pages.shared import resources
from pages.shared.progress import duration_in_words
from tests.pages.words import said


class Runner:
    """Answers with one status."""

    def __init__(self, state, **more):
        given = {"done": 0, "total": 0, "subtask": "", "learner": "", "seconds_left": None, "error": "", "run_id": None}
        self.now = JobStatus(id="j1", draft_id="d1", state=state, seconds=1.0, **{**given, **more})

    def status(self, job_id, *, owner=None):
        return self.now if (job_id, owner) == ("j1", "local") else None

    def active(self, owner=None):
        return []

    def shutdown(self):
        pass


def _script():
    import streamlit as st

    from pages.shared import links, progress

    # Links need the list of pages, which a component alone does not have.
    links.st.page_link = lambda page, **rest: st.caption(page)
    progress.show_progress("j1")


@pytest.fixture
def shown(monkeypatch):
    import streamlit as st

    monkeypatch.setattr(st, "page_link", st.page_link)  # what the script replaces is put back

    def show(state, **more):
        monkeypatch.setattr(resources, "job_runner", lambda: Runner(state, **more))
        at = AppTest.from_function(_script).run()
        assert not at.exception
        return at

    return show


@pytest.mark.parametrize(
    ("state", "more", "words"),
    [
        ("queued", {}, "The study waits for its turn"),
        (
            "running",
            {"done": 7, "total": 40, "subtask": "subtask 3 of 10", "learner": "Random forest", "seconds_left": 12.2},
            "The study is running",
        ),
        ("done", {"run_id": "r1"}, "The study is finished"),
        ("failed", {"error": "The table has one class only."}, "The table has one class only."),
        ("stopped", {}, "The study was stopped"),
        ("interrupted", {}, "Nothing that you entered is lost"),
    ],
)
def test_states(shown, state, more, words):
    at = shown(state, **more)
    assert words in said(at)
    assert bool(at.button) == (state in ("queued", "running"))
    assert ("accuracy.py" in said(at)) == (state == "done")


def test_the_result_opens_for_whoever_looked_on(shown, monkeypatch):
    opened = []
    monkeypatch.setattr("pages.shared.progress.go", lambda page, **ids: opened.append((page, ids)))
    at = shown("running")
    monkeypatch.setattr(resources, "job_runner", lambda: Runner("done", run_id="r1"))
    at.run()
    at.run()
    assert opened == [("accuracy", {"run": "r1"})]


def test_step_and_time_left(shown):
    at = shown("running", done=7, total=40, subtask="subtask 3 of 10", learner="Random_forest", seconds_left=12.2)
    text = at.main.get("progress")[0].proto.text.replace("\\", "")
    assert text == "7 of 40 models trained; last: subtask 3 of 10 and Random_forest; time left: 13 seconds"


def test_what_is_done_after_the_last_model(shown):
    at = shown("running", done=40, total=40, subtask="saving the run", learner="", seconds_left=None)
    text = at.main.get("progress")[0].proto.text.replace("\\", "")
    assert text == "40 of 40 models trained; now: saving the run"


def test_another_owners_or_a_lost_job(shown, monkeypatch):
    monkeypatch.setattr("pages.shared.state.owner", lambda: "somebody else")
    assert "This study is not here any more." in said(shown("running"))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "not known yet"), (0.2, "1 second"), (89.0, "89 seconds"), (600, "10 minutes"), (9000, "2.5 hours")],
)
def test_durations(seconds, words):
    assert duration_in_words(seconds) == words
