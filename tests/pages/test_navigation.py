"""The frame: every page opens cold, asks one question, and says what to do first."""

from __future__ import annotations

import pytest

from tests.pages.words import said

NO_RUN = "No study is open yet."
NO_DRAFT = "No table is open yet."


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("start", "Learn from a table of past patients"),
        ("data", NO_DRAFT),
        ("subtasks", NO_RUN),
        ("learners", NO_RUN),
        ("accuracy", NO_RUN),
        ("patient", NO_RUN),
        ("patients", NO_RUN),
        ("runs", "No study is finished yet."),
        ("method", ""),
    ],
)
def test_opens_cold(visit, page, sentence):
    at = visit(page)
    assert len(at.title) == 1
    assert at.title[0].value.endswith("?")
    assert sentence in said(at)
    assert "nothing leaves it" in at.sidebar.caption[0].value


@pytest.mark.parametrize("page", ["subtasks", "learners", "accuracy", "patient", "patients"])
@pytest.mark.parametrize("run", ["nobody_has_this", "../../etc/passwd", "' or 1=1 --"])
def test_unknown_run(visit, page, run):
    assert "This run is not here" in said(visit(page, run=run))


def test_unknown_draft_and_job(visit):
    assert "This table is not here" in said(visit("data", draft="nobody_has_this"))


def test_another_owners_run_is_not_here(visit, made_run_id):
    from mac_core.runs.store import RunStore
    from tests.figures.made_run import made_run

    theirs = RunStore().save(made_run(), owner="somebody else")
    assert "This run is not here" in said(visit("accuracy", run=theirs))
    assert "This run is not here" not in said(visit("accuracy", run=made_run_id))
