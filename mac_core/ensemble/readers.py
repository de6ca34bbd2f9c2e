"""Ask a fitted scikit-learn model for its prediction, without the checks that it repeats at every call.

A prediction asks some fifty models about one patient: checks, parameter validation and thread pools then cost ten times the
arithmetic. What is read here is exactly the models of the pool; every other model is asked through its own methods.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit, softmax

__all__ = ["numbers", "probabilities"]

_FORESTS = {"RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor"}
_TREES = {"DecisionTreeClassifier", "DecisionTreeRegressor"}
_LINES = {"LogisticRegression", "Ridge", "BayesianRidge", "ElasticNet", "HuberRegressor", "LinearRegression"}


def probabilities(model: Any, encoded: np.ndarray) -> np.ndarray:
    """Probability of each class of `model.classes_`, shape (n, n_classes); 0 and 1 from a model that only names classes."""
    model, encoded = _last_step(model, encoded)
    name = _name(model)
    if name in _FORESTS | _TREES:
        return _from_trees(model, encoded)
    if name == "LogisticRegression":
        scores = encoded @ model.coef_.T + model.intercept_
        if scores.shape[1] > 1:
            return softmax(scores, axis=1)
        second = expit(scores)
        return np.hstack([1.0 - second, second])
    if hasattr(model, "predict_proba"):
        return model.predict_proba(encoded)
    return (np.asarray(model.predict(encoded))[:, None] == model.classes_).astype(float)


def numbers(model: Any, encoded: np.ndarray) -> np.ndarray:
    """Predicted values, shape (n,)."""
    model, encoded = _last_step(model, encoded)
    name = _name(model)
    if name in _FORESTS | _TREES:
        return _from_trees(model, encoded)[:, 0]
    if name in _LINES:
        return encoded @ model.coef_ + model.intercept_
    return np.asarray(model.predict(encoded), dtype=float).reshape(len(encoded))


def _name(model: Any) -> str:
    return type(model).__name__ if type(model).__module__.startswith("sklearn.") else ""


def _from_trees(model: Any, encoded: np.ndarray) -> np.ndarray:
    single = np.ascontiguousarray(encoded, dtype=np.float32)
    trees = model.estimators_ if _name(model) in _FORESTS else [model]
    total = trees[0].tree_.predict(single)
    for tree in trees[1:]:
        total = total + tree.tree_.predict(single)
    return total / len(trees)


def _last_step(model: Any, encoded: np.ndarray) -> tuple[Any, np.ndarray]:
    """The last step of the pool's kernel machine and what the steps before it make of the patients."""
    steps = getattr(model, "steps", None)
    if steps is None or len(steps) != 2 or _name(steps[0][1]) != "Nystroem" or steps[0][1].kernel != "rbf":
        return model, encoded
    mapping, last = steps[0][1], steps[1][1]
    if mapping.gamma is None:
        return model, encoded
    typical = mapping.components_
    distances = (encoded**2).sum(axis=1)[:, None] + (typical**2).sum(axis=1) - 2.0 * (encoded @ typical.T)
    kernel = np.exp(-mapping.gamma * np.maximum(distances, 0.0))
    return last, kernel @ mapping.normalization_.T
