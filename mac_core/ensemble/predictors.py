"""What a trained learner needs to predict, and nothing else: plain arrays, small to keep and quick to ask.

A scikit-learn model carries what its training needed, and repeats its checks at every call. A prediction asks some fifty models
about one patient: checks, parameter validation and thread pools then cost ten times the arithmetic. `compact` turns the models
of the pool into the classes below; any other model is kept whole and asked through its own methods.

Each class has `predict(encoded)`: encoded patients, shape (n, q), to the probabilities of the classes that the model saw, shape
(n, classes), or to values, shape (n, 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from scipy.special import expit, softmax

__all__ = ["Boosted", "Foreign", "Kernel", "Linear", "NaiveBayes", "Neighbours", "Network", "Predictor", "Trees", "compact"]

Link = Literal["identity", "logistic", "softmax"]

_FORESTS = {"RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor"}
_TREES = {"DecisionTreeClassifier", "DecisionTreeRegressor"}
_LINES = {"Ridge", "BayesianRidge", "ElasticNet", "HuberRegressor", "LinearRegression"}
_BOOSTED = {"HistGradientBoostingClassifier", "HistGradientBoostingRegressor"}
_NETWORKS = {"MLPClassifier": {"logistic", "softmax"}, "MLPRegressor": {"identity"}}
_NEIGHBOURS = {"KNeighborsClassifier", "KNeighborsRegressor"}


class Predictor(Protocol):
    """What all classes of this file can do."""

    def predict(self, encoded: np.ndarray) -> np.ndarray:
        """Probabilities of the classes that the model saw, or values in one column."""


def _linked(scores: np.ndarray, link: Link) -> np.ndarray:
    if link == "identity":
        return scores
    if link == "softmax":
        return softmax(scores, axis=1)
    second = expit(scores)
    return np.hstack([1.0 - second, second])


@dataclass(frozen=True)
class Linear:
    """Weighted sums, shape of `weights` (q, k), and what makes probabilities of them."""

    weights: np.ndarray
    intercept: np.ndarray
    link: Link

    def predict(self, encoded: np.ndarray) -> np.ndarray:
        return _linked(encoded @ self.weights + self.intercept, self.link)


@dataclass(frozen=True)
class Kernel:
    """Nearness to typical patients, exp(-gamma d^2), read by a linear model."""

    typical: np.ndarray
    gamma: float
    normalisation: np.ndarray
    last: Linear

    def predict(self, encoded: np.ndarray) -> np.ndarray:
        # Step by step in one array: this is half of the time that a thousand patients take.
        nearness = encoded @ (2.0 * self.gamma * self.typical).T
        nearness -= self.gamma * (self.typical**2).sum(axis=1)
        nearness -= self.gamma * (encoded**2).sum(axis=1)[:, None]
        np.minimum(nearness, 0.0, out=nearness)
        return self.last.predict(np.exp(nearness, out=nearness) @ self.normalisation)


@dataclass(frozen=True)
class Network:
    """Layers of weighted sums, cut off at zero between them."""

    weights: tuple[np.ndarray, ...]
    intercepts: tuple[np.ndarray, ...]
    link: Link

    def predict(self, encoded: np.ndarray) -> np.ndarray:
        for layer, (weights, intercept) in enumerate(zip(self.weights, self.intercepts, strict=True)):
            encoded = (np.maximum(encoded, 0.0) if layer else encoded) @ weights + intercept
        return _linked(encoded, self.link)


@dataclass(frozen=True)
class NaiveBayes:
    """Per class: log of its share, mean and variance of every column."""

    shares: np.ndarray
    means: np.ndarray
    variances: np.ndarray

    def predict(self, encoded: np.ndarray) -> np.ndarray:
        spread = -0.5 * np.log(2.0 * np.pi * self.variances).sum(axis=1)
        kinds = zip(self.means, self.variances, strict=True)
        squares = np.stack([((encoded - mean) ** 2 / variance).sum(axis=1) for mean, variance in kinds], axis=1)
        return softmax(self.shares + spread - 0.5 * squares, axis=1)


_CELLS = 1 << 19  # distances held at once: 4 MB
_MARGIN = 1e-9  # equal distances differ in their last digits


@dataclass(frozen=True)
class Neighbours:
    """The training patients and what happened to them; the mean of the k nearest ones.

    Patients who are equally near, as they often are where factors are yes or no, share the places that are left, so that the
    order of the table does not matter. (scikit-learn takes whom it meets first.)

    Parameters
    ----------
    points : ndarray, shape (n, q)
    answers : ndarray, shape (n,)
        Class numbers 0, 1, ... without gaps, or values.
    k : int
    classes : bool
    """

    points: np.ndarray
    answers: np.ndarray
    k: int
    classes: bool

    def predict(self, encoded: np.ndarray) -> np.ndarray:
        # A patient's own length is left out of the squared distance: it is the same to all others.
        towards = np.vstack([-2.0 * self.points.T, (self.points**2).sum(axis=1)])
        asked = np.hstack([encoded, np.ones((len(encoded), 1))])
        rows = max(1, _CELLS // len(self.points))
        said = [self._mean(asked[start : start + rows] @ towards) for start in range(0, len(asked), rows)]
        return np.concatenate(said) if said else np.zeros((0, self._width))

    @property
    def _width(self) -> int:
        return int(self.answers.max()) + 1 if self.classes else 1

    def _mean(self, distances: np.ndarray) -> np.ndarray:
        rows, k = len(distances), min(self.k, len(self.points))
        row, which, theirs = _candidates(distances, k)
        starts = np.searchsorted(row, np.arange(rows))
        ordered = np.full((rows, np.diff(starts, append=len(row)).max()), np.inf)
        ordered[row, np.arange(len(row)) - starts[row]] = theirs
        last = np.partition(ordered, k - 1, axis=1)[:, k - 1]
        margin = _MARGIN * (1.0 + np.abs(last))
        sure = theirs < (last - margin)[row]
        equal = ~sure & (theirs <= (last + margin)[row])
        # The places that the nearer ones leave are shared by all who are as near as the last.
        share = (k - np.bincount(row, sure, rows)) / np.bincount(row, equal, rows)
        weight, answers = np.where(sure, 1.0, share[row] * equal) / k, self.answers[which]
        if not self.classes:
            return np.bincount(row, weight * answers, rows)[:, None]
        return np.bincount(row * self._width + answers, weight, rows * self._width).reshape(rows, self._width)


def _candidates(distances: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Leave out most of those who cannot be among the k nearest: to look through the rest takes a fifth of the time.

    Of groups of patients each has a nearest one; whoever is further away than the k-th of these is not among the k nearest.

    Parameters
    ----------
    distances : ndarray, shape (rows, n)
    k : int

    Returns
    -------
    row, which, theirs : ndarray
        The pairs that are left, at least k for each row, in order, and their distances.
    """
    rows, n = distances.shape
    size = max(n // (3 * k), 1)
    groups = n // size
    best = distances[:, : size * groups].reshape(rows, size, groups).min(axis=1) if size > 1 else distances
    bound = np.partition(best, k - 1, axis=1)[:, k - 1 : k]
    left = np.flatnonzero(distances <= bound + 2.0 * _MARGIN * (1.0 + np.abs(bound)))
    return *np.divmod(left, n), distances.ravel()[left]


class Trees:
    """The mean of decision trees.

    Parameters
    ----------
    trees : list of sklearn.tree._tree.Tree
    """

    def __init__(self, trees: list[Any]) -> None:
        self._trees = trees

    def predict(self, encoded: np.ndarray) -> np.ndarray:
        single = np.ascontiguousarray(encoded, dtype=np.float32)
        total = self._trees[0].predict(single)
        for tree in self._trees[1:]:
            total = total + tree.predict(single)
        return total / len(self._trees)

    def __getstate__(self) -> dict[str, Any]:
        # A prediction asks for the way down and for what the leaves say; the rest (counts, impurities) is 60 % of a tree.
        nodes = np.concatenate([tree.__getstate__()["nodes"] for tree in self._trees])
        values = np.concatenate([tree.value[:, 0] for tree in self._trees])
        leaves = nodes["left_child"] < 0
        return {
            "columns": self._trees[0].n_features,
            "sizes": np.array([tree.node_count for tree in self._trees], dtype=np.int32),
            "left": nodes["left_child"].astype(np.int32),
            "right": nodes["right_child"].astype(np.int32),
            "feature": nodes["feature"][~leaves].astype(np.int32),
            "threshold": nodes["threshold"][~leaves],
            "values": values[leaves],
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        from sklearn.tree._tree import NODE_DTYPE, Tree

        leaves = state["left"] < 0
        width = state["values"].shape[1]
        nodes = np.zeros(len(leaves), dtype=NODE_DTYPE)
        nodes["left_child"], nodes["right_child"] = state["left"], state["right"]
        nodes["feature"][leaves], nodes["threshold"][leaves] = -2, -2.0
        nodes["feature"][~leaves], nodes["threshold"][~leaves] = state["feature"], state["threshold"]
        values = np.zeros((len(leaves), 1, width))
        values[leaves, 0] = state["values"]
        self._trees = []
        start = 0
        for size in state["sizes"]:
            tree, part = Tree(state["columns"], np.array([width], dtype=np.intp), 1), slice(start, start + size)
            tree.__setstate__({"max_depth": 0, "node_count": int(size), "nodes": nodes[part], "values": values[part]})
            self._trees.append(tree)
            start += size


class Boosted:
    """Sums of small trees, one sum per class (or one in all), on top of a start.

    Parameters
    ----------
    nodes : ndarray, structured
        Nodes of all trees, in scikit-learn's own layout.
    sizes : ndarray of int, shape (rounds, k)
    start : ndarray, shape (k,)
    link : str
    """

    def __init__(self, nodes: np.ndarray, sizes: np.ndarray, start: np.ndarray, link: Link) -> None:
        from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor

        self._state: dict[str, Any] = {"nodes": nodes, "sizes": sizes, "start": start, "link": link}
        none = np.zeros((0, 8), dtype=np.uint32)
        parts = np.split(nodes, np.cumsum(sizes.ravel())[:-1])
        self._trees = [TreePredictor(part, none, none) for part in parts]

    def predict(self, encoded: np.ndarray) -> np.ndarray:
        encoded = np.ascontiguousarray(encoded, dtype=float)
        # No column is a category to these trees: the table of known levels is empty.
        known, places = np.zeros((0, 8), dtype=np.uint32), np.zeros(encoded.shape[1], dtype=np.uint32)
        start = self._state["start"]
        scores = np.tile(start, (len(encoded), 1))
        for number, tree in enumerate(self._trees):
            scores[:, number % len(start)] += tree.predict(encoded, known, places, 1)
        return _linked(scores, self._state["link"])

    def __getstate__(self) -> dict[str, Any]:
        return self._state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]


@dataclass(frozen=True)
class Foreign:
    """Any other model, asked as scikit-learn prescribes; 0 and 1 from a model that only names classes."""

    model: Any
    classes: bool

    def predict(self, encoded: np.ndarray) -> np.ndarray:
        if not self.classes:
            return np.asarray(self.model.predict(encoded), dtype=float).reshape(len(encoded), 1)
        if hasattr(self.model, "predict_proba"):
            return self.model.predict_proba(encoded)
        return (np.asarray(self.model.predict(encoded))[:, None] == self.model.classes_).astype(float)


def compact(model: Any, *, classes: bool) -> Predictor:
    """Keep of a fitted model what predicting needs.

    Parameters
    ----------
    model : estimator
    classes : bool
        Whether probabilities of classes are asked for, or values.

    Returns
    -------
    Predictor
        Says what the model says, to about 1e-15.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> compact(LinearRegression().fit([[0.0], [1.0]], [1.0, 3.0]), classes=False).predict(np.array([[2.0]])).round(9).tolist()
    [[5.0]]
    """
    return _compact(model) or Foreign(model, classes)


def _compact(model: Any) -> Predictor | None:
    name = _name(model)
    if name in _FORESTS | _TREES and model.n_outputs_ == 1:
        return Trees([tree.tree_ for tree in model.estimators_] if name in _FORESTS else [model.tree_])
    if name in _LINES or name in ("LogisticRegression", "LinearDiscriminantAnalysis"):
        return _linear(model, name)
    if name in _BOOSTED:
        return _boosted(model, name)
    if name in _NETWORKS and model.activation == "relu" and model.out_activation_ in _NETWORKS[name]:
        if name == "MLPRegressor" and model.n_outputs_ > 1:
            return None
        return Network(tuple(model.coefs_), tuple(model.intercepts_), model.out_activation_)
    if name == "GaussianNB":
        return NaiveBayes(np.log(model.class_prior_), model.theta_, model.var_)
    if name in _NEIGHBOURS:
        return _neighbours(model, name)
    steps = getattr(model, "steps", None)
    if steps is not None and len(steps) == 2 and _name(steps[0][1]) == "Nystroem":
        return _kernel(steps[0][1], _compact(steps[1][1]))
    return None


def _name(model: Any) -> str:
    # A forest of few trees predicts as the one of scikit-learn that it derives from.
    kind = type(model).__mro__[2] if type(model).__module__ == "mac_core.ensemble.forests" else type(model)
    return kind.__name__ if kind.__module__.startswith("sklearn.") else ""


def _linear(model: Any, name: str) -> Linear | None:
    weights = np.atleast_2d(model.coef_).T
    intercept = np.atleast_1d(np.asarray(model.intercept_, dtype=float))
    if name in _LINES:
        return Linear(weights, intercept, "identity") if weights.shape[1] == 1 else None
    return Linear(weights, intercept, "logistic" if weights.shape[1] == 1 else "softmax")


def _kernel(mapping: Any, last: Predictor | None) -> Kernel | None:
    if mapping.kernel != "rbf" or mapping.gamma is None or not isinstance(last, Linear):
        return None
    return Kernel(mapping.components_, float(mapping.gamma), mapping.normalization_.T, last)


def _boosted(model: Any, name: str) -> Boosted | None:
    regular = "log_loss" if name.endswith("Classifier") else "squared_error"
    if model.is_categorical_ is not None or model.loss != regular:
        return None
    trees = [tree for round_ in model._predictors for tree in round_]
    sizes = np.array([len(tree.nodes) for tree in trees], dtype=np.int32).reshape(len(model._predictors), -1)
    link: Link = "identity" if regular == "squared_error" else "logistic" if sizes.shape[1] == 1 else "softmax"
    return Boosted(np.concatenate([tree.nodes for tree in trees]), sizes, model._baseline_prediction.ravel(), link)


def _neighbours(model: Any, name: str) -> Neighbours | None:
    regular = model.algorithm == "brute" and model.weights == "uniform" and model.metric == "minkowski" and model.p == 2
    if not regular or np.ndim(model._y) > 1:
        return None
    answers = np.asarray(model._y)
    classes = name == "KNeighborsClassifier"
    return Neighbours(model._fit_X, answers.astype(np.int32) if classes else answers, model.n_neighbors, classes)
