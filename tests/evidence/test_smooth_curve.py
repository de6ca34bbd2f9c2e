"""The flexible curve against statsmodels' lowess."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.nonparametric.smoothers_lowess import lowess

from mac_core.evidence.smooth_curve import fit_curve


@pytest.mark.parametrize("decimals", [None, 2])
def test_the_same_as_statsmodels(decimals):
    rng = np.random.default_rng(1)
    x = rng.beta(1, 6, 600)
    x = x if decimals is None else x.round(decimals)
    y = (rng.uniform(size=600) < x).astype(float)
    curve = fit_curve(x)
    found = curve.fit(curve.gather(np.ones(600)), curve.gather(y))
    expected = lowess(y, x, frac=0.75, it=0, return_sorted=False)
    assert np.interp(x, curve.places, found) == pytest.approx(expected, abs=1e-7)


def test_weights_count_as_repeated_points():
    rng = np.random.default_rng(2)
    x, y, times = rng.normal(size=80), rng.normal(size=80), rng.integers(0, 4, 80)
    curve, repeated = fit_curve(x, np.linspace(-1, 1, 9)), fit_curve(np.repeat(x, times), np.linspace(-1, 1, 9))
    whole = repeated.fit(repeated.gather(np.ones(times.sum())), repeated.gather(np.repeat(y, times)))
    weights = times.astype(float)
    # The window's edge and the smallest spread depend on which places there are, a little.
    assert curve.fit(curve.gather(weights), curve.gather(weights * y)) == pytest.approx(whole, abs=1e-6)


def test_neighbours_are_put_together_where_there_are_many():
    x = np.random.default_rng(3).uniform(size=5000)
    curve = fit_curve(x, np.linspace(0.05, 0.95, 10), most_places=200)
    assert len(curve.places) == 200
    assert curve.fit(curve.gather(np.ones(5000)), curve.gather(3 * x)) == pytest.approx(3 * curve.at, abs=1e-3)


def test_equal_points_have_their_mean():
    curve = fit_curve(np.full(10, 0.3))
    assert curve.fit(curve.gather(np.ones(10)), curve.gather(np.arange(10.0))).tolist() == [4.5]


def test_points_on_the_edge_of_the_window_count_alike():
    curve = fit_curve(np.array([0.0, 1.0]), np.array([0.5]))
    assert curve.fit(np.array([4.0, 4.0]), np.array([0.0, 4.0])).tolist() == [0.5]
