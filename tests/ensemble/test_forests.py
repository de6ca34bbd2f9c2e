"""The same trees as scikit-learn's own forests grow, and what one may do with a forest."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone

from mac_core.ensemble.forests import FewExtraTreesClassifier, FewExtraTreesRegressor, FewTreesClassifier, FewTreesRegressor
from mac_core.ensemble.learners import LEARNERS, Size

KINDS = (FewTreesClassifier, FewTreesRegressor, FewExtraTreesClassifier, FewExtraTreesRegressor)
X = np.random.default_rng(0).normal(size=(120, 4))
Y = (X[:, 0] > 0).astype(int) + 2 * (X[:, 1] > 0.5)  # classes 0 to 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("options", [{}, {"min_samples_leaf": 3, "max_features": 0.5, "max_depth": 4}])
def test_the_same_trees(kind, weighted, options):
    weights = np.random.default_rng(1).uniform(0.5, 2, len(X)) if weighted else None
    y = Y + 1 if hasattr(kind, "predict_proba") else Y + X[:, 2]
    mine = kind(7, random_state=3, **options).fit(X, y, sample_weight=weights)
    theirs = kind.__mro__[2](7, random_state=3, **options).fit(X, y, sample_weight=weights)
    assert type(theirs).__module__.startswith("sklearn.")
    for one, other in zip(mine.estimators_, theirs.estimators_, strict=True):
        np.testing.assert_array_equal(one.tree_.feature, other.tree_.feature)
        np.testing.assert_array_equal(one.tree_.threshold, other.tree_.threshold)
        np.testing.assert_array_equal(one.tree_.value, other.tree_.value)
    ask = "predict_proba" if hasattr(kind, "predict_proba") else "predict"
    np.testing.assert_array_equal(getattr(mine, ask)(X), getattr(theirs, ask)(X))


@pytest.mark.parametrize("kind", KINDS)
def test_parameters_are_those_of_scikit_learn(kind):
    again = clone(kind(3, max_features=0.7)).set_params(n_estimators=2)
    assert again.max_features == 0.7
    assert len(again.fit(X, Y).estimators_) == 2


@pytest.mark.parametrize("name", ["random_forest", "extra_trees"])
@pytest.mark.parametrize("classes", [0, 3])
def test_the_pool_asks_for_nothing_that_is_not_heeded(name, classes):
    theirs = type(LEARNERS[name].factory(Size(100, 5, classes))).__mro__[2]()
    forest = LEARNERS[name].factory(Size(100, 5, classes))
    for option in ("oob_score", "class_weight", "warm_start", "max_samples"):
        assert getattr(forest, option, None) == getattr(theirs, option, None)
