"""Leaning and the temperature."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core import MACClassifier, MACRegressor
from mac_core.ensemble.moderation import LEAN_ON, Moderation, base_rates, cross_fitted, lean, lean_share, temper, temperatures


def two(event):
    return np.stack([1 - event, event], axis=-1)


def test_leaning_by_hand():
    np.testing.assert_allclose(lean(two(np.array([[0.9]])), two(np.array([0.5])), 0.25), two(np.array([[0.8]])))
    assert lean_share(120) == pytest.approx(1 / 3)


def test_tempering_by_hand():
    np.testing.assert_allclose(temper(two(np.array([0.8])), 0.5), two(np.array([0.64 / 0.68])))
    values = two(np.array([0.3, 0.8]))
    assert temper(values, 1.0) is values
    rows = temper(values, np.array([1.0, 2.0]))
    np.testing.assert_allclose(rows, [[0.7, 0.3], two(np.array([2 / 3]))[0]])


def test_holding_back_ends_at_the_base_rate():
    values, base = two(np.array([0.02, 0.1, 0.6])), (0.9, 0.1)
    np.testing.assert_allclose(temper(values, 1e9, base), np.tile(base, (3, 1)), atol=1e-6)
    np.testing.assert_allclose(temper(values, 1e9), 0.5, atol=1e-6)
    held = temper(values, 2.0, base)[:, 1]
    odds = np.sqrt(np.array([0.02 / 0.98, 1 / 9, 1.5]) * (1 / 9))
    np.testing.assert_allclose(held, odds / (1 + odds))
    # Speaking up leads away from even odds, whatever the base rates.
    np.testing.assert_array_equal(temper(values, 0.5, base), temper(values, 0.5))


def test_base_rates_by_hand():
    assert base_rates(np.array([0, 0, 2]), 3) == pytest.approx((3 / 6, 1 / 6, 2 / 6))
    assert base_rates(np.array([0, 1]), 2, np.array([3.0, 1.0])) == pytest.approx((2.5 / 4, 1.5 / 4))
    assert base_rates(np.array([0, 1]), 2, np.zeros(2)) == (0.5, 0.5)


def test_a_rare_event_that_nothing_foretells_is_held_back_to_its_rate():
    # Equal probabilities would be no way out: a third would have to be said of what happens to one in twenty.
    rng = np.random.default_rng(0)
    y = (rng.random(2000) < 0.05).astype(int)
    noise = np.clip(0.05 * np.exp(rng.normal(size=2000)), 0, 0.9)
    values = two(noise)[None]
    found = temperatures(values, y, np.ones((1, 1)), np.ones((1, 2000)), base_rates(y, 2))[0]
    assert found > 2
    assert temperatures(values, y, np.ones((1, 1)), np.ones((1, 2000)))[0] < found
    lost = [-np.log(temper(values[0], t, b)[np.arange(2000), y]).mean() for t, b in ((found, base_rates(y, 2)), (1.0, None))]
    assert lost[0] < lost[1]


@pytest.mark.parametrize(("said", "happens", "direction"), [(0.95, 0.7, 1), (0.6, 0.9, -1), (0.7, 0.7, 0)])
def test_the_temperature_holds_back_or_speaks_up(said, happens, direction):
    rng = np.random.default_rng(0)
    side = rng.random(2000) < 0.5
    event = np.where(side, said, 1 - said)
    y = (rng.random(2000) < np.where(side, happens, 1 - happens)).astype(int)
    found = temperatures(two(event)[None], y, np.ones((1, 1)), np.ones((1, 2000)))[0]
    assert np.sign(found - 1) == direction


def test_few_patients_cannot_move_it():
    event = np.array([0.6, 0.4, 0.6, 0.4])
    assert temperatures(two(event)[None], np.array([1, 0, 1, 0]), np.ones((1, 1)), np.ones((1, 4)))[0] == 1.0


def test_each_weighting_has_its_own_and_patients_without_predictions_are_left_out():
    event = np.concatenate([np.full(500, 0.95), np.full(500, 0.6), [np.nan]])
    y = np.concatenate([np.arange(500) % 10 < 7, np.arange(500) % 10 < 9, [0]]).astype(int)
    weights = np.array([np.arange(1001) < 500, np.arange(1001) >= 500], dtype=float)
    found = temperatures(two(event)[None], y, np.ones((2, 1)), weights)
    assert found[0] > 1 > found[1]


def test_cross_fitted_does_not_look_at_the_patient():
    rng = np.random.default_rng(0)
    values, y = two(rng.uniform(0.05, 0.95, 60))[None], rng.integers(2, size=60)
    units = np.repeat(np.arange(30), 2)

    def found(y):
        return cross_fitted(values, y, np.ones(1), np.ones(60), units, np.random.default_rng(1))

    before = found(y)
    assert (before[::2] == before[1::2]).all()
    fold = np.random.default_rng(1).permutation(30)[units] % 5
    changed = np.where(fold == 0, 1 - y, y)
    np.testing.assert_array_equal(found(changed)[fold == 0], before[fold == 0])


def noisy(n=90):
    rng = np.random.default_rng(2)
    X = pd.DataFrame(rng.normal(size=(n, 3)), columns=list("abc"))
    return X, (X["a"] + rng.normal(size=n) > 0).astype(int)


def test_the_estimator_leans_on_little_data_and_adds_up():
    X, y = noisy()
    model = MACClassifier(["decision_tree", LEAN_ON], n_subtasks=5, top_k=1, random_state=0).fit(X, y)
    plain = MACClassifier(["decision_tree", LEAN_ON], n_subtasks=5, top_k=1, moderate=False, random_state=0).fit(X, y)
    assert model.moderation_.share == pytest.approx(60 / 150)
    assert plain.moderation_ == Moderation(0.0, 1.0)
    # Steps 1 to 6 are the same; only what the chosen averages say is moderated.
    pd.testing.assert_frame_equal(model.averages_, plain.averages_)
    pd.testing.assert_series_equal(model.selected_, plain.selected_)
    for fitted in (model, plain):
        for row, route in enumerate(fitted.explain_route(X.head(3))):
            np.testing.assert_allclose(route.subtasks[[0, 1]].mean(), fitted.predict_proba(X.head(3))[row], atol=1e-12)


def test_leaning_by_the_estimators_own_parts():
    X, y = noisy()
    options = {"n_subtasks": 5, "random_state": 0}
    model = MACClassifier([LEAN_ON, "naive_bayes"], top_k=1, **options).fit(X, y)
    alone = {
        name: MACClassifier([name], moderate=False, **options).fit(X, y).predict_proba(X) for name in (LEAN_ON, "naive_bayes")
    }
    chosen = model.selected_.iloc[0]
    assert model.moderation_.base == base_rates(y.to_numpy(), 2)
    expected = temper(lean(alone[chosen], alone[LEAN_ON], model.moderation_.share), *model.moderation_[1:])
    np.testing.assert_allclose(model.predict_proba(X), expected, atol=1e-12)


def test_nothing_to_lean_on_and_nothing_to_temper():
    X, y = noisy()
    assert MACClassifier(["decision_tree"], n_subtasks=5, random_state=0).fit(X, y).moderation_.share == 0
    votes = MACClassifier([LEAN_ON], n_subtasks=5, loss="zero_one", random_state=0).fit(X, y)
    number = MACRegressor(["linear_regression"], n_subtasks=5, random_state=0).fit(X, X["a"])
    assert votes.moderation_ == number.moderation_ == Moderation()


def test_only_proportions_of_weights_matter_and_sites_are_not_patients():
    X, y = noisy(240)
    weights = np.random.default_rng(0).uniform(1, 3, 240)
    options = {"n_subtasks": 5, "random_state": 0}
    light, heavy = (
        MACClassifier(["decision_tree", LEAN_ON], **options).fit(X, y, sample_weight=weights * times) for times in (1, 1024)
    )
    assert light.moderation_ == heavy.moderation_
    assert light.honest_error_ == pytest.approx(heavy.honest_error_, rel=1e-9)
    sites = MACClassifier(["decision_tree", LEAN_ON], draw="site", random_state=0).fit(X, y, groups=np.arange(240) % 3)
    assert sites.moderation_.share == pytest.approx(60 / 300)
