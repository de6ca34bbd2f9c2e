import os
import subprocess
import sys
import time
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from mac_core.errors import InputError
from mac_core.runs.database import open_database, run_models
from mac_core.runs.store import RunStore


@pytest.fixture
def fitted(run):
    model = LogisticRegression().fit(run.rows[["age"]], run.observed)
    return replace(run, model=model)


def test_a_run_comes_back_whole(fitted):
    again = RunStore().open(RunStore().save(fitted))
    for field in fields(fitted):
        before, after = getattr(fitted, field.name), getattr(again, field.name)
        if isinstance(before, pd.DataFrame):
            pd.testing.assert_frame_equal(after, before, check_index_type="equiv")
        elif isinstance(before, pd.Series):
            pd.testing.assert_series_equal(after, before, check_index_type="equiv")
        elif field.name not in ("id", "model"):
            assert after == before, field.name
    assert again.honest_error.high == 0.6
    rows = fitted.rows[["age"]]
    np.testing.assert_allclose(again.model.predict_proba(rows), fitted.model.predict_proba(rows), atol=1e-12, rtol=0)


def test_a_new_process_opens_it_without_scikit_learn_and_predicts_the_same(fitted):
    new = RunStore().save(fitted)
    code = (
        f"import sys\nfrom mac_core import RunStore\nrun = RunStore().open({new!r}, with_model=False)\n"
        "assert run.model is None\n"
        "print([name for name in ('sklearn', 'scipy', 'streamlit') if name in sys.modules])\n"
        f"run = RunStore().open({new!r})\nprint(repr(float(run.model.predict_proba(run.rows[['age']])[0, 1])))"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout.split("\n")
    assert said[0] == "[]"
    assert float(said[1]) == pytest.approx(fitted.model.predict_proba(fitted.rows[["age"]])[0, 1], abs=1e-12)


def test_the_list_shows_newest_first_and_only_ones_own(run):
    store = RunStore()
    old = store.save(run, owner="ann")
    new = store.save(replace(run, created="2026-11-23T12:00:00+00:00", baseline_error=float("nan")), owner="ann")
    other = store.save(run, owner="bob")
    assert store.list("ann")["id"].tolist() == [new, old]
    assert set(store.list()["id"]) == {old, new, other}
    row = store.list("ann").iloc[1]
    assert (row["target"], row["patients"], row["honest_error"], row["verdict"]) == ("relapse", 60, 0.5, "better")
    assert np.isnan(store.list("ann")["baseline_error"].iloc[0])
    assert store.list("nobody").columns.tolist() == store.list().columns.tolist()


def test_another_owner_neither_opens_nor_deletes(run):
    store = RunStore()
    new = store.save(run, owner="ann")
    assert store.open(new, owner="ann").id == new
    for attempt in (store.open, store.delete):
        with pytest.raises(InputError, match="There is no run"):
            attempt(new, owner="bob")
    with pytest.raises(InputError, match="There is no run"):
        store.open("unknown")


def test_deleting_leaves_nothing_of_the_patients(fitted, home):
    store = RunStore()
    rows = fitted.rows.assign(sex="ZZCANARY-PATIENT")
    new = store.save(replace(fitted, rows=rows, name="ZZCANARY-FILE"))
    assert b"ZZCANARY" in b"".join(path.read_bytes() for path in home.iterdir())
    store.delete(new)
    assert store.list().empty
    for path in home.iterdir():
        assert b"ZZCANARY" not in path.read_bytes(), path.name


def test_nothing_is_kept_if_the_last_step_fails(run):
    def refuse(connection, new):
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        RunStore().save(run, and_then=refuse)
    assert RunStore().list().empty


class Foreign:
    def __init__(self):
        self.value = 1


def test_a_model_that_cannot_be_kept_is_left_out_and_said_so(run):
    again = RunStore().open(RunStore().save(replace(run, model=Foreign())))
    assert again.model is None
    assert again.notices[-1].code == "model_not_kept"
    assert "Foreign" in again.notices[-1].message


def test_a_damaged_model_leaves_the_run_readable(fitted):
    store = RunStore()
    new = store.save(fitted)
    with open_database().writing() as connection:
        content = connection.execute(run_models.select()).one().content
        connection.execute(run_models.update().values(content=content[:-1] + bytes([content[-1] ^ 1])))
    again = store.open(new)
    assert again.model is None
    assert [notice.code for notice in again.notices][-1] == "model_unreadable"
    assert again.ranking.equals(fitted.ranking)
    assert store.list()["id"].tolist() == [new]


def test_a_page_switch_is_fast(fitted):
    store = RunStore()
    new = store.save(fitted)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        store.open(new, with_model=False)
        seconds.append(time.perf_counter() - start)
    # The quickest of some: what another process on the same core delays is not the page.
    assert min(seconds) < 0.2


def test_whether_a_run_predicts_is_known_without_reading_its_models(run, fitted):
    store = RunStore()
    bare = store.save(run)
    assert not store.predicts(bare)
    kept = store.save(fitted)
    assert store.predicts(kept, owner="local")
    assert not store.predicts(kept, owner="somebody else")
    assert not store.predicts("nowhere")
