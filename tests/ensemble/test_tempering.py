"""The temperature."""

from __future__ import annotations

import numpy as np
import pytest

from mac_core.ensemble.tempering import base_rates, temper, temperatures


def two(event):
    return np.stack([1 - event, event], axis=-1)


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
