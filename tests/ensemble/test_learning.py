"""Running the tasks: order, failures, progress, stopping, workers."""

from __future__ import annotations

import os
from dataclasses import replace

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from mac_core import InputError, MACClassifier
from mac_core.ensemble.learners import LEARNERS

rng = np.random.default_rng(0)
X = pd.DataFrame({"a": rng.normal(size=80), "b": rng.normal(size=80), "c": rng.choice(["x", "y", "z"], 80)})
Y = np.where(X["a"] + rng.normal(size=80) > 0, "ill", "well")
LIGHT = ["logistic_regression", "decision_tree", "bent_lines"]


class FailsOnce(ClassifierMixin, BaseEstimator):
    """Fails when the first patient is not among the training rows."""

    def fit(self, X, y):
        if len(X) == 64 and X[0, 0] < 0:
            raise RuntimeError("no luck")
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))


class Fails(FailsOnce):
    """Always fails."""

    def fit(self, X, y):
        raise RuntimeError("no luck")


def test_a_learner_that_fails_once_is_left_out_everywhere():
    model = MACClassifier([*LIGHT, ("fragile", FailsOnce())], random_state=0).fit(X, Y)
    assert model.dropped_ == {"fragile": "RuntimeError: no luck"}
    assert "fragile" not in model.errors_
    assert "fragile" not in model.ranking_.index
    reference = MACClassifier(LIGHT, random_state=0).fit(X, Y)
    np.testing.assert_array_equal(model.predict_proba(X), reference.predict_proba(X))


def test_nothing_left():
    with pytest.raises(InputError, match="broken: RuntimeError: no luck") as caught:
        MACClassifier([("broken", Fails())], random_state=0).fit(X, Y)
    assert caught.value.code == "no_learner_left"


def test_progress_after_every_fit():
    seen = []
    MACClassifier(LIGHT, n_subtasks=3, random_state=0)._fit(X, Y, on_step=lambda *step: seen.append(step))
    assert [done for done, *_ in seen] == list(range(1, 16))
    assert {total for _, total, *_ in seen} == {15}
    assert {subtask for *_, subtask, _ in seen} == {0, 1, 2}
    assert {learner for *_, learner in seen} == {*LIGHT, "constant", "plain_logistic_regression"}


class Stop(Exception):
    """The user pressed Stop."""


@pytest.mark.parametrize(("backend", "n_jobs"), [("threading", None), ("threading", 2), ("multiprocessing", 2)])
def test_progress_can_stop(backend, n_jobs):
    def stop(done, total, subtask, learner):
        if done >= 4:
            raise Stop

    with joblib.parallel_config(backend=backend), pytest.raises(Stop):
        MACClassifier(LIGHT, n_jobs=n_jobs, random_state=0)._fit(X, Y, on_step=stop)


@pytest.mark.parametrize("backend", ["threading", "loky", "multiprocessing"])
def test_workers_do_not_change_a_byte(backend):
    alone = MACClassifier(LIGHT, n_subtasks=5, random_state=0).fit(X, Y)
    steps = []
    with joblib.parallel_config(backend=backend, n_jobs=2):
        shared = MACClassifier(LIGHT, n_subtasks=5, random_state=0)._fit(X, Y, on_step=lambda *step: steps.append(step))
    assert steps[-1][:2] == (25, 25)
    assert shared.predict_proba(X).tobytes() == alone.predict_proba(X).tobytes()
    pd.testing.assert_frame_equal(shared.errors_, alone.errors_, check_exact=True)
    pd.testing.assert_frame_equal(shared.averages_, alone.averages_, check_exact=True)
    assert shared.honest_error_ == alone.honest_error_


MADE: list[int] = []


def _made(size):
    from sklearn.tree import DecisionTreeClassifier

    MADE.append(os.getpid())
    return DecisionTreeClassifier()


def test_libraries_are_loaded_before_workers_are_forked(monkeypatch):
    monkeypatch.setitem(LEARNERS, "decision_tree", replace(LEARNERS["decision_tree"], factory=_made))
    MADE.clear()
    with joblib.parallel_config(backend="multiprocessing", n_jobs=2):
        MACClassifier(["decision_tree"], n_subtasks=2, random_state=0).fit(X, Y)
    # The fits themselves are the workers'; making each learner once is what loads its library here.
    assert len(MADE) == 1
    assert MADE[0] == os.getpid()
