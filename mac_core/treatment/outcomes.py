"""What is expected under each arm: one MAC outcome model per arm, and predictions for the cohort that are honest.

A patient's expectation under the arm that the patient got comes from models that did not see the patient; under the other arms
from the full models, which never saw the patient either, unless the patient has rows in several arms: then from those subtasks
that did not train on the patient.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from mac_core.treatment.steps import OnStep
from mac_core.treatment.unseen import honest_predictions, predict_without, trained_on

__all__ = ["ConstantOutcome", "OutcomeModels", "fit_outcomes"]


@dataclass(frozen=True)
class ConstantOutcome:
    """Stands for the model of an arm in which everybody had the same outcome.

    Examples
    --------
    >>> ConstantOutcome(0.0).predict(pd.DataFrame(index=[0, 1])).tolist()
    [0.0, 0.0]
    """

    value: float

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """The one value that was seen, shape (n,)."""
        return np.full(len(X), self.value)


@dataclass(frozen=True)
class OutcomeModels:
    """The fitted models, one per arm in the order of the arms, and what they say about the cohort.

    Attributes
    ----------
    models : tuple
        MAC estimators, or `ConstantOutcome`.
    expected : ndarray, shape (n, arms)
        Honest expected outcomes of the cohort under every arm, in the outcome's unit (binary: probability of 1).
    """

    models: tuple[Any, ...]
    expected: np.ndarray

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Expected outcome of new patients under every arm, shape (m, arms)."""
        return np.column_stack([_expectation(model, X) for model in self.models])


def fit_outcomes(
    model: Any,
    X: pd.DataFrame,
    arm: np.ndarray,
    outcome: np.ndarray,
    clusters: np.ndarray,
    count: int,
    *,
    observed: np.ndarray | None = None,
    steps: Callable[[], OnStep] | None = None,
) -> OutcomeModels:
    """Fit one clone of `model` per arm.

    Parameters
    ----------
    model : MACClassifier or MACRegressor
        Classifier for outcomes coded 0 and 1. All arms get the same seed, so that no arm is special.
    X : DataFrame, shape (n, features)
    arm : ndarray of int, shape (n,)
    outcome : ndarray of float, shape (n,)
        NaN where it was not observed.
    clusters : ndarray of int, shape (n,)
        Which patient each row belongs to; a patient's rows are never split between training and testing.
    count : int
        Number of arms.
    observed : ndarray of bool, shape (n,), or None
        Who has an outcome and can be learned from; None: everybody.
    steps : callable or None
        Makes, for each model, the hook that is called after every fit as the estimators do.

    Returns
    -------
    OutcomeModels
    """
    models: list[Any] = []
    expected = np.empty((len(arm), count))
    for a in range(count):
        own = arm == a if observed is None else (arm == a) & observed
        if np.ptp(outcome[own]) == 0:
            fitted: Any = ConstantOutcome(float(outcome[own][0]))
            expected[:, a] = fitted.value
        else:
            fitted = clone(model)
            target = outcome[own].astype(int) if hasattr(fitted, "predict_proba") else outcome[own]
            # Learners see a plain 0..n-1 index: the caller's may repeat.
            fitted._fit(X[own].reset_index(drop=True), target, groups=clusters[own], on_step=None if steps is None else steps())
            expected[:, a] = _honest_expectations(fitted, X, own, clusters, fallback=float(outcome[own].mean()))
        models.append(fitted)
    return OutcomeModels(tuple(models), expected)


def _honest_expectations(fitted: Any, X: pd.DataFrame, own: np.ndarray, clusters: np.ndarray, fallback: float) -> np.ndarray:
    """Expected outcome of everybody by one arm's model, shape (n,); `fallback` where every subtask saw the patient."""
    expected = np.empty(len(own))
    expected[own] = honest_predictions(fitted, X[own].reset_index(drop=True), clusters[own])[:, -1]
    met = ~own & np.isin(clusters, clusters[own])
    if met.any():
        expected[met] = predict_without(fitted, X[met], trained_on(fitted, clusters[own], clusters[met]))[:, -1]
    fresh = ~own & ~met
    if fresh.any():
        expected[fresh] = _expectation(fitted, X[fresh])
    # k-fold subtasks leave nobody out, unless an arm has hardly any patients; then the arm's mean has to do.
    return np.where(np.isnan(expected), fallback, expected)


def _expectation(model: Any, X: pd.DataFrame) -> np.ndarray:
    if hasattr(model, "predict_proba"):
        return np.asarray(model.predict_proba(X)[:, -1], dtype=float)
    return np.asarray(model.predict(X), dtype=float)
