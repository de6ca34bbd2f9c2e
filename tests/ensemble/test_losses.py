"""Losses by hand and against scikit-learn; aggregates that lose least."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss

from mac_core.ensemble.losses import aggregate, row_losses, weighted_mean


def test_classes_by_hand():
    values = np.array([[0.75, 0.25], [0.5, 0.5]])
    y = np.array([0, 1])
    np.testing.assert_allclose(row_losses(values, y, "log"), [-np.log(0.75), -np.log(0.5)])
    np.testing.assert_allclose(row_losses(values, y, "brier"), [0.0625, 0.25])
    assert row_losses(values, y, "zero_one").tolist() == [0, 1]


def test_numbers_by_hand():
    values, y = np.array([[1.0], [5.0]]), np.array([3.0, 4.0])
    assert row_losses(values, y, "squared").tolist() == [4, 1]
    assert row_losses(values, y, "absolute").tolist() == [2, 1]


@pytest.mark.parametrize("k", [2, 3])
def test_as_scikit_learn(k):
    rng = np.random.default_rng(0)
    values, y = rng.dirichlet(np.ones(k), 50), rng.integers(k, size=50)
    assert row_losses(values, y, "log").mean() == pytest.approx(log_loss(y, values, labels=range(k)))
    truth = values[:, 1] if k == 2 else values
    assert row_losses(values, y, "brier").mean() == pytest.approx(brier_score_loss(y, truth, labels=range(k)))


def test_certain_and_wrong_is_finite():
    assert np.isfinite(row_losses(np.array([[1.0, 0.0]]), np.array([1]), "log")).all()


def test_weighted_mean():
    assert weighted_mean(np.array([1.0, 3.0]), np.array([3.0, 1.0])) == 1.5
    assert weighted_mean(np.array([1.0, 3.0]), np.zeros(2)) == 2.0


@pytest.mark.parametrize("loss", ["squared", "absolute"])
def test_aggregate_of_numbers_loses_least(loss):
    rng = np.random.default_rng(1)
    values = rng.normal(size=(6, 4, 1))
    best = aggregate(values, loss)[:, 0]
    cost = [row_losses(values, np.full(4, 0) + best + shift, loss).sum() for shift in (-0.01, 0.0, 0.01)]
    assert cost[1] <= min(cost) + 1e-12


@pytest.mark.parametrize("loss", ["log", "zero_one", "squared", "absolute"])
def test_counts_stand_for_repeats(loss):
    rng = np.random.default_rng(2)
    values = rng.dirichlet(np.ones(3), (4, 5)) if loss in {"log", "zero_one"} else rng.normal(size=(4, 5, 1))
    counts = np.array([3, 0, 1, 2])
    np.testing.assert_allclose(aggregate(values, loss, counts), aggregate(np.repeat(values, counts, axis=0), loss), atol=1e-12)


def test_median_of_an_even_number_is_the_mean_of_the_middle_two():
    assert aggregate(np.array([1.0, 2.0, 10.0, 20.0]).reshape(4, 1, 1), "absolute").item() == 6.0


def test_nobody_to_ask_is_nan():
    assert np.isnan(aggregate(np.ones((2, 1, 1)), "squared", np.zeros((2, 1)))).all()
    assert np.isnan(aggregate(np.ones((2, 1, 1)), "absolute", np.zeros((2, 1)))).all()
