"""A run's record: which fields every version has had, and that runs of before open with the defaults of what came later."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from mac_core.ensemble.honesty import Estimate
from mac_core.runs.database import open_database, run_frames, runs
from mac_core.runs.run import Run
from mac_core.runs.store import RunStore
from tests.figures.made_run import made_run

# A run that was kept lacks every field that came later: only these may be without a default.
NAMES = """
    name created question roles settings schema target notices flow source_name source_sha256 rows lines observed given splits
    errors ranking averages selected article_error honest_error honest_gain baseline_error loss out_of_sample dropped
    single_class_subtasks verdict seconds versions
"""
ALWAYS = NAMES.split()
LATER = [field for field in dataclasses.fields(Run) if field.name not in ALWAYS]


def default(field):
    return field.default_factory() if field.default is dataclasses.MISSING else field.default


def test_what_came_later_has_a_default():
    missing = dataclasses.MISSING
    required = [f.name for f in dataclasses.fields(Run) if f.default is missing and f.default_factory is missing]
    assert required == ALWAYS


def test_a_run_of_before_opens_with_the_defaults_of_what_came_later(run):
    store = RunStore()
    kept = store.save(run)
    with open_database().writing() as connection:
        body = json.loads(connection.execute(runs.select()).one().body)
        old = {name: value for name, value in body.items() if name in ALWAYS}
        assert set(body) - set(old), "the run of this test must have something that came later"
        connection.execute(runs.update().values(body=json.dumps(old)))
        later = run_frames.c.name.not_in(ALWAYS)
        assert connection.execute(run_frames.delete().where(later)).rowcount
    opened = store.open(kept)
    assert {field.name: getattr(opened, field.name) for field in LATER} == {field.name: default(field) for field in LATER}
    assert opened.verdict == run.verdict and opened.target == run.target and len(opened.rows) == len(run.rows)


@pytest.mark.parametrize("name", ["honest_error", "honest_gain"])
def test_estimates_come_back_as_themselves(run, name):
    store = RunStore()
    again = getattr(store.open(store.save(run)), name)
    assert isinstance(again, Estimate) and again == getattr(run, name)


def test_patients_are_counted_by_their_ids_where_there_are_any():
    run = made_run(n=120, both=False)
    assert run.n_patients == len(run.rows)
    assert dataclasses.replace(run, patients=pd.Series(np.arange(120) // 3)).n_patients == 40
