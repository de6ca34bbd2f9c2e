import numpy as np
import pandas as pd
import pytest

from mac_core.treatment.patient_effects import (
    CANDIDATES,
    Covariates,
    Expectations,
    PatientEffects,
    blend_weight,
    mean_differences,
    with_level,
)


def _fit(effect, *, binary=False, n=500, seed=0):
    """Three arms; the first one's difference to the others is `effect` of the first covariate."""
    random = np.random.default_rng(seed)
    X = pd.DataFrame(random.normal(size=(n, 2)), columns=["a", "b"])
    level = 0.5 * X["b"].to_numpy()
    truth = np.column_stack([level + effect(X["a"].to_numpy()), level, level])
    truth = 1 / (1 + np.exp(-truth)) if binary else truth
    arm = random.integers(3, size=n)
    own = truth[np.arange(n), arm]
    outcome = (random.random(n) < own).astype(float) if binary else own + random.normal(size=n)
    flat = np.repeat(truth.mean(axis=1, keepdims=True), 3, axis=1)  # outcome models that know the level only
    scores = flat.copy()
    scores[np.arange(n), arm] += 3 * (outcome - flat[np.arange(n), arm])
    parts = (scores, np.ones((n, 3), bool), arm, outcome, np.ones(n, bool), np.arange(n), np.full((n, 3), 1 / 3))
    fitted = PatientEffects().fit(X, Expectations(flat, flat, flat), *parts, binary=binary)
    return fitted, X, truth, Expectations(flat, flat, flat)


def test_differences_are_found_and_new_patients_get_them_too():
    fitted, X, truth, expectations = _fit(lambda a: 1.5 * a)
    honest, new = fitted.honest_, fitted.predict(X, expectations, None)
    for found in (honest, new):
        np.testing.assert_allclose(found.sum(axis=1), 0, atol=1e-9)
        assert np.corrcoef(found[:, 0] - found[:, 1], truth[:, 0] - truth[:, 1])[0, 1] > 0.9
    assert len(fitted.weights_) == len(CANDIDATES)
    assert fitted.weights_.sum() == pytest.approx(1)


def test_one_difference_for_everybody_is_nearly_that():
    fitted, X, truth, expectations = _fit(lambda a: np.full(len(a), 0.5))
    found = fitted.honest_
    assert np.sqrt(np.mean((found[:, 0] - found[:, 1] - 0.5) ** 2)) < 0.3
    np.testing.assert_allclose(fitted.constant(expectations, None), np.tile(fitted.average_, (len(X), 1)))


def test_constant_of_a_binary_outcome_is_one_odds_ratio():
    fitted, X, truth, expectations = _fit(lambda a: np.full(len(a), 0.8), binary=True)
    risk = fitted.odds_.predict(fitted.risk(expectations, None))
    odds = risk / (1 - risk)
    np.testing.assert_allclose(odds[:, 0] / odds[:, 1], odds[0, 0] / odds[0, 1])
    potential = fitted.constant(expectations, None)
    np.testing.assert_allclose(potential[:, 0] - potential[:, 1], risk[:, 0] - risk[:, 1])


def test_the_level_comes_from_supported_arms():
    expected, potential = np.array([[1.0, 3.0, 100.0]]), np.array([[-1.0, 1.0, 0.0]])
    usable = np.array([[True, True, False]])
    assert with_level(expected, potential, usable)[0, :2].tolist() == [1.0, 3.0]
    assert with_level(expected, potential, ~usable)[0, 2] == 100.0


def test_blend_prefers_what_was_right():
    random = np.random.default_rng(0)
    truth = random.normal(size=200)
    assert blend_weight(truth, truth + random.normal(size=200), truth) == pytest.approx(1.0)
    assert blend_weight(truth + random.normal(size=200), truth, truth) == pytest.approx(0.0, abs=0.1)
    assert blend_weight(truth, truth, truth) == 0.5


def test_pairs_nobody_can_be_compared_in_are_missing():
    usable = np.array([[True, True, False], [False, True, True]])
    found = mean_differences(np.arange(6.0).reshape(2, 3), usable)
    assert np.isnan(found[0, 2])
    assert found[0, 1] == -1


def test_covariates_of_new_patients_may_lack_values():
    X = pd.DataFrame({"age": [1.0, 2.0, np.nan] * 20, "sex": ["f", "m", "f"] * 20})
    found = Covariates(X).encode(pd.DataFrame({"age": [np.nan], "sex": [None]}))
    assert np.isfinite(found).all()
