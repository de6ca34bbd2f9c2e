from __future__ import annotations

import numpy as np
import pytest

from mac_core.evidence.resampling import draw_again, folds_of_patients, limits


def test_rows_of_a_patient_are_drawn_together():
    groups = np.array([7, 7, 3, 3, 3, 9])
    drawn = draw_again(6, groups=groups)
    assert (drawn[:, 0] == drawn[:, 1]).all() and (drawn[:, 2] == drawn[:, 4]).all()
    assert drawn.mean() == pytest.approx(1, abs=0.1) and (drawn[:, 0] != drawn[:, 5]).any()


def test_cost_is_bounded_and_the_seed_fixes_everything():
    assert [len(draw_again(n)) for n in (50, 5000, 100_000)] == [400, 200, 100]
    assert (draw_again(40, seed=3) == draw_again(40, seed=3)).all()
    assert (draw_again(40, seed=3) != draw_again(40, seed=4)).any()


def test_limits_hold_the_value_and_need_enough_resamples():
    assert limits(np.linspace(2, 3, 100), 1.0)[0] == 1.0
    assert np.isnan(limits(np.r_[np.arange(10.0), np.full(90, np.nan)], 5.0)).all()
    assert np.isnan(limits(np.arange(100.0), float("nan"))).all()


def test_folds_keep_patients_whole():
    groups = np.repeat(np.arange(12), 3)
    fold = folds_of_patients(36, 4, groups=groups)
    assert all(len(set(fold[groups == patient])) == 1 for patient in range(12))
    assert np.bincount(fold).tolist() == [9, 9, 9, 9]
