"""The seven steps together, as analysts use them."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LinearRegression

from mac_core import MACClassifier, MACRegressor
from mac_core.ensemble.losses import row_losses

LIGHT = ["logistic_regression", "decision_tree", "naive_bayes"]
NUMBERS = ["linear_regression", "decision_tree", "nearest_neighbours"]


def patients(n=120, seed=0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "age": rng.normal(60, 9, n),
            "sex": rng.choice(["f", "m"], n),
            "marker": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
        }
    )
    risk = (X["age"] - 60) / 9 + (X["sex"] == "f")
    return X, np.where(risk + rng.logistic(size=n) > 0.5, "ill", "well"), risk + rng.normal(size=n)


@pytest.fixture(scope="module")
def classifier():
    X, y, _ = patients()
    return MACClassifier(LIGHT, random_state=0).fit(X, y)


def test_the_contract_of_the_attributes(classifier):
    names = [*LIGHT, "constant", "plain_logistic_regression"]
    assert len(classifier.subtasks_) == 10
    assert classifier.errors_.shape == (10, 5)
    assert sorted(classifier.errors_) == sorted(names)
    ranking = classifier.ranking_
    assert ranking.index.name == "learner"
    assert list(ranking) == ["mean_error", "low", "high", "p_first", "is_baseline", "seconds", "group"]
    assert ranking["mean_error"].is_monotonic_increasing
    pd.testing.assert_series_equal(ranking["mean_error"], classifier.errors_.mean()[ranking.index], check_names=False)
    assert set(ranking.index[ranking["is_baseline"]]) == {"constant", "plain_logistic_regression"}
    assert ranking["p_first"].sum() == pytest.approx(1)
    assert (ranking["low"] <= ranking["mean_error"]).all()
    assert (ranking["mean_error"] <= ranking["high"]).all()
    assert (ranking["seconds"] > 0).all()
    assert sorted(classifier.averages_) == sorted(LIGHT)
    pd.testing.assert_series_equal(classifier.selected_, classifier.averages_.idxmin(axis=1))
    assert classifier.loss_ == "log"
    assert classifier.dropped_ == {}
    assert classifier.single_class_subtasks_ == 0
    assert classifier.classes_.tolist() == ["ill", "well"]


def test_constant_baseline_by_hand(classifier):
    _, y, _ = patients()
    for number, subtask in enumerate(classifier.subtasks_):
        share = (y[subtask.train] == "ill").mean()
        p = np.where(y[subtask.test] == "ill", share, 1 - share)
        assert classifier.errors_.loc[number, "constant"] == pytest.approx(-np.log(p).mean(), abs=1e-12)


def test_errors_in_their_order(classifier):
    assert classifier.article_error_ < classifier.honest_error_.value < classifier.baseline_error_
    assert classifier.honest_error_.low < classifier.honest_error_.value < classifier.honest_error_.high


def test_honest_predictions_are_probabilities_and_honest(classifier):
    X, y, _ = patients()
    honest = classifier.out_of_sample_
    assert honest.shape == (120, 2)
    np.testing.assert_allclose(honest.sum(axis=1), 1)
    numbers = (y == "well").astype(int)
    assert row_losses(honest, numbers, "log").mean() > row_losses(classifier.predict_proba(X), numbers, "log").mean()


class Memory(ClassifierMixin, BaseEstimator):
    """Knows every patient it has seen, and nobody else."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.seen_ = {tuple(row): label for row, label in zip(X.round(9), y, strict=True)}
        self.columns_ = X.shape[1]
        return self

    def predict_proba(self, X):
        known = [self.seen_.get(tuple(row)) for row in X.round(9)]
        return np.array([[0.5, 0.5] if label is None else np.eye(2)[label] for label in known])


