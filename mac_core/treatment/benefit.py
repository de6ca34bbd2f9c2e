"""Whether patients of whom more benefit was expected had more: by fourths of what was expected, and of risk."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd

from mac_core.treatment.scores import mean_interval

__all__ = ["by_fourths"]


def by_fourths(
    order: np.ndarray | None,
    expected: np.ndarray,
    scores: np.ndarray,
    usable: np.ndarray,
    clusters: np.ndarray,
    arms: Sequence[Any],
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare expected with doubly robust differences in fourths of the patients, for every ordered pair of arms.

    Parameters
    ----------
    order : ndarray, shape (n,), or None
        What the fourths are formed by, lowest first; None: the expected difference itself.
    expected : ndarray, shape (n, arms)
        By models that did not see the patient.
    scores, usable : ndarray, shape (n, arms)
    clusters : ndarray of int, shape (n,)
    arms : sequence of labels
    level : float

    Returns
    -------
    DataFrame
        MultiIndex (arm, against, fourth) with fourth 1 to 4: n, by (mean of `order`), expected, difference (mean of the score
        contrasts), low, high.

    Examples
    --------
    >>> scores = np.column_stack([np.arange(8.0), np.zeros(8)])
    >>> table = by_fourths(None, scores, scores, np.ones((8, 2), bool), np.arange(8), ["A", "B"])
    >>> table.loc[("A", "B"), "difference"].tolist()
    [0.5, 2.5, 4.5, 6.5]
    """
    rows, index = [], []
    for a, b in permutations(range(len(arms)), 2):
        both = usable[:, a] & usable[:, b]
        difference, contrast = (expected[:, a] - expected[:, b])[both], (scores[:, a] - scores[:, b])[both]
        by = difference if order is None else order[both]
        place = np.empty(len(by), dtype=int)
        # The reversed pair must form the same groups: ties are broken by the score's own place, not by the sign.
        place[np.argsort(by if a < b or order is not None else -by, kind="stable")] = np.arange(len(by))
        fourth = 4 * place // max(len(by), 1)
        fourth = fourth if a < b or order is not None else 3 - fourth
        for number in range(4):
            own = fourth == number
            found = mean_interval(contrast[own], clusters[both][own], level)
            means = [float(values[own].mean()) if own.any() else np.nan for values in (by, difference)]
            rows.append((int(own.sum()), *means, found.mean, found.low, found.high))
            index.append((arms[a], arms[b], number + 1))
    names = ["arm", "against", "fourth"]
    columns = ["n", "by", "expected", "difference", "low", "high"]
    return pd.DataFrame(rows, index=pd.MultiIndex.from_tuples(index, names=names), columns=columns)
