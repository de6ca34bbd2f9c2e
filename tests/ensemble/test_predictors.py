"""What is kept of a model says what the model itself says, before and after it was written and read."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from mac_core.ensemble.learners import BASELINES, LEARNERS, Size
from mac_core.ensemble.predictors import Foreign, Neighbours, compact
from mac_core.ensemble.training import inner_threads

POOL = {**LEARNERS, **BASELINES}
# The constant predictor is kept as it is: it is two numbers.
KEPT_WHOLE = {"constant"}
X = np.random.default_rng(0).normal(size=(90, 4))


def fitted(model, y, table=X):
    with inner_threads(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=ConvergenceWarning)
        return model.fit(table, y)


@pytest.mark.parametrize("name", [name for name in POOL if "classes" in POOL[name].kinds])
@pytest.mark.parametrize("k", [2, 3])
def test_classes(name, k):
    model = fitted(POOL[name].factory(Size(90, 4, k)), np.random.default_rng(1).integers(k, size=90))
    small = compact(model, classes=True)
    assert isinstance(small, Foreign) == (name in KEPT_WHOLE)
    np.testing.assert_allclose(small.predict(X), model.predict_proba(X), rtol=0, atol=1e-13)
    again = pickle.loads(pickle.dumps(small))
    np.testing.assert_array_equal(again.predict(X[:7]), small.predict(X[:7]))


@pytest.mark.parametrize("name", [name for name in POOL if "number" in POOL[name].kinds])
def test_numbers(name):
    model = fitted(POOL[name].factory(Size(90, 4, 0)), X[:, 0] + np.random.default_rng(1).normal(size=90))
    small = compact(model, classes=False)
    assert isinstance(small, Foreign) == (name in KEPT_WHOLE)
    np.testing.assert_allclose(small.predict(X)[:, 0], model.predict(X), rtol=0, atol=1e-13)
    again = pickle.loads(pickle.dumps(small))
    np.testing.assert_array_equal(again.predict(X[:7]), small.predict(X[:7]))


def test_patients_who_are_equally_near_share_the_places_that_are_left():
    # Seen from 0: one patient at 0, four at 1, one far off; three places.
    points, answers = np.array([[0.0], [1.0], [-1.0], [1.0], [-1.0], [9.0]]), np.array([1, 0, 0, 0, 1, 1])
    for order in (np.arange(6), np.arange(6)[::-1]):
        kinds = (
            Neighbours(points[order], answers[order], 3, classes=True),
            Neighbours(points[order], answers[order] * 10.0, 3, False),
        )
        said = [one.predict(np.array([[0.0]])) for one in kinds]
        # The nearest counts 1, each of the four half: (1 + .5) / 3 of class 1.
        np.testing.assert_allclose(said[0], [[0.5, 0.5]], rtol=0, atol=1e-12)
        np.testing.assert_allclose(said[1], [[5.0]], rtol=0, atol=1e-12)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_neighbours_do_not_depend_on_who_is_asked_together(scale):
    rng = np.random.default_rng(0)
    # Few values, so that many patients are equally near; more patients than are looked through at once.
    points, answers = scale * rng.integers(3, size=(700, 6)) + 0.1, rng.integers(3, size=700)
    near = Neighbours(points, answers, 20, classes=True)
    together = near.predict(points)
    np.testing.assert_array_equal(together, np.concatenate([near.predict(points[[row]]) for row in range(len(points))]))
    others = rng.permutation(700)
    np.testing.assert_allclose(
        Neighbours(points[others], answers[others], 20, True).predict(points), together, rtol=0, atol=1e-12
    )
    assert near.predict(points[:0]).shape == (0, 3)


@pytest.mark.parametrize("kind", [KNeighborsClassifier, KNeighborsRegressor])
@pytest.mark.parametrize(("n", "k"), [(20, 20), (30, 5), (400, 20), (1000, 40), (1500, 1)])
def test_the_same_neighbours_are_found(kind, n, k):
    table, y = np.random.default_rng(0).normal(size=(n, 5)), np.arange(n) % 3
    model = kind(k, algorithm="brute").fit(table, y)
    classes = kind is KNeighborsClassifier
    said = model.predict_proba(table) if classes else model.predict(table)[:, None]
    np.testing.assert_allclose(compact(model, classes=classes).predict(table), said, rtol=0, atol=1e-12)


@given(n=st.integers(1, 120), k=st.integers(1, 40), levels=st.integers(1, 6), seed=st.integers(0, 1000))
def test_shared_places_by_looking_at_everybody(n, k, levels, seed):
    rng = np.random.default_rng(seed)
    points, answers, asked = rng.integers(levels, size=(n, 2)), rng.integers(2, size=n), rng.integers(levels, size=(5, 2))
    said = Neighbours(points.astype(float), answers, k, classes=True).predict(asked.astype(float))
    for patient, prediction in zip(asked, said, strict=True):
        distance = ((points - patient) ** 2).sum(axis=1)
        last = np.sort(distance)[min(k, n) - 1]
        nearer, equal = distance < last, distance == last
        weight = nearer + equal * (min(k, n) - nearer.sum()) / equal.sum()
        expected = np.bincount(answers, weight, answers.max() + 1) / min(k, n)
        np.testing.assert_allclose(prediction, expected, rtol=0, atol=1e-12)


def test_other_pipelines_and_models_without_probabilities_are_asked_themselves():
    y = (X[:, 0] > 0).astype(int)
    pipeline = make_pipeline(StandardScaler(), DecisionTreeClassifier(max_depth=2)).fit(100 * X, y)
    np.testing.assert_array_equal(compact(pipeline, classes=True).predict(100 * X), pipeline.predict_proba(100 * X))
    votes = LinearSVC().fit(X, y)
    np.testing.assert_array_equal(compact(votes, classes=True).predict(X).argmax(axis=1), votes.predict(X))


@pytest.mark.parametrize(
    "model",
    [
        MLPClassifier((3,), activation="tanh", max_iter=5, random_state=0),
        KNeighborsRegressor(3, weights="distance"),
        HistGradientBoostingRegressor(loss="poisson", max_iter=3),
        HistGradientBoostingRegressor(categorical_features=[0], max_iter=3),
        make_pipeline(LEARNERS["kernel_machine"].factory(Size(90, 4, 0)).steps[0][1], RandomForestRegressor(2, random_state=0)),
    ],
)
def test_a_setting_that_is_not_the_pools_is_never_read_wrongly(model):
    table = np.column_stack([np.arange(90) % 5, X])
    model = fitted(model, np.arange(90) % 2, table)
    kind = hasattr(model, "predict_proba")
    said = model.predict_proba(table) if kind else model.predict(table)[:, None]
    np.testing.assert_allclose(compact(model, classes=kind).predict(table), said, rtol=0, atol=1e-13)


def test_two_targets_at_once_are_asked_for_whole():
    model = LinearRegression().fit(X, X[:, :2])
    assert isinstance(compact(model, classes=False), Foreign)


def test_a_forest_is_kept_in_less_than_half():
    model = fitted(RandomForestRegressor(25, min_samples_leaf=3, random_state=0), X[:, 0])
    assert len(pickle.dumps(compact(model, classes=False))) < len(pickle.dumps(model)) / 2
