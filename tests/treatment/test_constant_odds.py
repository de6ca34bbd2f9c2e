import numpy as np
import pytest

from mac_core.treatment.constant_odds import ConstantOdds, fit_constant_odds, intercept_for


def _trial(seed=0, n=4000):
    random = np.random.default_rng(seed)
    risk, arm = random.uniform(0.02, 0.6, n), random.integers(3, size=n)
    truth = ConstantOdds(1.0, np.array([0.3, 0.0, -0.7]), np.zeros(1)).predict(risk)
    outcome = (random.random(n) < truth[np.arange(n), arm]).astype(float)
    return risk, arm, outcome, truth


def test_one_odds_ratio_for_everybody_and_a_difference_that_grows_with_risk():
    risk, arm, outcome, truth = _trial()
    fitted = fit_constant_odds(risk, arm, outcome, np.ones(len(arm), bool), truth.mean(axis=0))
    found = fitted.predict(risk)
    odds = found / (1 - found)
    np.testing.assert_allclose(odds[:, 0] / odds[:, 2], odds[0, 0] / odds[0, 2])
    np.testing.assert_allclose(found.mean(axis=0), truth.mean(axis=0), atol=1e-6)
    assert np.abs(found - truth).max() < 0.05
    benefit = (found[:, 0] - found[:, 2])[np.argsort(risk)]
    assert benefit[0] < benefit[1000] < benefit[2000]


def test_risks_that_foretell_nothing_are_flattened():
    risk, arm, outcome, truth = _trial(1)
    shuffled = np.random.default_rng(5).permutation(risk)
    fitted = fit_constant_odds(shuffled, arm, outcome, np.ones(len(arm), bool), truth.mean(axis=0))
    assert fitted.slope_ < 0.1


def test_limits_hold_the_average_at_the_limits():
    risk, arm, outcome, truth = _trial(2)
    fitted = fit_constant_odds(risk, arm, outcome, np.ones(len(arm), bool), truth.mean(axis=0))
    low, high = fitted.at_limits(0, 2, (0.05, 0.2))
    assert fitted.differences(risk, low).mean() == pytest.approx(0.05, abs=1e-5)
    assert fitted.differences(risk, high).mean() == pytest.approx(0.2, abs=1e-5)


def test_an_arm_without_events_keeps_a_little_risk():
    risk, arm, outcome, truth = _trial(3)
    outcome[arm == 2] = 0
    fitted = fit_constant_odds(risk, arm, outcome, np.ones(len(arm), bool), np.array([0.2, 0.2, 0.0]))
    assert 0 < fitted.predict(risk)[:, 2].mean() < 0.001


def test_the_intercept_gives_the_mean():
    logits = np.random.default_rng(0).normal(size=50)
    shifted = 1 / (1 + np.exp(-(logits + intercept_for(logits, 0.07))))
    assert shifted.mean() == pytest.approx(0.07)


def test_the_interval_knows_how_uncertain_the_spread_of_risks_is():
    held, plain, bias = [], [], []
    random = np.random.default_rng(0)
    for _ in range(60):
        risk, arm = random.uniform(0.02, 0.6, 500), random.integers(2, size=500)
        truth = ConstantOdds(1.0, np.array([0.0, -0.7]), np.zeros(1)).predict(risk)
        outcome = (random.random(500) < truth[np.arange(500), arm]).astype(float)
        fitted = fit_constant_odds(risk, arm, outcome, np.ones(500, bool), truth.mean(axis=0))
        asked = np.array([0.03, 0.2, 0.55])
        own = ConstantOdds(1.0, np.array([0.0, -0.7]), np.zeros(1)).predict(asked)
        difference = own[:, 0] - own[:, 1]
        # The averages are known here: what is left is the slope alone.
        average = float(np.subtract(*truth.mean(axis=0)))
        ends = fitted.at_limits(0, 1, (average, average))
        low, high = fitted.interval(0, 1, asked, ends)
        held.append((low <= difference) & (difference <= high))
        plain.append(high - low)
        bias.append(fitted.differences(asked, ends[0]) - difference)
    assert np.mean(held) > 0.9
    low_risk, ordinary, high_risk = np.mean(plain, axis=0) / np.abs(difference)
    assert low_risk > 3 * ordinary
    assert np.abs(np.mean(bias, axis=0)).max() < 0.006
    # Patients with rows of their own say less than as many patients.
    parts = [np.concatenate([each, each]) for each in (risk, arm, outcome)]
    twice = fit_constant_odds(*parts, np.ones(1000, bool), truth.mean(axis=0), np.tile(np.arange(500), 2))
    assert twice.slope_error_ == pytest.approx(fitted.slope_error_, rel=0.02)
