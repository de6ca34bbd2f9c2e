"""Errors by site: against one guess for everybody there, with intervals that fit, and named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core.ensemble.estimator import MACClassifier, MACRegressor
from mac_core.ensemble.site_errors import FEWEST_AT_A_SITE, site_errors

NAMES = pd.Index(["north", "south"])


def seed(number=0):
    return np.random.SeedSequence(number)


def test_a_site_is_measured_against_what_is_usual_there():
    y = np.array([1] * 90 + [0] * 10 + [0, 1] * 50)
    values = np.tile([0.5, 0.5], (200, 1))
    found = site_errors(values, y, [np.arange(100), np.arange(100, 200)], NAMES, "log", seed=seed())
    np.testing.assert_allclose(found["error"], np.log(2))
    # Nine of ten in the north: whoever knows only that does much better than a coin.
    assert found.at["north", "usual_error"] == pytest.approx(0.33, abs=0.01)
    assert found.at["north", "gain_high"] < 0
    assert found.at["south", "gain"] == pytest.approx(0)
    assert found["patients"].tolist() == [100, 100]


@pytest.mark.parametrize("loss", ["squared", "absolute"])
def test_what_is_usual_suits_the_loss(loss):
    y = np.array([0.0, 0.0, 4.0, 0.0, 1.0, 1.0, 1.0, 9.0] * 5)
    found = site_errors(np.zeros((40, 1)), y, [np.arange(40)], NAMES[:1], loss, seed=seed())
    guess = np.mean(y) if loss == "squared" else np.median(y)
    usual = ((y - guess) ** 2).mean() if loss == "squared" else np.abs(y - guess).mean()
    assert found.at["north", "usual_error"] == pytest.approx(usual)


def test_patients_of_weight_zero_change_nothing():
    rng = np.random.default_rng(0)
    y, values = rng.normal(size=60), rng.normal(size=(60, 1))
    weights = np.repeat([1.0, 0.0], 30)
    heavy = site_errors(values, y, [np.arange(60)], NAMES[:1], "squared", weights=weights, seed=seed())
    alone = site_errors(values[:30], y[:30], [np.arange(30)], NAMES[:1], "squared", seed=seed())
    for name in ("error", "usual_error", "gain"):
        assert heavy.at["north", name] == pytest.approx(alone.at["north", name])


def test_few_patients_have_no_interval_and_unseen_ones_do_not_count():
    values = np.full((40, 1), np.nan)
    values[: FEWEST_AT_A_SITE - 1] = 1.0
    found = site_errors(values, np.arange(40.0), [np.arange(30), np.arange(30, 40)], NAMES, "squared", seed=seed())
    assert found["patients"].tolist() == [FEWEST_AT_A_SITE - 1, 0]
    assert found[["low", "gain_high"]].isna().all(axis=None)
    assert np.isfinite(found.at["north", "error"])
    assert np.isnan(found.at["south", "error"])


def test_intervals_hold_the_error():
    held = 0
    for number in range(100):
        y = np.random.default_rng(number).normal(size=60)
        found = site_errors(np.zeros((60, 1)), y, [np.arange(60)], NAMES[:1], "squared", seed=seed(number))
        held += found.at["north", "low"] <= 1.0 <= found.at["north", "high"]
    assert held >= 88


def test_the_estimator_names_sites_and_finds_the_one_that_differs():
    rng = np.random.default_rng(2)
    site = np.repeat(["east", "west", "far"], 60)
    x = rng.normal(size=180)
    # Far away the same sign means the opposite.
    risk = 1 / (1 + np.exp(-3 * x * np.where(site == "far", -1, 1)))
    y = np.where(rng.random(180) < risk, "ill", "well")
    model = MACClassifier(["logistic_regression", "decision_tree"], draw="site", random_state=0)
    model.fit(pd.DataFrame({"x": x}), y, groups=site)
    found = model.site_errors_
    assert found.index.tolist() == model.subtask_names_.tolist() == ["east", "west", "far"]
    assert found["gain"].idxmin() == "far"
    assert found.at["far", "gain_high"] < 0
    # By models that did not learn there: the same as the out-of-sample predictions.
    unseen = -np.log(model.out_of_sample_[np.arange(180), (y == "well").astype(int)])
    np.testing.assert_allclose(found["error"], [unseen[site == name].mean() for name in found.index])
    assert model.explain_route(pd.DataFrame({"x": [0.5]}))[0].subtasks.index.tolist() == ["east", "west", "far"]
    assert model.errors_.index.tolist() == [0, 1, 2]


def test_other_ways_of_drawing_have_no_sites():
    model = MACRegressor(["linear_regression"], n_subtasks=2, random_state=0).fit(np.arange(40.0)[:, None], np.arange(40.0))
    assert model.site_errors_ is None
    assert model.subtask_names_.tolist() == [0, 1]
