"""The recalibrating lines against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from mac_core.evidence.recalibration import fit_intercept, fit_slope, log_odds, straight_line
from mac_core.evidence.resampling import draw_again, limits


def made(n=400, seed=5):
    rng = np.random.default_rng(seed)
    odds = rng.normal(-1, 1.5, n)
    happened = (rng.uniform(size=n) < 1 / (1 + np.exp(-(0.3 + 0.6 * odds)))).astype(float)
    return happened, odds, rng.multinomial(n, np.full(n, 1 / n), size=3).astype(float)


def test_the_same_as_statsmodels_for_every_resample():
    happened, odds, weights = made()
    for row, (intercept, slope) in enumerate(
        zip(fit_intercept(happened, odds, weights), fit_slope(happened, odds, weights), strict=True)
    ):
        options = {"family": sm.families.Binomial(), "freq_weights": weights[row]}
        assert slope == pytest.approx(sm.GLM(happened, sm.add_constant(odds), **options).fit().params[1], abs=1e-6)
        assert intercept == pytest.approx(
            sm.GLM(happened, np.ones(len(odds)), offset=odds, **options).fit().params[0], abs=1e-6
        )


def test_the_known_answer():
    happened, odds, _ = made(50_000)
    everybody = np.ones((1, 50_000))
    assert fit_slope(happened, odds, everybody)[0] == pytest.approx(0.6, abs=0.03)
    rng = np.random.default_rng(0)
    odds = rng.normal(0, 1, 50_000)
    happened = (rng.uniform(size=50_000) < 1 / (1 + np.exp(-(0.3 + 0.6 * odds)))).astype(float)
    assert fit_slope(happened, odds, everybody)[0] == pytest.approx(0.6, abs=0.03)
    assert fit_intercept(happened, odds, everybody)[0] == pytest.approx(0.34, abs=0.03)


def test_what_cannot_be_known_is_not_made_up():
    happened, odds, _ = made(60)
    everybody = np.ones((1, 60))
    assert np.isnan(fit_slope(happened, np.zeros(60), everybody)).all()
    assert np.isnan(fit_slope(np.zeros(60), odds, everybody)).all()
    assert np.isnan(fit_intercept(np.zeros(60), odds, everybody)).all()
    separated = (odds > 0).astype(float)
    assert np.isnan(fit_slope(separated, odds, everybody)).all()


def test_certain_risks_stay_finite():
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()


def test_the_straight_line_is_least_squares_far_from_zero_too():
    rng = np.random.default_rng(6)
    x = 1e6 + rng.normal(size=50)
    y = 3 * (x - 1e6) + rng.normal(size=50)
    weights = rng.integers(1, 4, 50).astype(float)
    intercept, slope = straight_line(y, x, weights[None])
    fitted = sm.WLS(y, sm.add_constant(x - 1e6), weights).fit().params
    assert slope[0] == pytest.approx(fitted[1], rel=1e-6)
    assert intercept[0] + slope[0] * 1e6 == pytest.approx(fitted[0], abs=1e-4)
    assert np.isnan(straight_line(y, np.ones(50), weights[None])[1]).all()


def test_intervals_hold_the_truth():
    """Of 100 cohorts with perfect risks, about 95 intervals hold the slope 1 and the intercept 0."""
    inside = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        odds = rng.normal(-1, 1, 250)
        happened = (rng.uniform(size=250) < 1 / (1 + np.exp(-odds))).astype(float)
        drawn = draw_again(250, seed=seed)[:200]
        for fit, truth in ((fit_slope, 1), (fit_intercept, 0)):
            low, high = limits(fit(happened, odds, drawn), float(fit(happened, odds, np.ones((1, 250)))[0]))
            inside.append(low <= truth <= high)
    assert 0.88 <= np.mean(inside) <= 0.99
