"""A second outcome, the harm, compared between the arms as the first one is: by doubly robust scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from mac_core.treatment.average_effects import average_effects
from mac_core.treatment.contrast_learners import fold_of
from mac_core.treatment.observation import observed_probability
from mac_core.treatment.scores import aipw_scores, unseen_variance

__all__ = ["harm_effects", "harm_numbers"]

_HAPPENED = ("1", "1.0", "yes", "y", "true", "present", "positive", "event", "1_yes")
_FEWEST = 10  # events and others per arm, for a model; otherwise the arm's share


def harm_numbers(harm: Any) -> np.ndarray | None:
    """The harm as numbers: 1 where it happened, of two values; None where it is neither two values nor numbers.

    Which of two words says that it happened: the usual ones, otherwise the rarer one.

    Examples
    --------
    >>> harm_numbers(["no", "yes", None]).tolist()
    [0.0, 1.0, nan]
    """
    values = pd.Series(np.asarray(harm, dtype=object))
    labels = values[values.notna()].map(lambda value: str(value).strip().casefold())
    counts = labels.value_counts()
    if len(counts) <= 2:
        known = [label for label in counts.index if label in _HAPPENED]
        plain = len(counts) == 1 and not known
        event = (
            known[0]
            if len(known) == 1
            else None
            if plain
            else sorted(counts.index, key=lambda label: (counts[label], label))[0]
        )
        found = np.full(len(values), np.nan)
        found[labels.index] = (labels == event).to_numpy(dtype=float)
        return found
    numbers = pd.to_numeric(values, errors="coerce")
    return None if (numbers.isna() & values.notna()).any() else np.asarray(numbers.to_numpy(dtype=float))


def harm_effects(
    harm: Any,
    Z: np.ndarray,
    arm: np.ndarray,
    propensity: np.ndarray,
    usable: np.ndarray,
    clusters: np.ndarray,
    arms: Sequence[Any],
    *,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame | None:
    """Average difference in the harm between every ordered pair of arms.

    Parameters
    ----------
    harm : array-like, shape (n,)
        Two values, or numbers; missing where not known.
    Z : ndarray, shape (n, features)
        Encoded covariates. The harm's models are penalised linear ones per arm, on the other folds' patients; an arm with fewer
        than ten events has its share instead.
    arm : ndarray of int, shape (n,)
    propensity : ndarray, shape (n, arms)
    usable : ndarray of bool, shape (n, arms)
    clusters : ndarray of int, shape (n,)
    arms : sequence of labels
    level : float
    seed : int

    Returns
    -------
    DataFrame or None
        As `average_effects`; None where the harm cannot be read as numbers, or is not known in some arm.

    Examples
    --------
    >>> arm = np.tile([0, 1], 50)
    >>> options = np.zeros((100, 1)), arm, np.full((100, 2), 0.5), np.ones((100, 2), bool), np.arange(100), ["A", "B"]
    >>> table = harm_effects(arm * (np.arange(100) < 20), *options)
    >>> round(float(table.loc[("B", "A"), "difference"]), 2)
    0.2
    """
    numbers = harm_numbers(harm)
    if numbers is None or any(np.isnan(numbers[arm == a]).all() for a in range(len(arms))):
        return None
    known = ~np.isnan(numbers)
    binary = bool(np.isin(numbers[known], (0.0, 1.0)).all())
    fold = fold_of(clusters, 5, np.random.default_rng(seed))
    expected = np.empty((len(arm), len(arms)))
    for a in range(len(arms)):
        own = (arm == a) & known
        expected[:, a] = numbers[own].mean()
        events = min((numbers[own] == 1).sum(), (numbers[own] == 0).sum()) if binary else own.sum()
        if events < _FEWEST:
            continue
        for f in range(5):
            train, now = own & (fold != f), fold == f
            if now.any() and np.ptp(numbers[train]) > 0:
                expected[now, a] = _fitted(Z[train], numbers[train], Z[now], binary=binary)
    seen = observed_probability(Z, arm, known, clusters, seed=seed)
    scores = aipw_scores(expected, propensity * seen[:, None], arm, numbers)
    extra = None
    if binary:
        by_arm = [numbers[(arm == a) & known] for a in range(len(arms))]
        extra = unseen_variance(np.array([y.sum() for y in by_arm]), np.array([len(y) for y in by_arm]), level)
    return average_effects(scores, usable, clusters, arms, level=level, extra=extra, observed=known)


def _fitted(Z: np.ndarray, target: np.ndarray, asked: np.ndarray, *, binary: bool) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression, RidgeCV

    if binary:
        return np.asarray(LogisticRegression(C=0.1, max_iter=500).fit(Z, target).predict_proba(asked)[:, 1])
    return np.asarray(RidgeCV(alphas=(1.0, 10.0, 100.0, 1000.0)).fit(Z, target).predict(asked))