@pytest.mark.parametrize("draw", ["kfold", "random", "bootstrap", "cluster", "block"])
def test_what_a_model_saw_never_counts(draw):
    rng = np.random.default_rng(0)
    X, y = np.arange(100.0)[:, None], rng.integers(2, size=100)
    model = MACClassifier([("memory", Memory())], draw=draw, random_state=0).fit(X, y)
    seen_by_all = np.isnan(model.out_of_sample_[:, 0])
    if draw != "block":  # one-class blocks hold constants, which do not remember
        np.testing.assert_allclose(model.averages_.to_numpy(), np.log(2))
        np.testing.assert_allclose(model.out_of_sample_[~seen_by_all], 0.5)
        # A resample's temperature may move even odds by a hair towards how often it happens; never to a better error.
        assert np.log(2) - 1e-9 <= model.honest_error_.value < np.log(2) + 1e-3
        letter = MACClassifier([("memory", Memory())], draw=draw, moderate=False, random_state=0).fit(X, y)
        assert letter.honest_error_.value == pytest.approx(np.log(2))
    if draw == "kfold":
        assert model.article_error_ == pytest.approx(-np.log(0.9))


def test_model_averages_by_hand():
    X = np.random.default_rng(0).normal(size=(60, 2))
    y = X @ [2.0, -1.0] + np.random.default_rng(1).normal(size=60)
    model = MACRegressor([("ols", LinearRegression())], draw="random", n_subtasks=4, random_state=0).fit(X, y)
    # Least squares does not mind how its columns are scaled, so that the average can be made outside.
    models = [LinearRegression().fit(X[s.train], y[s.train]) for s in model.subtasks_]
    np.testing.assert_allclose(model.predict(X), np.mean([m.predict(X) for m in models], axis=0))
    for number, subtask in enumerate(model.subtasks_):
        error = (models[number].predict(X[subtask.test]) - y[subtask.test]) ** 2
        assert model.errors_.loc[number, "ols"] == pytest.approx(error.mean())
        unseen = [
            np.mean([m.predict(X[[i]])[0] for m, s in zip(models, model.subtasks_, strict=True) if i not in s.train])
            for i in subtask.test
        ]
        assert model.averages_.loc[number, "ols"] == pytest.approx(np.mean((unseen - y[subtask.test]) ** 2))


def test_top_k():
    X, y, _ = patients()
    model = MACClassifier(LIGHT, top_k=1, random_state=0).fit(X, y)
    best = model.ranking_.index[~model.ranking_["is_baseline"]][0]
    assert list(model.averages_) == [best]
    assert set(model.selected_) == {best}


def test_the_articles_example_runs_with_one_class_blocks():
    rng = np.random.default_rng(3)
    X = np.c_[rng.normal(60, 10, 201), rng.normal(75, 12, 201), rng.normal(130, 15, 201)]
    y = (X[:, 2] + rng.normal(0, 15, 201) > 130).astype(int)
    model = MACClassifier(["logistic_regression"], draw="block", loss="zero_one", random_state=0).fit(X, y)
    assert len(model.subtasks_) == 41
    assert all(len(s.train) == 4 and len(s.test) == 1 for s in model.subtasks_[:-1])
    one_class = sum(len(set(y[s.train])) == 1 for s in model.subtasks_)
    assert model.single_class_subtasks_ == one_class > 1
    assert set(model.predict(X)) <= {0, 1}


def test_a_class_of_one_patient():
    X, y, _ = patients()
    y = y.astype(object)
    y[0] = "rare"
    model = MACClassifier([*LIGHT, "linear_discriminant", "nearest_neighbours"], random_state=0).fit(X, y)
    assert model.predict_proba(X).shape == (120, 3)
    assert model.dropped_ == {}


def test_groups_never_straddle_and_sites_are_subtasks():
    X, y, _ = patients()
    groups = np.repeat(np.arange(30), 4)
    for draw in ("kfold", "random", "bootstrap", "cluster"):
        model = MACClassifier(["naive_bayes"], draw=draw, random_state=0).fit(X, y, groups=groups)
        assert not any(set(groups[s.train]) & set(groups[s.test]) for s in model.subtasks_)
    site = np.array(["north", "south", "east"])[np.arange(120) % 3]
    model = MACClassifier(["naive_bayes"], draw="site", random_state=0).fit(X, y, groups=site)
    assert [set(site[s.test]) for s in model.subtasks_] == [{"north"}, {"south"}, {"east"}]


