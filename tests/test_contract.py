"""The public contract of the engine: names, shapes and promises that analysts build on. One place to see them all at once."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import mac_core
from mac_core import (
    InputError,
    MACClassifier,
    MACRegressor,
    Notice,
    Roles,
    RunStore,
    Settings,
    TreatmentComparison,
    propose_roles,
    read_table,
    run_study,
)

LIGHT = ("logistic_regression", "naive_bayes", "decision_tree")


def _patients(n: int = 240, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.normal(60, 10, n).round()
    sex = rng.choice(["female", "male"], n)
    marker = rng.normal(size=n)
    arm = rng.choice(["A", "B"], n)
    risk = 1 / (1 + np.exp(-(0.08 * (age - 60) + 0.8 * marker - 0.9 * (arm == "B"))))
    table = pd.DataFrame(
        {"age": age, "sex": sex, "marker": marker.round(3), "arm": arm, "died": (rng.random(n) < risk).astype(int)}
    )
    table.loc[rng.random(n) < 0.1, "marker"] = np.nan
    return table


@pytest.fixture(scope="module")
def table():
    return read_table(_patients().to_csv(index=False).encode())


@pytest.fixture(scope="module")
def roles():
    return Roles(
        treatment="arm", outcome="died", event="1", reference="A", higher_is_better=False, design="randomised", kind="binary"
    )


@pytest.fixture(scope="module")
def run(table, roles):
    return run_study(table, roles, settings=Settings(learners=LIGHT, seed=3))


def test_every_public_name_loads():
    for name in mac_core.__all__:
        assert getattr(mac_core, name) is not None


def test_read_table_gives_typed_columns_and_notices(table):
    assert list(table.frame.columns) == ["age", "sex", "marker", "arm", "died"]
    assert pd.api.types.is_numeric_dtype(table.frame["age"])
    assert len(table.frame) == 240
    assert all(isinstance(notice, Notice) for notice in table.notices)


def test_headerless_table_gets_numbered_columns():
    table = read_table(b"63,80,120,A\n51,77,131,B\n" * 15)
    assert list(table.frame.columns) == ["column_1", "column_2", "column_3", "column_4"]
    assert len(table.frame) == 30
    assert "header_missing" in {notice.code for notice in table.notices}


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff\xfe" * 50, b"age\n1\n2\n", b"age,sex\n", b"%PDF-1.7 ..."])
def test_bad_files_are_refused_in_a_sentence(content):
    with pytest.raises(InputError) as caught:
        read_table(content)
    assert caught.value.message.endswith(".")
    assert caught.value.fix.endswith(".")


def test_roles_are_proposed(table):
    proposed = propose_roles(table)
    assert proposed.treatment == "arm"
    assert proposed.outcome == "died"


@pytest.fixture(scope="module", params=["binary", "classes", "number"])
def fitted(request):
    frame = _patients()
    X = frame[["age", "sex", "marker"]]
    if request.param == "number":
        y = frame["age"] * 0.1 + frame["marker"].fillna(0) + np.random.default_rng(1).normal(size=len(frame))
        return MACRegressor(["linear_regression", "decision_tree"], random_state=0).fit(X, y), X, y
    y = (
        frame["died"]
        if request.param == "binary"
        else pd.cut(frame["age"], [0, 55, 65, 200], labels=["young", "middle", "old"]).astype(str)
    )
    return MACClassifier(list(LIGHT), random_state=0).fit(X, y), X, y


def test_fitted_attributes_have_the_shapes_of_the_contract(fitted):
    model, X, _ = fitted
    assert len(model.subtasks_) == model.n_subtasks == 10
    for subtask in model.subtasks_:
        assert not set(subtask.train) & set(subtask.test)
        assert max(subtask.train.max(), subtask.test.max()) < len(X)
    assert len(model.errors_) == len(model.averages_) == len(model.selected_) == 10
    assert {"mean_error", "low", "high", "p_first", "is_baseline", "seconds"} <= set(model.ranking_.columns)
    assert model.ranking_.index.name == "learner"
    assert model.ranking_["mean_error"].is_monotonic_increasing
    assert model.ranking_["is_baseline"].sum() == 2
    pd.testing.assert_series_equal(
        model.ranking_["mean_error"].sort_index(), model.errors_.mean().sort_index(), check_names=False
    )
    pd.testing.assert_series_equal(model.selected_, model.averages_.idxmin(axis=1), check_names=False)
    assert set(model.averages_.columns) == set(model.ranking_.index[~model.ranking_["is_baseline"]])
    value, low, high = model.honest_error_
    assert low <= value <= high
    assert isinstance(model.article_error_, float)
    assert isinstance(model.baseline_error_, float)
    assert model.ranking_["p_first"].sum() == pytest.approx(1)


def test_the_route_adds_up_to_the_prediction(fitted):
    model, X, _ = fitted
    rows = X.head(7)
    prediction = model.predict_proba(rows) if hasattr(model, "predict_proba") else model.predict(rows)[:, None]
    for route, expected in zip(model.explain_route(rows), prediction, strict=True):
        assert len(route.subtasks) == 10
        assert np.allclose(np.atleast_1d(route.aggregate), expected, atol=1e-9)


def test_same_seed_same_bytes_whatever_n_jobs():
    frame = _patients()
    X, y = frame[["age", "sex", "marker"]], frame["died"]
    one, two = (MACClassifier(list(LIGHT), random_state=5, n_jobs=jobs).fit(X, y) for jobs in (1, 2))
    assert one.predict_proba(X).tobytes() == two.predict_proba(X).tobytes()
    assert one.honest_error_ == two.honest_error_


def test_treatment_comparison_has_the_shapes_of_the_contract():
    frame = _patients()
    X = frame[["age", "sex", "marker"]]
    model = MACClassifier(list(LIGHT), random_state=0)
    fit = TreatmentComparison(model, design="randomised", higher_is_better=False, random_state=0).fit(
        X, frame["arm"], frame["died"]
    )
    rows = X.iloc[[3, 5]]
    outcomes, differences, advice = fit.outcomes(rows), fit.differences(rows), fit.advise(rows)
    assert list(outcomes.columns) == ["outcome", "low", "high", "range_low", "range_high", "support"]
    assert list(outcomes.index) == [(3, "A"), (3, "B"), (5, "A"), (5, "B")]
    assert list(differences.columns) == ["difference", "low", "high"]
    assert list(differences.index) == [(3, "A", "B"), (3, "B", "A"), (5, "A", "B"), (5, "B", "A")]
    assert list(advice.columns) == ["verdict", "arm", "individual", "same_arm_first", "reason"]
    assert set(advice["verdict"]) <= {"arm", "no_clear_difference", "cannot_tell"}
    assert list(fit.average_effects_.columns) == ["difference", "low", "high", "n"]
    assert fit.average_effects_.index.names == ["arm", "against"]
    forward, backward = fit.average_effects_.loc[("A", "B")], fit.average_effects_.loc[("B", "A")]
    assert forward["difference"] == -backward["difference"]
    assert forward["low"] == -backward["high"]


def test_a_study_is_kept_and_reopened_with_its_predictions(run, tmp_path):
    store = RunStore(f"sqlite:///{tmp_path / 'runs.sqlite'}")
    run_id = store.save(run)
    again = store.open(run_id)
    assert run_id in set(store.list()["id"])
    pd.testing.assert_frame_equal(again.ranking, run.ranking)
    pd.testing.assert_frame_equal(again.average_effects, run.average_effects)
    np.testing.assert_allclose(again.model.predict_proba(again.rows), run.model.predict_proba(run.rows), rtol=0, atol=1e-12)
    store.delete(run_id)
    assert run_id not in set(store.list()["id"])


def test_progress_is_told_and_raising_stops(table, roles):
    seen = []

    class Stop(Exception):
        pass

    def on_progress(progress):
        seen.append(progress)
        if len(seen) == 5:
            raise Stop

    with pytest.raises(Stop):
        run_study(table, roles, settings=Settings(learners=LIGHT), on_progress=on_progress)
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)
    assert seen[-1].total > seen[-1].done


def test_the_command_line(tmp_path):
    path = tmp_path / "patients.csv"
    _patients(120).to_csv(path, index=False)
    out = tmp_path / "out.json"
    command = [sys.executable, "-m", "mac_core", "study", str(path), "--treatment", "arm", "--outcome", "died"]
    options = ["--design", "randomised", "--json", str(out), "--store", f"sqlite:///{tmp_path / 'runs.sqlite'}"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1].startswith("run: ")
    document = json.loads(out.read_text())
    assert set(document) >= {
        "schema_version", "run", "ranking", "article_error", "honest_error", "baseline_error",
        "average_effects", "heterogeneity", "advice", "notices",
    }  # fmt: skip
    bad = subprocess.run([*command[:3], "study", str(path), "--outcome", "nope"], capture_output=True, text=True, timeout=120)
    assert bad.returncode == 2
    assert "nope" in bad.stderr
    assert "Traceback" not in bad.stderr
