"""Reading a model gives what the model itself says."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from mac_core.ensemble.learners import BASELINES, LEARNERS, Size
from mac_core.ensemble.readers import numbers, probabilities
from mac_core.ensemble.training import inner_threads

POOL = {**LEARNERS, **BASELINES}
X = np.random.default_rng(0).normal(size=(90, 4))


@pytest.mark.parametrize("name", [name for name in POOL if "classes" in POOL[name].kinds])
@pytest.mark.parametrize("k", [2, 3])
def test_classes(name, k):
    y = np.random.default_rng(1).integers(k, size=90)
    with inner_threads(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=ConvergenceWarning)
        model = POOL[name].factory(Size(90, 4, k)).fit(X, y)
        np.testing.assert_allclose(probabilities(model, X), model.predict_proba(X), atol=1e-12)


@pytest.mark.parametrize("name", [name for name in POOL if "number" in POOL[name].kinds])
def test_numbers(name):
    y = X[:, 0] + np.random.default_rng(1).normal(size=90)
    with inner_threads(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=ConvergenceWarning)
        model = POOL[name].factory(Size(90, 4, 0)).fit(X, y)
        np.testing.assert_allclose(numbers(model, X), model.predict(X), atol=1e-12)


def test_other_pipelines_and_models_without_probabilities_are_asked_themselves():
    y = (X[:, 0] > 0).astype(int)
    pipeline = make_pipeline(StandardScaler(), DecisionTreeClassifier(max_depth=2)).fit(100 * X, y)
    np.testing.assert_array_equal(probabilities(pipeline, 100 * X), pipeline.predict_proba(100 * X))
    votes = LinearSVC().fit(X, y)
    np.testing.assert_array_equal(probabilities(votes, X).argmax(axis=1), votes.predict(X))
