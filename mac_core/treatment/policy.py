"""What a whole cohort could expect if one rule chose for everybody, and how firmly one arm comes first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from mac_core.treatment.scores import mean_interval

__all__ = ["policy_values", "same_arm_first"]

_CHUNK = 50  # resamples at a time: keeps the weights of a large cohort small


def policy_values(
    scores: np.ndarray,
    usable: np.ndarray,
    clusters: np.ndarray,
    outcome: np.ndarray,
    arms: Sequence[Any],
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Average outcome if everybody got one arm, for each arm, and as it was given.

    All rows refer to the same patients, those supported under every arm, so that they can be compared.

    Parameters
    ----------
    scores, usable : ndarray, shape (n, arms)
        Doubly robust scores, and whether the arm is supported for the patient.
    clusters : ndarray of int, shape (n,)
    outcome : ndarray, shape (n,)
        Observed outcome.
    arms : sequence of labels
    level : float
        Coverage, 0 to 1.

    Returns
    -------
    DataFrame
        MultiIndex (policy, arm): ("everybody", a) for each arm a, and ("as_given", ""); columns value, low, high, n.

    Examples
    --------
    >>> everyone = np.ones((3, 2), bool)
    >>> policy_values(np.array([[1.0, 3], [2, 5], [0, 1]]), everyone, np.arange(3), np.ones(3), ["A", "B"])["value"].tolist()
    [1.0, 3.0, 1.0]
    """
    whole = usable.all(axis=1)
    columns = [*scores[whole].T, outcome[whole]]
    found = [mean_interval(column, clusters[whole], level) for column in columns]
    index = pd.MultiIndex.from_tuples([*(("everybody", arm) for arm in arms), ("as_given", "")], names=["policy", "arm"])
    rows = [(each.mean, each.low, each.high, int(whole.sum())) for each in found]
    return pd.DataFrame(rows, index=index, columns=["value", "low", "high", "n"])


def same_arm_first(
    scores: np.ndarray,
    usable: np.ndarray,
    clusters: np.ndarray,
    *,
    higher_is_better: bool = True,
    resamples: int = 1000,
    seed: int = 0,
) -> float:
    """Share of resampled cohorts in which the same arm has the best average as in the cohort itself.

    Patients are drawn with replacement from the matrix of scores; no model is refitted, so the share tells how firm the
    ranking of the averages is, not how firm the models are. A tie does not count as coming first.

    Parameters
    ----------
    scores, usable : ndarray, shape (n, arms)
        The averages are taken over the patients who are supported under every arm.
    clusters : ndarray of int, shape (n,)
        Patients are drawn with all their rows.
    higher_is_better : bool
    resamples : int
    seed : int

    Returns
    -------
    float
        0 to 1; NaN when no patient is supported under every arm.

    Examples
    --------
    >>> same_arm_first(np.array([[1.0, 3], [2, 5], [0, 1]]), np.ones((3, 2), bool), np.arange(3))
    1.0
    """
    whole = usable.all(axis=1)
    if not whole.any():
        return float("nan")
    sign = 1.0 if higher_is_better else -1.0
    _, position = np.unique(clusters[whole], return_inverse=True)
    sums = np.column_stack([np.bincount(position, weights=sign * column) for column in scores[whole].T])
    count = len(sums)
    best = int(np.argmax(sums.sum(axis=0)))
    others = np.delete(np.arange(sums.shape[1]), best)
    random = np.random.default_rng(seed)
    wins = 0
    for start in range(0, resamples, _CHUNK):
        drawn = random.multinomial(count, np.full(count, 1 / count), size=min(_CHUNK, resamples - start))
        # Clusters of unequal size: the denominators are the same for all arms, so sums rank as averages do.
        totals = drawn @ sums
        wins += int(np.all(totals[:, [best]] > totals[:, others], axis=1).sum())
    return wins / resamples
