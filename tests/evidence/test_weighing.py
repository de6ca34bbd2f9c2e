"""One call weighs a study; its cost is bounded."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from mac_core.data.cohort import Target
from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.evidence.weighing import weigh
from mac_core.runs.prediction import predict_patients
from mac_core.runs.settings import Settings
from mac_core.runs.store import RunStore
from mac_core.runs.study import run_study

BINARY = Target("y", "Relapse", "binary", ("no", "yes"), "yes")


def binary(n, seed=0):
    rng = np.random.default_rng(seed)
    risk = rng.beta(1, 4, n)
    observed = pd.Series(np.where(rng.uniform(size=n) < risk, "yes", "no"), dtype="str")
    return observed, pd.DataFrame({"no": 1 - risk, "yes": risk})


def test_two_classes():
    observed, out = binary(500)
    out.iloc[:20] = np.nan
    tables = weigh(observed, out, BINARY)
    assert set(tables) == {"judged", "calibration", "curve", "histogram", "counts", "coverage", "decision"}
    assert tables["judged"].iloc[0].tolist() == [480, 480]
    assert set(tables["calibration"]["class"]) == {"yes"}
    assert tables["counts"].iloc[0].tolist() == ["yes", 480, int((observed.iloc[20:] == "yes").sum())]
    assert tables["decision"]["threshold"].is_monotonic_increasing


def test_several_classes_are_weighed_one_by_one():
    rng = np.random.default_rng(0)
    out = pd.DataFrame(rng.dirichlet(np.ones(8), 200), columns=list("abcdefgh"))
    observed = pd.Series(rng.choice(list("abcdefgh"), 200, p=[0.02, 0.02, 0.16, 0.16, 0.16, 0.16, 0.16, 0.16]))
    tables = weigh(observed, out, Target("y", "Stage", "classes", tuple("abcdefgh")))
    assert tables["counts"]["class"].tolist() == list("cdefgh") and "decision" not in tables
    brier = tables["calibration"].query("measure == 'brier'").set_index("class")["value"]
    assert brier["c"] == pytest.approx((((observed == "c") - out["c"]) ** 2).mean())
    assert tables["coverage"]["size"].max() <= 8


def test_numbers():
    rng = np.random.default_rng(0)
    predicted = rng.normal(size=150)
    observed = pd.Series(predicted + rng.normal(size=150))
    tables = weigh(observed, pd.DataFrame({"prediction": predicted}), Target("y", "HbA1c", "number"))
    assert "radius" in tables["coverage"] and tables["counts"]["events"].tolist() == [-1]
    assert "rmse" in set(tables["calibration"]["measure"])


def test_groups_of_similar_patients_are_laid_flat():
    observed, out = binary(60)
    predictors = pd.DataFrame({"age": np.arange(60.0)})
    splits = pd.DataFrame({0: ["trained"] * 30 + ["unused"] * 30, 1: ["unused"] * 30 + ["tested"] * 30})
    tables = weigh(observed, out, BINARY, clusters=(predictors, splits))
    assert tables["phenotypes"]["group"].value_counts().tolist() == [30, 30]
    assert tables["phenotype_words"]["column"].tolist() == ["age", "age"]
    assert set(weigh(observed, out * np.nan, BINARY, clusters=(predictors, splits))) == {"phenotypes", "phenotype_words"}


def test_the_same_seed_gives_the_same_tables_and_patients_stay_whole():
    observed, out = binary(300)
    groups = pd.Series([f"p{i // 3}" for i in range(300)])
    one, two = (weigh(observed, out, BINARY, groups=groups) for _ in range(2))
    for name in one:
        pd.testing.assert_frame_equal(one[name], two[name])
    alone = weigh(observed, out, BINARY)
    assert not one["calibration"]["low"].equals(alone["calibration"]["low"])


def test_the_number_of_threads_changes_no_bit():
    observed, out = binary(3000)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(weigh(observed, out, BINARY))
    for name in found[0]:
        assert found[0][name].equals(found[1][name])


def test_no_prediction_no_evidence():
    observed, out = binary(30)
    assert weigh(observed, out * np.nan, BINARY) == {}


def test_many_patients_are_judged_by_a_stated_sample():
    observed, out = binary(100_000)
    begun = time.perf_counter()
    tables = weigh(observed, out, BINARY)
    assert time.perf_counter() - begun < 60
    assert tables["judged"].iloc[0].tolist() == [10_000, 100_000]
    assert tables["calibration"].set_index("measure").loc["slope", "value"] == pytest.approx(1, abs=0.1)


def test_a_run_keeps_its_evidence(tmp_path, monkeypatch):
    monkeypatch.setenv("MAC_HOME", str(tmp_path))
    rows = "\n".join(f"{40 + i % 37},{'AB'[i % 37 > 18]}" for i in range(90))
    table = read_table(f"age,arm\n{rows}".encode())
    light = Settings(learners=("logistic_regression", "decision_tree"), n_subtasks=3, draw="cluster", n_jobs=1)
    run = run_study(table, Roles(treatment="arm"), settings=light)
    store = RunStore(f"sqlite:///{tmp_path / 'runs.db'}")
    opened = store.open(store.save(run), with_model=False)
    assert {"calibration", "curve", "coverage", "decision", "phenotypes"} <= set(run.evidence)
    for name, kept in run.evidence.items():
        pd.testing.assert_frame_equal(opened.evidence[name], kept)
    choices = run.evidence["choices"]
    assert choices.sum(axis=1).to_numpy() == pytest.approx(1)
    own = [choices.at[subtask, learner] for subtask, learner in run.selected.items()]
    assert own == pytest.approx(run.model.same_choice_.to_numpy())


def test_the_range_of_a_patient_is_the_one_whose_coverage_is_shown():
    rng = np.random.default_rng(0)
    rows = "\n".join(f"{age},{100 + age / 2 + rng.normal(0, 5):.1f}" for age in rng.integers(30, 80, 80))
    table = read_table(f"age,pressure\n{rows}".encode())
    light = Settings(learners=("linear_regression",), n_subtasks=3, n_jobs=1)
    run = run_study(table, Roles(outcome="pressure"), settings=light)
    found = predict_patients(run, pd.DataFrame({"age": [50.0]})).range
    shown = run.evidence["coverage"].set_index("level").loc[0.95, "radius"]
    assert (found["high"] - found["low"]).iloc[0] / 2 == pytest.approx(shown)
