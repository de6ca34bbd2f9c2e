"""Learners of the differences between arms: from covariates to potentials, fitted to doubly robust scores.

All arms are learned at once (potentials, see `potentials`), so that nothing depends on the order of the arms.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mac_core.treatment.potentials import centred

__all__ = ["BoostedContrasts", "ForestContrasts", "RidgeContrasts", "fold_of", "held_out"]

_MOST_ROWS = 10_000  # that train a forest or boosting: cost must not grow with a million rows
_PENALTIES = np.logspace(-1.5, 4, 23)


class RidgeContrasts:
    """Linear potentials, held back; the penalty by generalised cross-validation, "the same for everybody" among the choices.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> x = random.normal(size=(200, 1))
    >>> scores = np.column_stack([x[:, 0], -x[:, 0]]) + random.normal(size=(200, 2)) / 10
    >>> RidgeContrasts().fit(x, scores).predict(np.array([[1.0]])).round(1).tolist()
    [[1.0, -1.0]]
    """

    def fit(self, Z: np.ndarray, scores: np.ndarray, weights: np.ndarray | None = None) -> RidgeContrasts:
        """Fit potentials to scores, shapes (n, features) and (n, arms); `weights` (n,) say how often a row counts."""
        target = centred(scores)
        weight = np.ones(len(Z)) if weights is None else np.asarray(weights, dtype=float)
        total = weight.sum()
        self.centre_ = weight @ Z / total
        spread = np.sqrt(weight @ (Z - self.centre_) ** 2 / total)
        self.scale_ = np.where(spread > 1e-9, spread, 1.0)
        self.mean_ = weight @ target / total
        standard, rest = (Z - self.centre_) / self.scale_, target - self.mean_
        gram = (standard * weight[:, None]).T @ standard
        values, vectors = np.linalg.eigh(gram)
        values = np.maximum(values, 0.0)
        along = vectors.T @ ((standard * weight[:, None]).T @ rest)
        power = float((weight[:, None] * rest**2).sum())
        best, self.coefficients_ = power / (1 - 1 / total) ** 2, np.zeros((Z.shape[1], scores.shape[1]))
        for penalty in _PENALTIES * total / 100:
            shrunk = values / (values + penalty)
            freedom = 1.0 + shrunk.sum()
            if freedom >= 0.5 * total:
                continue
            solved = along / (values + penalty)[:, None]
            residual = power - 2 * float((solved * along).sum()) + float((values[:, None] * solved**2).sum())
            found = residual / (1 - freedom / total) ** 2
            if found < best:
                best, self.coefficients_ = found, vectors @ solved
        return self

    def predict(self, Z: np.ndarray) -> np.ndarray:
        """Potentials, shape (m, arms)."""
        return np.asarray(self.mean_ + ((Z - self.centre_) / self.scale_) @ self.coefficients_)


class ForestContrasts:
    """Potentials by a forest of many-armed trees with large leaves, each of which learns from half of the patients.

    Halves drawn without replacement say what as many patients drawn with replacement do, for a quarter less time; and trees
    grown one by one need not be cloned and checked as scikit-learn's forest does it, which costs as much as a small tree.

    Parameters
    ----------
    trees : int
    seed : int

    References
    ----------
    Buja, Stuetzle: Observations on bagging. Statistica Sinica 16, 2006 (halves without replacement).
    """

    def __init__(self, trees: int = 50, seed: int = 0) -> None:
        self.trees, self.seed = trees, seed

    def fit(self, Z: np.ndarray, scores: np.ndarray) -> ForestContrasts:
        """Fit potentials to scores, shapes (n, features) and (n, arms)."""
        from sklearn import config_context
        from sklearn.tree import DecisionTreeRegressor

        rows = _sample(len(Z), self.seed)
        n, table, target = len(rows), _for_trees(Z[rows]), centred(scores[rows])
        leaf = max(5, min(40, n // 25))  # of the half: a leaf stands for twice as many patients
        random = np.random.default_rng(self.seed)
        self.members_ = []
        with config_context(skip_parameter_validation=True):
            for seed in random.integers(2**31, size=self.trees):
                half = random.permutation(n)[: n // 2]
                tree = DecisionTreeRegressor(min_samples_leaf=leaf, max_features=0.5, random_state=int(seed))
                self.members_.append(tree.fit(table[half], target[half], check_input=False))
        return self

    def predict(self, Z: np.ndarray) -> np.ndarray:
        """Potentials, shape (m, arms)."""
        # Runs of before hold scikit-learn's forest.
        members = self.__dict__["model_"].estimators_ if "model_" in self.__dict__ else self.members_
        table = _for_trees(Z)
        return centred(sum(tree.predict(table, check_input=False) for tree in members) / len(members))


def _for_trees(Z: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(Z, dtype=np.float32)


class BoostedContrasts:
    """Potentials by a few small boosted trees per arm; with two arms, one model is the other's negative.

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, Z: np.ndarray, scores: np.ndarray) -> BoostedContrasts:
        """Fit potentials to scores, shapes (n, features) and (n, arms)."""
        from sklearn import config_context
        from sklearn.ensemble import HistGradientBoostingRegressor

        from mac_core.ensemble.training import inner_threads

        rows = _sample(len(Z), self.seed)
        target = centred(scores[rows])
        columns = range(1) if scores.shape[1] == 2 else range(scores.shape[1])
        with inner_threads(), config_context(skip_parameter_validation=True, assume_finite=True):
            self.models_ = [
                HistGradientBoostingRegressor(
                    max_iter=15,
                    learning_rate=0.2,
                    max_leaf_nodes=4,
                    min_samples_leaf=max(5, min(40, len(rows) // 15)),
                    l2_regularization=5.0,
                    early_stopping=False,
                    random_state=self.seed,
                ).fit(Z[rows], target[:, a])
                for a in columns
            ]
        return self

    def predict(self, Z: np.ndarray) -> np.ndarray:
        """Potentials, shape (m, arms)."""
        from mac_core.ensemble.training import inner_threads

        with inner_threads():
            found = [model.predict(Z) for model in self.models_]
        return centred(np.column_stack([found[0], -found[0]] if len(found) == 1 else found))


def _sample(n: int, seed: int) -> np.ndarray:
    if n <= _MOST_ROWS:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, _MOST_ROWS, replace=False))


def fold_of(clusters: np.ndarray, folds: int, random: np.random.Generator) -> np.ndarray:
    """Fold of each row, shape (n,); a patient's rows share it, and folds hold equally many patients within one.

    Examples
    --------
    >>> fold_of(np.array([7, 7, 8, 9]), 3, np.random.default_rng(0)).tolist()
    [1, 1, 2, 0]
    """
    _, position = np.unique(clusters, return_inverse=True)
    count = int(position.max()) + 1
    fold = np.empty(count, dtype=int)
    fold[random.permutation(count)] = np.arange(count) % folds
    return np.asarray(fold[position])


def held_out(learner: Any, Z: np.ndarray, scores: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Potentials of every patient by a learner that was fitted on the other folds, shape (n, arms).

    Parameters
    ----------
    learner : callable
        Makes a fresh learner.
    Z : ndarray, shape (n, features)
    scores : ndarray, shape (n, arms)
    fold : ndarray of int, shape (n,)
    """
    found = np.empty(scores.shape)
    for f in np.unique(fold):
        own = fold == f
        found[own] = learner().fit(Z[~own], scores[~own]).predict(Z[own])
    return found
