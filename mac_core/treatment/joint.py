"""One MAC outcome model for all arms, with the arm as one more column: what is common to the arms is learned from everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from mac_core.treatment.steps import OnStep
from mac_core.treatment.unseen import judged_on, predict_without, trained_on

__all__ = ["JointModel", "fit_joint"]

_COLUMN = "the treatment that was given"


@dataclass(frozen=True)
class JointModel:
    """The fitted model.

    Attributes
    ----------
    model : MACClassifier or MACRegressor
    column : str
        Name of the column that holds the arm.
    labels : tuple of str
        What stands in that column for each arm; numbered by first appearance, so that names of arms play no part.
    """

    model: Any
    column: str
    labels: tuple[str, ...]

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Expected outcome of new patients under every arm, shape (m, arms)."""
        count, m = len(self.labels), len(X)
        both = pd.concat([self.under(X, a) for a in range(count)], ignore_index=True)
        values = self.model.predict_proba(both)[:, -1] if hasattr(self.model, "predict_proba") else self.model.predict(both)
        return np.asarray(values, dtype=float).reshape(count, m).T

    def under(self, X: pd.DataFrame, a: int) -> pd.DataFrame:
        """The patients as if all of them got arm a."""
        return X.assign(**{self.column: pd.Series(self.labels[a], index=X.index, dtype="str")})


def fit_joint(
    model: Any,
    X: pd.DataFrame,
    arm: np.ndarray,
    outcome: np.ndarray,
    observed: np.ndarray,
    clusters: np.ndarray,
    count: int,
    *,
    on_step: OnStep | None = None,
) -> tuple[JointModel, np.ndarray]:
    """Fit the joint model on the patients with an outcome.

    Parameters
    ----------
    model : MACClassifier or MACRegressor
        A clone is fitted; a classifier serves outcomes coded 0 and 1.
    X : DataFrame, shape (n, features)
        Index 0..n-1.
    arm : ndarray of int, shape (n,)
    outcome : ndarray of float, shape (n,)
    observed : ndarray of bool, shape (n,)
    clusters : ndarray of int, shape (n,)
    count : int
        Number of arms.
    on_step : callable or None

    Returns
    -------
    JointModel
    ndarray, shape (n, arms)
        Expected outcomes by models that did not see the patient, under the arm that was given and the others alike; NaN where
        every model saw the patient.
    """
    column = _COLUMN
    while column in X.columns:
        column += "_"
    _, first = np.unique(arm, return_index=True)
    order = np.argsort(np.argsort(first))
    joint = JointModel(clone(model), column, tuple(f"t{order[a]}" for a in range(count)))
    known = X[observed].reset_index(drop=True)
    given = pd.Series([joint.labels[a] for a in arm[observed]], dtype="str")
    target = outcome[observed].astype(int) if hasattr(joint.model, "predict_proba") else outcome[observed]
    joint.model._fit(known.assign(**{column: given}), target, groups=clusters[observed], on_step=on_step)
    trained = trained_on(joint.model, clusters[observed], clusters)
    tested = judged_on(joint.model, clusters[observed], clusters)
    expected = np.column_stack([predict_without(joint.model, joint.under(X, a), trained, tested)[:, -1] for a in range(count)])
    return joint, expected
