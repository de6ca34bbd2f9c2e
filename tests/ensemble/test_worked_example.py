"""The worked example adds up by hand: means, ranks, choices and the median are what its own numbers give."""

from __future__ import annotations

import numpy as np
import pytest

from mac_core.ensemble.worked_example import PATIENTS, fit_example, work_through


@pytest.fixture(scope="module")
def model():
    return fit_example()


@pytest.mark.parametrize(("age", "blood_pressure"), [(60, 150), (40, 120), (80, 175)])
def test_every_step_follows_from_the_one_before(model, age, blood_pressure):
    shown = work_through(model, age=age, blood_pressure=blood_pressure)
    # 1: disjoint, a third tests
    assert shown.split.shape == (12, 3) and set(shown.split.to_numpy().ravel()) == {"train", "test"}
    assert ((shown.split == "test").sum() == 4).all()
    # 2, 3, 4
    np.testing.assert_allclose(shown.errors.mean(axis=1).loc[shown.ranking.index], shown.ranking, atol=1e-12)
    assert shown.ranking.is_monotonic_increasing and len(shown.ranking) == 4
    # 5
    assert list(shown.said.index) == ["linear_regression", "nearest_neighbours"] and shown.said.notna().all(axis=None)
    np.testing.assert_allclose(shown.said.mean(axis=1), shown.averages, atol=1e-12)
    # 6
    assert list(shown.chosen) == list(shown.average_errors.idxmin())
    assert shown.chosen.nunique() == 2, "both learners speak for a subtask, or the example teaches nothing"
    # 7
    np.testing.assert_allclose(shown.predictions, shown.averages.loc[shown.chosen].to_numpy(), atol=1e-9)
    assert shown.prediction == pytest.approx(np.median(shown.predictions), abs=1e-9)
    assert shown.article_error < shown.honest_error < shown.baseline_error


def test_the_errors_of_saying_the_same_for_everybody_are_those_worked_out_by_hand(model):
    shown = work_through(model, age=60, blood_pressure=150)
    for subtask in shown.split:
        trained, tested = (PATIENTS.loc[shown.split[subtask] == side, "days"] for side in ("train", "test"))
        assert shown.errors.at["constant", subtask] == pytest.approx((tested - trained.mean()).abs().mean())