def test_weights_reach_errors():
    X, y, _ = patients()
    weights = np.where(y == "ill", 5.0, 1.0)
    plain = MACClassifier(["naive_bayes"], random_state=0).fit(X, y)
    weighted = MACClassifier(["naive_bayes"], random_state=0).fit(X, y, sample_weight=weights)
    assert weighted.predict_proba(X)[:, 0].mean() > plain.predict_proba(X)[:, 0].mean() + 0.1
    subtask = weighted.subtasks_[0]
    share = np.average(y[subtask.train] == "ill", weights=weights[subtask.train])
    p = np.where(y[subtask.test] == "ill", share, 1 - share)
    assert weighted.errors_.loc[0, "constant"] == pytest.approx(np.average(-np.log(p), weights=weights[subtask.test]))


def test_a_subtask_of_patients_without_weight():
    X, _, y = patients(20)
    weights = np.r_[np.zeros(15), np.ones(5)]
    model = MACRegressor(NUMBERS, draw="block", random_state=0).fit(X, y, sample_weight=weights)
    assert model.dropped_ == {}
    assert np.isfinite(model.predict(X)).all()


def test_pure_noise_is_not_sold_as_knowledge():
    gains = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        X, y = rng.normal(size=(80, 5)), rng.integers(2, size=80)
        model = MACClassifier(LIGHT, n_subtasks=5, random_state=seed).fit(X, y)
        gains.append(model.baseline_error_ - model.honest_error_.value)
    assert np.mean(gains) < 0.01


def test_identical_learners_share_the_first_place():
    X, y, _ = patients()
    twins = [(name, DummyClassifier()) for name in ("a", "b", "c")]
    model = MACClassifier(twins, random_state=0).fit(X, y)
    shares = model.ranking_["p_first"]
    # They are the constant baseline, too; what plain logistic regression leaves is shared by four.
    np.testing.assert_allclose(shares[["a", "b", "c", "constant"]], (1 - shares["plain_logistic_regression"]) / 4)


def test_only_models_of_chosen_averages_are_kept():
    X, y, _ = patients(400)
    model = MACClassifier(["random_forest", "extra_trees", "logistic_regression"], top_k=1, random_state=0).fit(X, y)
    assert len(model._models) == 1
    assert len(pickle.dumps(model)) < 2_000_000


FIT = """
import sys; sys.path.insert(0, sys.argv[1])
import contextlib, hashlib, warnings, joblib, numpy as np, pandas as pd
from mac_core import MACClassifier
from mac_core.runs.workers import may_fork, worker_pool
backend, n_jobs = sys.argv[2], int(sys.argv[3])
rng = np.random.default_rng(0)
X = pd.DataFrame({"a": rng.normal(size=90), "b": rng.choice(list("xyzuvw"), 90)})
y = np.where(X["a"] + rng.normal(size=90) > 0, "ill", "well")
assert may_fork() == (backend == "fork")
with worker_pool() if backend == "fork" else joblib.parallel_config(backend=backend):
    model = MACClassifier(n_subtasks=5, n_jobs=n_jobs, random_state=3).fit(X, y)
weighing = MACClassifier(["decision_tree", "logistic_regression"], choice="weights", refit=True, n_subtasks=2, random_state=3)
weighing.fit(X, y)
ranking = model.ranking_.drop(columns="seconds")
told = [ranking.to_csv(), repr(model.honest_error_), repr(model.moderation_), ",".join(model.selected_)]
told += [repr(weighing.honest_error_), weighing.weights_.to_csv()]
arrays = [made for fitted in (model, weighing) for made in (fitted.predict_proba(X), fitted.out_of_sample_)]
arrays += [frame.to_numpy() for frame in (model.errors_, model.averages_, model.choices_)]
digest = hashlib.sha256("".join(told).encode())
for array in arrays:
    digest.update(np.ascontiguousarray(array).tobytes())
print(len(ranking), not model.dropped_, digest.hexdigest())
"""


def test_same_bytes_in_fresh_processes_whatever_workers_backend_threads_and_hash_seed():
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    said = set()
    for hash_seed, threads, backend, n_jobs in (
        ("1", "2", "threading", "1"),
        ("2", "1", "fork", "2"),
        ("3", "2", "loky", "2"),
        ("4", "1", "threading", "4"),
    ):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        environment["MAC_FORK_WORKERS"] = str(int(backend == "fork"))
        command = [sys.executable, "-W", "ignore::UserWarning", "-c", FIT, root, backend, n_jobs]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stderr
        said.add(done.stdout)
    # The whole pool and two baselines took part.
    assert len(said) == 1
    assert said.pop().startswith("14 True ")
