"""Weights per learner: the optimum by another solver, the start that holds them, and the way through the estimator."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from scipy.optimize import minimize

from mac_core import MACClassifier, MACRegressor
from mac_core.ensemble.leaning import LEAN_ON
from mac_core.ensemble.losses import row_losses
from mac_core.ensemble.weighting import (
    WEIGHTED,
    Weighting,
    combine,
    cross_fitted_predictions,
    find_weights,
    start_weights,
)

LIGHT = ["logistic_regression", "decision_tree", "naive_bayes"]


def said(rng, learners, n, classes, truth):
    """Learners that know the less, the later they come."""
    scores = rng.normal(size=(learners, n, classes)) + 2 * np.eye(classes)[truth] / np.arange(1, learners + 1)[:, None, None]
    probabilities = np.exp(scores)
    return probabilities / probabilities.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("classes", [2, 4])
def test_the_likeliest_weights_are_those_that_another_solver_finds(classes):
    rng = np.random.default_rng(classes)
    y = rng.integers(classes, size=150)
    values, weights = said(rng, 5, 150, classes, y), rng.integers(0, 4, 150).astype(float)
    start = np.array([0.0, 0.5, 0.3, 0.2, 0.0])

    def loss(powers):
        said_together = combine(values, Weighting(powers))
        return weights @ row_losses(said_together, y, "log") + 30 * ((powers - start) ** 2).sum()

    best = minimize(loss, start, bounds=[(0, None)] * 5, method="L-BFGS-B", options={"ftol": 1e-13, "gtol": 1e-9})
    found = find_weights(values, y, start, weights, classes=True)
    assert (found.powers >= 0).all()
    assert loss(found.powers) <= best.fun + 1e-5
    assert found.powers[0] > found.powers[4]


def test_a_learner_that_harms_gets_no_weight():
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=2000)
    good = said(rng, 1, 2000, 2, y)[0]
    found = find_weights(np.stack([good, good[:, ::-1]]), y, np.array([0.5, 0.5]), np.ones(2000), classes=True)
    assert found.powers[1] == 0 < found.powers[0]


def test_numbers_are_weighed_by_their_squares_and_keep_their_centre():
    rng = np.random.default_rng(1)
    y = 50 + rng.normal(size=300)
    values = np.stack([y + 0.1 * rng.normal(size=300), 50 + rng.normal(size=300)])[..., None]
    found = find_weights(values, y, np.array([0.5, 0.5]), np.ones(300), classes=False)
    assert found.centre == pytest.approx(y.mean())
    assert found.powers[0] > 0.9
    assert found.powers[1] < 0.1
    moved = find_weights(values + 1000, y + 1000, np.array([0.5, 0.5]), np.ones(300), classes=False)
    np.testing.assert_allclose(moved.powers, found.powers)
    np.testing.assert_allclose(combine(values + 1000, moved), combine(values, found) + 1000)


def test_few_patients_cannot_move_them_far():
    rng = np.random.default_rng(2)
    start = np.array([0.7, 0.3, 0.0])
    for number in (4, 4000):
        y = rng.integers(2, size=number)
        far = np.abs(find_weights(said(rng, 3, number, 2, y), y, start, np.ones(number), classes=True).powers - start).max()
        assert (far < 0.06) == (number == 4)


def test_where_they_start():
    np.testing.assert_allclose(start_weights(np.array([[4.0, 0.0], [1.0, 1.0]]), 1, 0.5), [[0.5, 0.5], [0.25, 0.75]])
    np.testing.assert_allclose(start_weights(np.array([1.0, 3.0]), None, 0.5), [0.25, 0.75])


def test_nobody_is_predicted_by_weights_that_know_the_patient():
    rng = np.random.default_rng(3)
    y = rng.integers(2, size=60)
    values, start, units = said(rng, 3, 60, 2, y), np.array([0.4, 0.3, 0.3]), np.repeat(np.arange(30), 2)

    def predicted(y):
        rng = np.random.default_rng(1)
        return cross_fitted_predictions(values, y, start, np.ones(60), units, rng, classes=True)

    before = predicted(y)
    for row in (0, 17):
        changed = y.copy()
        changed[row] = 1 - changed[row]
        np.testing.assert_array_equal(predicted(changed)[row], before[row])
        assert not np.array_equal(predicted(changed), before)


@pytest.fixture(scope="module")
def patients():
    rng = np.random.default_rng(4)
    X = pd.DataFrame({"age": rng.normal(60, 10, 160), "sex": rng.choice(["f", "m"], 160)})
    chance = 1 / (1 + np.exp(-(X["age"] - 60) / 5))
    return X, np.where(rng.random(160) < chance, "ill", "well")


def test_the_classifier_weighs(patients):
    X, y = patients
    model = MACClassifier(LIGHT, choice="weights", n_subtasks=5, random_state=0).fit(X, y)
    assert model.weights_.sum() == pytest.approx(1)
    assert (model.weights_ > 0).all()
    assert model.weights_.is_monotonic_decreasing
    assert set(model.weights_.index) <= {*LIGHT, "constant"}
    assert model.moderation_.temperature == pytest.approx(1 / model._weighting.powers.sum())
    assert model.moderation_.share > 0
    assert LEAN_ON in model.weights_
    said = model.predict_proba(X)
    np.testing.assert_allclose(said.sum(axis=1), 1)
    for row, route in enumerate(model.explain_route(X.head(3))):
        assert (route.subtasks["learner"] == WEIGHTED).all()
        np.testing.assert_allclose(route.subtasks[["ill", "well"]].mean(), said[row], atol=1e-12)
        np.testing.assert_allclose(route.aggregate, said[row], atol=1e-12)
    assert np.isfinite(model.out_of_sample_).all()
    assert model.honest_error_.low < model.honest_error_.value < model.honest_error_.high
    assert model.article_error_ < model.honest_error_.value
    with parallel_config(backend="threading"):
        same = MACClassifier(LIGHT, choice="weights", n_subtasks=5, random_state=0, n_jobs=2).fit(X, y)
    assert same.predict_proba(X).tobytes() == said.tobytes()
    # The choices, where the weights start, are those of the default.
    default = MACClassifier(LIGHT, n_subtasks=5, random_state=0).fit(X, y)
    pd.testing.assert_series_equal(default.selected_, model.selected_)
    assert default.weights_ is None


def test_a_shuffled_target_is_not_learned_by_weights(patients):
    X, y = patients
    chance = 0.0
    for number in range(3):
        shuffled = np.random.default_rng(number).permutation(y)
        model = MACClassifier(LIGHT, choice="weights", n_subtasks=5, random_state=number).fit(X, shuffled)
        chance += (model.honest_error_.value - model.baseline_error_) / 3
        assert model.honest_gain_.low <= 0
    assert chance > -0.01


@pytest.mark.parametrize("loss", ["squared", "absolute"])
def test_the_regressor_weighs(patients, loss):
    X, _ = patients
    y = X["age"] ** 2 / 10
    model = MACRegressor(["linear_regression", "decision_tree"], choice="weights", loss=loss, n_subtasks=5, random_state=0).fit(
        X, y
    )
    assert model.honest_error_.value < 0.3 * model.baseline_error_
    route = model.explain_route(X.head(1))[0]
    assert route.aggregate == pytest.approx(model.predict(X.head(1))[0])


def test_the_0_1_loss_votes_and_the_top_k_limits(patients):
    X, y = patients
    model = MACClassifier(LIGHT, choice="weights", loss="zero_one", top_k=1, n_subtasks=5, random_state=0).fit(X, y)
    assert set(np.unique(model.predict_proba(X))) == {0.0, 1.0}
    assert len(set(model.weights_.index) - {"constant"}) == 1
