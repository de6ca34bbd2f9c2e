"""Where ids repeat, pages say that they count rows."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from mac_core.runs.store import RunStore
from tests.figures.made_run import made_run
from tests.pages.shown import lead
from tests.pages.words import said

SENTENCE = "60 rows of 20 patients. What this page counts as patients are rows."


@pytest.mark.parametrize("page", ["subtasks", "learners", "accuracy"])
def test_rows_of_fewer_patients_are_said_to_be_rows(visit, page):
    patients = pd.Series([i // 3 for i in range(60)], name="patient")
    at = visit(page, run=RunStore().save(replace(made_run(), patients=patients)))
    assert SENTENCE in said(at) and "All rows of one patient train a model" in said(at)
    if page == "subtasks":
        assert lead(at).startswith("Your 60 rows of 20 patients were split")


@pytest.mark.parametrize("patients", [None, pd.Series(range(60), name="patient")])
def test_nothing_is_said_where_every_row_is_a_patient(visit, patients):
    at = visit("subtasks", run=RunStore().save(replace(made_run(), patients=patients)))
    assert "rows of" not in said(at) and lead(at).startswith("Your 60 patients were split")


def test_drawn_by_site_nothing_is_promised_of_a_patient_of_two_sites(visit):
    run = made_run()
    run = replace(run, patients=pd.Series([0] * 60), settings=replace(run.settings, draw="site"))
    at = visit("learners", run=RunStore().save(run))
    assert "60 rows of 1 patients" not in said(at) and "60 rows of 1 patient." in said(at)
    assert "All rows of one patient" not in said(at)
