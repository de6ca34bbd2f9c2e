"""Phenotypes: groups of patients who are alike, none too small."""

from __future__ import annotations

import numpy as np

from mac_core.ensemble.phenotypes import group_patients


def test_small_groups_join_their_nearest():
    table = np.r_[np.zeros(40), np.full(40, 10.0), np.full(3, 12.0)][:, None]
    groups = group_patients(table, 3, np.random.default_rng(0))
    assert len(np.unique(groups)) == 2
    assert (groups[40:] == groups[40]).all()


def test_equal_patients_are_one_group():
    assert (group_patients(np.ones((50, 2)), 5, np.random.default_rng(0)) == 0).all()


def test_few_patients_are_one_group():
    assert (group_patients(np.arange(9.0)[:, None], 5, np.random.default_rng(0)) == 0).all()
