"""Average differences between the arms, for every ordered pair; no arm is special."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd

from mac_core.treatment.scores import mean_interval

__all__ = ["average_effects"]


def average_effects(
    scores: np.ndarray,
    usable: np.ndarray,
    clusters: np.ndarray,
    arms: Sequence[Any],
    *,
    level: float = 0.95,
    extra: np.ndarray | None = None,
    observed: np.ndarray | None = None,
) -> pd.DataFrame:
    """Average difference of every ordered pair of arms, over the patients who are supported in both.

    Parameters
    ----------
    scores : ndarray, shape (n, arms)
        Doubly robust scores, in the outcome's unit.
    usable : ndarray of bool, shape (n, arms)
        Whether the arm is supported for the patient.
    clusters : ndarray of int, shape (n,)
        Which patient each row belongs to; standard errors cluster by it.
    arms : sequence of labels
    level : float
        Coverage of the intervals, 0 to 1.
    extra : ndarray, shape (arms,), or None
        Variance per arm that the scores cannot show (`scores.unseen_variance`).
    observed : ndarray of bool, shape (n,), or None
        Who has an outcome; None: everybody.

    Returns
    -------
    DataFrame
        MultiIndex (arm, against); columns difference (= arm minus against), low, high, n (rows with an outcome). The pair
        (b, a) is exactly the negative of (a, b).

    Examples
    --------
    >>> table = average_effects(np.array([[1.0, 3], [2, 5], [0, 1]]), np.ones((3, 2), bool), np.arange(3), ["A", "B"])
    >>> table.loc[("B", "A"), ["difference", "n"]].tolist()
    [2.0, 3.0]
    """
    rows = []
    for a, b in permutations(range(len(arms)), 2):
        both = usable[:, a] & usable[:, b]
        unseen = 0.0 if extra is None else float(extra[a] + extra[b])
        found = mean_interval(scores[both, a] - scores[both, b], clusters[both], level, unseen)
        rows.append((found.mean, found.low, found.high, int((both if observed is None else both & observed).sum())))
    index = pd.MultiIndex.from_tuples(list(permutations(arms, 2)), names=["arm", "against"])
    return pd.DataFrame(rows, index=index, columns=["difference", "low", "high", "n"])
