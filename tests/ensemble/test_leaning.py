"""How far averages lean on the logistic regression."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mac_core.ensemble import leaning
from mac_core.ensemble.leaning import lean, lean_shares, prior_share


def two(event):
    return np.stack([1 - event, event], axis=-1)


def folds(n, m=5):
    return np.arange(n)[None, :] % m == np.arange(m)[:, None]


def test_leaning_by_hand():
    np.testing.assert_allclose(lean(two(np.array([[0.9]])), two(np.array([0.5])), 0.25), two(np.array([[0.8]])))
    each = lean(two(np.array([[0.9, 0.9]])), two(np.array([0.5, 0.5])), np.array([0.0, 0.5]))
    np.testing.assert_allclose(each, two(np.array([[0.9, 0.7]])))
    values = two(np.array([[0.9]]))
    assert lean(values, two(np.array([0.5])), 0.0) is values


def test_the_prior_by_hand():
    assert prior_share(200) == pytest.approx(1 / 2)
    assert prior_share(400) == pytest.approx(1 / 5)


@pytest.mark.parametrize(("expected", "found"), [(0.05, 0.05), (0.4, 0.4), (0.95, 0.95)])
def test_where_both_say_the_same_the_prior_decides(expected, found):
    values = two(np.full((1, 20), 0.6))
    share = lean_shares(
        values, values[0], np.ones(20, dtype=int), np.zeros((1, 5), dtype=int), folds(20), np.ones((1, 20)), expected
    )
    assert share[0] == found


@pytest.mark.parametrize(("chosen_says", "linear_says", "found"), [(0.9, 0.5, 0.05), (0.5, 0.9, 0.95)])
def test_patients_overrule_the_prior_where_they_are_clear(chosen_says, linear_says, found):
    # What is said comes true in nine of ten.
    y, side = (np.arange(300) % 10 > 0).astype(int), np.full(300, 1.0)
    values, on = two(np.full((1, 300), chosen_says)), two(linear_says * side)
    for n, expected in ((300, found), (2, 0.4)):
        some = slice(0, n)
        share = lean_shares(values[:, some], on[some], y[some], np.zeros((1, 5), dtype=int), folds(n), np.ones((1, n)), 0.4)
        assert share[0] == expected


def test_choices_do_not_speak_for_their_own_test_patients():
    # Each subtask chooses the learner that happens to be right about its test patients, and wrong about all others.
    y, tested = np.ones(100, dtype=int), folds(100, 2)
    values = two(np.where(tested, 0.99, 0.1))
    chosen = np.arange(2)[None]
    shares = lean_shares(values, two(np.full(100, 0.5)), y, chosen, tested, np.ones((1, 100)), 0.2)
    assert shares[0] == 0.95
    # Where every subtask tests everybody, there is nothing else to go by.
    shares = lean_shares(values, two(np.full(100, 0.01)), y, chosen, np.ones_like(tested), np.ones((1, 100)), 0.2)
    assert shares[0] == 0.05


@given(seed=st.integers(0, 1000), n=st.integers(1, 30), learners=st.integers(1, 4), known=st.integers(0, 30))
def test_each_weighting_by_going_through_the_shares(seed, n, learners, known):
    rng = np.random.default_rng(seed)
    values, on, y = two(rng.uniform(0.02, 0.98, (learners, n))), two(rng.uniform(0.02, 0.98, n)), rng.integers(2, size=n)
    values[:, known:] = np.nan
    chosen, weights, tested = rng.integers(learners, size=(3, 5)), rng.integers(3, size=(3, n)).astype(float), folds(n)
    expected = []
    for choices, weight in zip(chosen, weights, strict=True):
        said = [np.mean([values[c, i, y[i]] for t, c in enumerate(choices) if not tested[t, i]]) for i in range(min(n, known))]
        linear = on[np.arange(len(said)), y[: len(said)]]
        posterior = [
            4 * (0.3 * np.log(s) + 0.7 * np.log(1 - s)) + weight[: len(said)] @ np.log(s * linear + (1 - s) * np.array(said))
            for s in leaning._SHARES
        ]
        expected.append(leaning._SHARES[int(np.argmax(posterior))])
    found = lean_shares(values, on, y, chosen, tested, weights, 0.3)
    np.testing.assert_array_equal(found, expected)


def test_how_many_weightings_are_looked_at_together_changes_nothing(monkeypatch):
    rng = np.random.default_rng(0)
    values, on, y = two(rng.uniform(size=(3, 40))), two(rng.uniform(size=40)), rng.integers(2, size=40)
    chosen, weights = rng.integers(3, size=(25, 5)), rng.multinomial(40, np.full(40, 1 / 40), size=25).astype(float)
    found = []
    for cells in (1, 100, 1 << 18):
        monkeypatch.setattr(leaning, "_CELLS", cells)
        found.append(lean_shares(values, on, y, chosen, folds(40), weights, 0.3))
    assert len(np.unique(found[0])) > 1
    for other in found[1:]:
        np.testing.assert_array_equal(other, found[0])
