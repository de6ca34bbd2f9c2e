"""Leaning and temperature together, and in the estimator."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mac_core import MACClassifier, MACRegressor
from mac_core.ensemble.leaning import LEAN_ON, lean, lean_shares
from mac_core.ensemble.moderation import Moderation, Moderator
from mac_core.ensemble.tempering import base_rates, temper, temperatures


def two(event):
    return np.stack([1 - event, event], axis=-1)


def test_nobody_is_moderated_by_what_happened_to_them():
    rng = np.random.default_rng(2)
    values, y = two(rng.uniform(0.05, 0.95, (2, 60))), rng.integers(2, size=60)
    units, tested = np.repeat(np.arange(30), 2), np.arange(60)[None, :] % 5 == np.arange(5)[:, None]
    chosen = np.array([0, 0, 1, 1, 0])

    def moderated(y):
        moderator = Moderator(values, y, tested, (0.5, 0.5), values[1], 0.5)
        found, held = moderator.moderate(chosen, np.ones(60), units, np.random.default_rng(1))
        (share,), (temperature,) = moderator.find(chosen[None], np.ones((1, 60)))
        assert found == (share, temperature, (0.5, 0.5))
        return held, moderator.say(*found[:2], np.arange(2))

    before, by_all = moderated(y)
    fold = np.random.default_rng(1).permutation(30)[units] % 5
    for held in range(5):
        after, _ = moderated(np.where(fold == held, 1 - y, y))
        np.testing.assert_array_equal(after[:, fold == held], before[:, fold == held])
    assert (before != by_all).any() and (after != before).any()


def test_share_and_temperature_are_found_one_after_the_other():
    rng = np.random.default_rng(0)
    values, y = two(rng.uniform(0.05, 0.95, (3, 80))), rng.integers(2, size=80)
    tested = np.arange(80)[None, :] % 4 == np.arange(4)[:, None]
    chosen, weights = rng.integers(3, size=(40, 4)), rng.multinomial(80, np.full(80, 1 / 80), size=40).astype(float)
    moderator = Moderator(values, y, tested, (0.4, 0.6), values[2], 0.4)
    shares, found = moderator.find(chosen, weights)
    np.testing.assert_array_equal(shares, lean_shares(values, values[2], y, chosen, tested, weights, 0.4))
    assert len(np.unique(shares)) > 2
    for number, share in enumerate(shares):
        parts = np.bincount(chosen[number], minlength=3)[None] / 4
        leaning = lean(values, values[2], share)
        assert found[number] == temperatures(leaning, y, parts, weights[[number]], (0.4, 0.6))[0]
        some = np.array([0, 2])
        np.testing.assert_array_equal(moderator.say(share, 2.0, some), temper(leaning[some], 2.0, (0.4, 0.6)))
    nobody = replace(moderator, on=None).find(chosen, weights)
    assert (nobody[0] == 0).all()


def noisy(n=90):
    rng = np.random.default_rng(2)
    X = pd.DataFrame(rng.normal(size=(n, 3)), columns=list("abc"))
    return X, (X["a"] + rng.normal(size=n) > 0).astype(int)


def test_the_estimator_leans_on_little_data_and_adds_up():
    X, y = noisy()
    model = MACClassifier(["decision_tree", LEAN_ON], n_subtasks=5, top_k=1, random_state=0).fit(X, y)
    plain = MACClassifier(["decision_tree", LEAN_ON], n_subtasks=5, top_k=1, moderate=False, random_state=0).fit(X, y)
    # Nothing but one straight line is there to be found.
    assert model.moderation_.share >= 0.8
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
    assert 0 < sites.moderation_.share < 1
