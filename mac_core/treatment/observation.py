"""Missing outcomes: how likely each patient was to have an outcome at all, by arm."""

from __future__ import annotations

import numpy as np

from mac_core.treatment.contrast_learners import fold_of

__all__ = ["observed_probability"]

_FEWEST = 10  # patients with and without outcome, for a model; otherwise the arm's share
_FLOOR = 0.05


def observed_probability(
    Z: np.ndarray, arm: np.ndarray, observed: np.ndarray, clusters: np.ndarray, *, seed: int = 0
) -> np.ndarray:
    """Probability that the patient's outcome was observed under the arm that was given, shape (n,).

    By a penalised logistic regression per arm on the other folds' patients; where an arm lacks less than ten outcomes (or has
    less than ten), the arm's share. Never below .05.

    Parameters
    ----------
    Z : ndarray, shape (n, features)
        Encoded covariates.
    arm : ndarray of int, shape (n,)
    observed : ndarray of bool, shape (n,)
    clusters : ndarray of int, shape (n,)
    seed : int

    References
    ----------
    Robins, Rotnitzky, Zhao: Analysis of semiparametric regression models for repeated outcomes in the presence of missing data.
    Journal of the American Statistical Association 90, 1995.

    Examples
    --------
    >>> Z, arm = np.zeros((40, 1)), np.repeat([0, 1], 20)
    >>> observed_probability(Z, arm, np.arange(40) >= 5, np.arange(40))[[0, 39]].tolist()
    [0.75, 1.0]
    """
    found = np.ones(len(arm))
    if observed.all():
        return found
    fold = fold_of(clusters, 5, np.random.default_rng(seed))
    for a in np.unique(arm):
        own = arm == a
        found[own] = observed[own].mean()
        if min(observed[own].sum(), (~observed[own]).sum()) < _FEWEST:
            continue
        for f in range(5):
            train, now = own & (fold != f), own & (fold == f)
            if now.any() and 0 < observed[train].sum() < train.sum():
                found[now] = _logistic(Z[train], observed[train]).predict_proba(Z[now])[:, 1]
    return np.maximum(found, _FLOOR)


def _logistic(Z: np.ndarray, observed: np.ndarray):  # type: ignore[no-untyped-def]
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500)).fit(Z, observed)
