from itertools import pairwise

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor

from mac_core.treatment.contrast_learners import BoostedContrasts, ForestContrasts, RidgeContrasts, fold_of, held_out


def _scores(slope=1.0, n=400, arms=3, seed=0):
    random = np.random.default_rng(seed)
    Z = random.normal(size=(n, 3))
    effect = np.zeros((n, arms))
    effect[:, 0] = slope * (Z[:, 0] > 0)
    return Z, effect, effect + random.normal(size=(n, arms)) + Z[:, [1]]


@pytest.mark.parametrize("learner", [RidgeContrasts, ForestContrasts, BoostedContrasts])
def test_differences_are_learned_and_what_all_arms_share_is_not(learner):
    Z, effect, scores = _scores(slope=2.0)
    found = learner().fit(Z, scores).predict(Z)
    np.testing.assert_allclose(found.sum(axis=1), 0, atol=1e-9)
    assert np.corrcoef(found[:, 0] - found[:, 1], effect[:, 0])[0, 1] > 0.7
    assert np.abs(found[:, 1] - found[:, 2]).mean() < 0.4


@pytest.mark.parametrize("learner", [RidgeContrasts, ForestContrasts, BoostedContrasts])
def test_two_arms_are_each_others_negative(learner):
    Z, _, scores = _scores(arms=2)
    found = learner().fit(Z, scores).predict(Z)
    np.testing.assert_allclose(found[:, 0], -found[:, 1], atol=1e-9)


def test_the_ridge_says_the_same_for_everybody_where_nothing_differs():
    spread = []
    for seed in range(10):
        Z, _, scores = _scores(slope=0.0, seed=seed)
        spread.append(np.ptp(RidgeContrasts().fit(Z, scores).predict(Z), axis=0).max())
    assert np.median(spread) < 0.3


def test_weights_count_rows():
    Z, _, scores = _scores(n=60)
    weights = np.random.default_rng(3).integers(0, 3, 60)
    weighted = RidgeContrasts().fit(Z, scores, weights).predict(Z)
    repeated = RidgeContrasts().fit(np.repeat(Z, weights, axis=0), np.repeat(scores, weights, axis=0)).predict(Z)
    np.testing.assert_allclose(weighted, repeated, atol=1e-9)


def test_folds_hold_a_patients_rows_together():
    clusters = np.repeat(np.arange(50), 3)
    fold = fold_of(clusters, 5, np.random.default_rng(0))
    assert all(len(set(fold[clusters == patient])) == 1 for patient in range(50))
    assert np.bincount(fold[::3]).tolist() == [10] * 5


def test_held_out_patients_are_not_learned_from():
    Z, _, scores = _scores(n=100)
    fold = fold_of(np.arange(100), 5, np.random.default_rng(0))
    before = held_out(RidgeContrasts, Z, scores, fold)
    changed = scores.copy()
    changed[fold == 2] += np.array([50.0, 0, 0])
    after = held_out(RidgeContrasts, Z, changed, fold)
    np.testing.assert_array_equal(after[fold == 2], before[fold == 2])
    assert np.abs(after - before)[fold != 2].min() > 1


def test_a_forest_that_was_kept_before_still_answers():
    Z, _, scores = _scores()
    kept = ForestContrasts()
    kept.model_ = RandomForestRegressor(5, min_samples_leaf=20, random_state=0).fit(Z, scores)
    found = kept.predict(Z)
    means = kept.model_.predict(Z)
    np.testing.assert_allclose(found, means - means.mean(axis=1, keepdims=True), atol=1e-12)


def test_every_tree_learns_from_its_own_half():
    Z, _, scores = _scores(n=101)
    forest = ForestContrasts(4, seed=1).fit(Z, scores)
    assert [tree.tree_.n_node_samples[0] for tree in forest.members_] == [50] * 4
    roots = [tree.tree_.value[0].ravel() for tree in forest.members_]
    assert all(np.abs(one - other).max() > 0 for one, other in pairwise(roots))
    again = ForestContrasts(4, seed=1).fit(Z, scores)
    np.testing.assert_array_equal(again.predict(Z), forest.predict(Z))
