"""What a whole cohort could expect if one rule chose for everybody, and how firmly one arm comes first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from mac_core.treatment.scores import mean_interval

__all__ = ["policy_gains", "policy_values", "resampled_sums", "same_arm_first"]

_CHUNK = 50  # resamples at a time: keeps the weights of a large cohort small


def policy_values(
    scores: np.ndarray,
    usable: np.ndarray,
    clusters: np.ndarray,
    outcome: np.ndarray,
    arms: Sequence[Any],
    *,
    level: float = 0.95,
    extra: np.ndarray | None = None,
    chosen: np.ndarray | None = None,
) -> pd.DataFrame:
    """Average outcome if everybody got one arm, for each arm, as it was given, and if each got the arm chosen for him or her.

    All rows refer to the same patients, those supported under every arm, so that they can be compared.

    Parameters
    ----------
    scores, usable : ndarray, shape (n, arms)
        Doubly robust scores, and whether the arm is supported for the patient.
    clusters : ndarray of int, shape (n,)
    outcome : ndarray, shape (n,)
        Observed outcome, or what stands for it where it is missing.
    arms : sequence of labels
    level : float
        Coverage, 0 to 1.
    extra : ndarray, shape (arms,), or None
        Variance per arm that the scores cannot show (`scores.unseen_variance`).
    chosen : ndarray of int, shape (n,), or None
        The arm chosen for each patient by models and weights that did not see the patient.

    Returns
    -------
    DataFrame
        MultiIndex (policy, arm): ("everybody", a) for each arm a, ("as_given", ""), and with `chosen` ("individual", "");
        columns value, low, high, n.

    Examples
    --------
    >>> everyone = np.ones((3, 2), bool)
    >>> policy_values(np.array([[1.0, 3], [2, 5], [0, 1]]), everyone, np.arange(3), np.ones(3), ["A", "B"])["value"].tolist()
    [1.0, 3.0, 1.0]
    """
    whole = usable.all(axis=1)
    unseen = np.zeros(len(arms)) if extra is None else extra
    columns, variances = [*scores[whole].T, outcome[whole]], [*unseen, 0.0]
    labels: list[tuple[str, Any]] = [*(("everybody", arm) for arm in arms), ("as_given", "")]
    if chosen is not None:
        columns.append(scores[np.arange(len(scores)), chosen][whole])
        variances.append(0.0)
        labels.append(("individual", ""))
    found = [mean_interval(column, clusters[whole], level, each) for column, each in zip(columns, variances, strict=True)]
    index = pd.MultiIndex.from_tuples(labels, names=["policy", "arm"])
    rows = [(each.mean, each.low, each.high, int(whole.sum())) for each in found]
    return pd.DataFrame(rows, index=index, columns=["value", "low", "high", "n"])


def policy_gains(
    scores: np.ndarray,
    usable: np.ndarray,
    clusters: np.ndarray,
    outcome: np.ndarray,
    chosen: np.ndarray,
    arms: Sequence[Any],
    *,
    higher_is_better: bool = True,
    level: float = 0.95,
) -> pd.DataFrame:
    """How much better choosing by patient does than each arm for everybody and than what was given, on the same patients.

    Parameters
    ----------
    scores, usable : ndarray, shape (n, arms)
    clusters : ndarray of int, shape (n,)
    outcome : ndarray, shape (n,)
    chosen : ndarray of int, shape (n,)
        By models and weights that did not see the patient.
    arms : sequence of labels
    higher_is_better : bool
    level : float

    Returns
    -------
    DataFrame
        MultiIndex (policy, arm), what is compared with: gain (above 0 where choosing by patient is better), low, high (paired),
        n: patients supported under every arm.

    Examples
    --------
    >>> scores = np.array([[1.0, 3], [5, 2], [0, 1], [0, 1]])
    >>> everyone, who = np.ones((4, 2), bool), np.arange(4)
    >>> policy_gains(scores, everyone, who, scores[:, 0], scores.argmax(axis=1), ["A", "B"])["gain"].tolist()
    [1.0, 0.75, 1.0]
    """
    whole = usable.all(axis=1)
    sign = 1.0 if higher_is_better else -1.0
    value = scores[np.arange(len(scores)), chosen]
    found = [mean_interval(sign * (value - other)[whole], clusters[whole], level) for other in [*scores.T, outcome]]
    labels = [*(("everybody", arm) for arm in arms), ("as_given", "")]
    index = pd.MultiIndex.from_tuples(labels, names=["policy", "arm"])
    rows = [(each.mean, each.low, each.high, int(whole.sum())) for each in found]
    return pd.DataFrame(rows, index=index, columns=["gain", "low", "high", "n"])


def resampled_sums(
    scores: np.ndarray,
    usable: np.ndarray,
    clusters: np.ndarray,
    *,
    higher_is_better: bool = True,
    resamples: int = 1000,
    seed: int = 0,
) -> np.ndarray:
    """Sums of the scores by arm, of the cohort itself and of resampled cohorts, shape (1 + resamples, arms); more is better.

    Patients are drawn with replacement from the matrix of scores; no model is refitted.

    Parameters
    ----------
    scores, usable : ndarray, shape (n, arms)
        The sums are taken over the patients who are supported under every arm; no rows where nobody is.
    clusters : ndarray of int, shape (n,)
        Patients are drawn with all their rows.
    higher_is_better : bool
    resamples : int
    seed : int

    Examples
    --------
    >>> resampled_sums(np.array([[1.0, 3], [2, 5]]), np.ones((2, 2), bool), np.arange(2), resamples=5)[0].tolist()
    [3.0, 8.0]
    """
    whole = usable.all(axis=1)
    if not whole.any():
        return np.empty((0, scores.shape[1]))
    sign = 1.0 if higher_is_better else -1.0
    _, position = np.unique(clusters[whole], return_inverse=True)
    sums = np.column_stack([np.bincount(position, weights=sign * column) for column in scores[whole].T])
    count = len(sums)
    random = np.random.default_rng(seed)
    found = [sums.sum(axis=0, keepdims=True)]
    for start in range(0, resamples, _CHUNK):
        drawn = random.multinomial(count, np.full(count, 1 / count), size=min(_CHUNK, resamples - start))
        # Clusters of unequal size: the denominators are the same for all arms, so sums rank as averages do.
        found.append(drawn @ sums)
    return np.vstack(found)


def same_arm_first(sums: np.ndarray, among: Sequence[int] | None = None) -> float:
    """Share of resampled cohorts in which the same arm has the best average as in the cohort itself.

    It tells how firm the ranking of the averages is, not how firm the models are. A tie does not count as coming first.

    Parameters
    ----------
    sums : ndarray, shape (1 + resamples, arms)
        As `resampled_sums`.
    among : sequence of int or None
        Positions of the arms that are looked at; None: all.

    Returns
    -------
    float
        0 to 1; NaN when no patient is supported under every arm.

    Examples
    --------
    >>> sums = np.array([[1.0, 3, 2], [1, 3, 4], [1, 3, 0]])
    >>> same_arm_first(sums), same_arm_first(sums, (0, 1))
    (0.5, 1.0)
    """
    if len(sums) < 2:
        return float("nan")
    own = sums if among is None else sums[:, list(among)]
    best = int(np.argmax(own[0]))
    others = np.delete(np.arange(own.shape[1]), best)
    return float(np.all(own[1:, [best]] > own[1:, others], axis=1).mean())
