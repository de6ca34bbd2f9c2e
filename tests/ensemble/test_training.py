"""Step 2: one learner on one subtask."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import ExtraTreesClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from mac_core.data.encoding import read_codebook
from mac_core.ensemble.learners import LEARNERS, Learner
from mac_core.ensemble.training import Work, fit_learner, train


def own(estimator, **options) -> Learner:
    return Learner("own", "Its own.", lambda size: estimator, **options)


X = np.random.default_rng(0).normal(size=(30, 2))


def test_frequencies_by_hand():
    fitted = fit_learner(own(DummyClassifier()), X[:4], np.array([0, 0, 0, 2]), 3, seed=0)
    # Class 1 was not among the training rows: probability 0.
    assert fitted.predict(X[:1]).tolist() == [[0.75, 0.0, 0.25]]


def test_laplace_by_hand():
    fitted = fit_learner(own(DummyClassifier(), smooth=True), X[:4], np.array([0, 0, 0, 1]), 2, seed=0)
    np.testing.assert_allclose(fitted.predict(X[:1]), [[4 / 6, 2 / 6]])


def test_one_class_is_a_constant():
    fitted = fit_learner(LEARNERS["logistic_regression"], X[:4], np.array([1, 1, 1, 1]), 2, seed=0)
    assert fitted.predict(X[:2]).tolist() == [[0, 1], [0, 1]]


def test_one_value_is_a_constant():
    assert fit_learner(LEARNERS["linear_regression"], X[:1], np.array([7.0]), 0, seed=0).predict(X[:2]).tolist() == [[7], [7]]


def test_numbers_are_scaled_and_back():
    y = 1e6 + 1e-3 * X[:, 0]
    fitted = fit_learner(own(LinearRegression()), X, y, 0, seed=0)
    np.testing.assert_allclose(fitted.predict(X)[:, 0], y, rtol=1e-12)


def test_weights_reach_learners_and_pipelines():
    y = np.array([0, 0, 0, 1])
    weights = np.array([1.0, 1.0, 1.0, 3.0])
    for estimator in (DummyClassifier(), make_pipeline(StandardScaler(), DummyClassifier())):
        fitted = fit_learner(own(estimator), X[:4], y, 2, seed=0, weights=weights)
        np.testing.assert_allclose(fitted.predict(X[:1]), [[0.5, 0.5]])


def test_weight_zero_is_not_there():
    fitted = fit_learner(own(DummyClassifier()), X[:4], np.array([0, 0, 1, 1]), 2, seed=0, weights=np.array([1.0, 1, 0, 0]))
    assert fitted.predict(X[:1]).tolist() == [[1, 0]]


def test_votes_of_a_learner_without_probabilities():
    y = (X[:, 0] > 0).astype(int)
    values = fit_learner(own(LinearSVC()), X, y, 2, seed=0).predict(X)
    assert set(np.unique(values)) == {0.0, 1.0}


@pytest.mark.parametrize("n_classes", [3, 0])
def test_forests_are_read_as_they_read_themselves(n_classes):
    y = np.arange(30) % 3 if n_classes else X[:, 0]
    forest = ExtraTreesClassifier(5) if n_classes else RandomForestRegressor(5)
    fitted = fit_learner(own(forest), X, y, n_classes, seed=0)
    expected = forest.predict_proba(X) if n_classes else forest.predict(X)[:, None] * fitted.scale + fitted.centre
    np.testing.assert_allclose(fitted.predict(X), expected)


class Broken(ClassifierMixin, BaseEstimator):
    """Fails, or predicts nothing, as told."""

    def __init__(self, how="raise"):
        self.how = how

    def fit(self, X, y):
        if self.how == "raise":
            raise RuntimeError("no luck")
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        return np.full((len(X), len(self.classes_)), np.nan)


def work(y):
    frame = pd.DataFrame(X)
    book = read_codebook(frame)
    return Work(book.codes(frame), book, y, 2, None, np.arange(30), 0)


@pytest.mark.parametrize(("how", "reason"), [("raise", "RuntimeError: no luck"), ("nan", "not a number")])
def test_failures_are_told(how, reason):
    y = np.arange(30) % 2
    broken, fine = train(work(y), 0, np.arange(20), {"b": own(Broken(how)), "f": own(DummyClassifier())}, "scaled")
    assert reason in broken.reason
    assert fine.reason is None
    assert fine.values.shape == (30, 2)


def test_the_seed_depends_on_subtask_and_name_only():
    y = np.arange(30) % 2
    forest = LEARNERS["random_forest"]

    def values(subtask, learners):
        return {o.name: o.values for o in train(work(y), subtask, np.arange(20), learners, "ordinal")}

    alone = values(0, {"a": forest})["a"]
    np.testing.assert_array_equal(values(0, {"b": forest, "a": forest})["a"], alone)
    assert not np.array_equal(values(1, {"a": forest})["a"], alone)
    assert not np.array_equal(values(0, {"b": forest})["b"], alone)
