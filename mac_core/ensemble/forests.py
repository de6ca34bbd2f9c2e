"""scikit-learn's forests, grown without what costs as much as the trees where these are few and small.

A forest of a subtask has six trees. To copy a tree with its parameters, to check these, and to hand the tree to a pool of
workers then takes half of the time. Only `fit` is exchanged: the trees are scikit-learn's own, and the same ones, grown from
the same seeds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.utils import check_random_state

__all__ = ["FewExtraTreesClassifier", "FewExtraTreesRegressor", "FewTrees", "FewTreesClassifier", "FewTreesRegressor"]


class FewTrees:
    """Grows the trees of a forest one by one, in this thread.

    Finite numbers are expected, and one target. Out-of-bag scores, weights of classes, `warm_start` and `max_samples` are not
    heeded: no learner of the pool asks for them.
    """

    def fit(self: Any, X: np.ndarray, y: np.ndarray, sample_weight: np.ndarray | None = None) -> Any:
        """Grow the trees.

        Parameters
        ----------
        X : ndarray, shape (n, q)
        y : ndarray, shape (n,)
        sample_weight : ndarray, shape (n,), optional

        Returns
        -------
        self
        """
        X, n = np.ascontiguousarray(X, dtype=np.float32), len(y)
        if hasattr(self, "predict_proba"):
            self.classes_, y = np.unique(y, return_inverse=True)
            self.n_classes_ = len(self.classes_)
        self.n_features_in_, self.n_outputs_ = X.shape[1], 1
        options = {name: getattr(self, name) for name in self.estimator_params}
        rng, self.estimators_ = check_random_state(self.random_state), []
        for _ in range(self.n_estimators):
            seed = rng.randint(np.iinfo(np.int32).max)
            weights = sample_weight
            if self.bootstrap:
                chances = None if sample_weight is None else sample_weight / sample_weight.sum()
                own = check_random_state(seed)
                drawn = own.randint(0, n, n) if chances is None else own.choice(n, n, p=chances)
                weights = np.bincount(drawn, minlength=n)
            tree = type(self.estimator)(**{**options, "random_state": seed})
            self.estimators_.append(tree.fit(X, y, sample_weight=weights, check_input=False))
        return self


class FewTreesClassifier(FewTrees, RandomForestClassifier):
    """`sklearn.ensemble.RandomForestClassifier`, with the `fit` of `FewTrees`.

    Examples
    --------
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]] * 5), np.array([0, 0, 1, 1] * 5)
    >>> FewTreesClassifier(5, random_state=0).fit(X, y).predict(X[:4]).tolist()
    [0, 0, 1, 1]
    """


class FewTreesRegressor(FewTrees, RandomForestRegressor):
    """`sklearn.ensemble.RandomForestRegressor`, with the `fit` of `FewTrees`."""


class FewExtraTreesClassifier(FewTrees, ExtraTreesClassifier):
    """`sklearn.ensemble.ExtraTreesClassifier`, with the `fit` of `FewTrees`."""


class FewExtraTreesRegressor(FewTrees, ExtraTreesRegressor):
    """`sklearn.ensemble.ExtraTreesRegressor`, with the `fit` of `FewTrees`."""
