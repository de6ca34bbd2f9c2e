"""What a whole cohort could expect if one rule chose for everybody, and how firmly one arm comes first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from mac_core.treatment.scores import mean_interval

__all__ = ["policy_gains", "policy_values", "resampled_sums", "same_arm_first"]

_ONE_ERROR = 0.6827  # level of an interval that ends one standard error from its middle
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

    All rows refer to the same patients, those supported under every arm, so that they can be compared. The interval of choosing
    by patient allows for the number of arms (see `policy_gains`): where they are nearly alike, the one that did best by chance
    is chosen for many.

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
    levels = [level] * len(columns)
    if chosen is not None:
        columns.append(scores[np.arange(len(scores)), chosen][whole])
        variances.append(0.0)
        labels.append(("individual", ""))
        levels.append(_shared(level, len(arms) - 1))
    parts = zip(columns, levels, variances, strict=True)
    found = [mean_interval(column, clusters[whole], own, each) for column, own, each in parts]
    index = pd.MultiIndex.from_tuples(labels, names=["policy", "arm"])
    rows = [(each.mean, each.low, each.high, int(whole.sum())) for each in found]
    return pd.DataFrame(rows, index=index, columns=["value", "low", "high", "n"])


def policy_gains(
    scores: np.ndarray,
    usable: np.ndarray,
    clusters: np.ndarray,
    outcome: np.ndarray,
    potential: np.ndarray,
    arms: Sequence[Any],
    *,
    arm: np.ndarray | None = None,
    higher_is_better: bool = True,
    level: float = 0.95,
) -> pd.DataFrame:
    """How much better choosing by patient does than each arm for everybody and than what was given, on the same patients.

    What is estimated is the gain of the rules that were judged: every fold of the patients gets its arms from the rule that was
    learned on the other folds, and the gain is averaged over these patients. (The rule of all patients together, which advises
    new ones, has learned from a little more.)

    Such a mean is not too high or too low by itself, but its error is no normal one where arms are nearly alike:

    - The rules of the folds contradict each other there. An arm that did well in a fold by chance did worse in the others, so
      that it is not chosen where it did well: the mean is too low, and its standard error, which knows only patients for whom
      another arm was chosen, too small. So the upper end counts patients *in doubt* as if they had been given the other arm:
      those for whom the arm is chosen, but another one is expected to be less than a standard error (of the average difference
      between the two) behind.
    - With more than two arms, the one that did best by chance is chosen for many, and the gain over those that did worst is too
      high. So the lower ends allow for the number of other arms (Bonferroni), down to the least of the plain lower ends: that
      one holds for all arms at once, and needs no allowance. (Advice by patient opens when it exceeds 0.) What was given is a
      mixture of the arms: both of its ends are at least as wide as the upper ends of the gains over them, on average.

    Measured in `benchmarks/results/treatment.md`.

    Parameters
    ----------
    scores, usable : ndarray, shape (n, arms)
    clusters : ndarray of int, shape (n,)
    outcome : ndarray, shape (n,)
    potential : ndarray, shape (n, arms)
        What is expected of each patient under every arm by models and weights that did not see the patient, in the outcome's
        own direction; the best usable arm is the choice.
    arms : sequence of labels
    arm : ndarray of int, shape (n,), or None
        Which one each patient got; None: all of them equally often.
    higher_is_better : bool
    level : float

    Returns
    -------
    DataFrame
        MultiIndex (policy, arm), what is compared with: gain (above 0 where choosing by patient is better), low, high (paired),
        n: patients supported under every arm.

    References
    ----------
    Luedtke, van der Laan: Statistical inference for the mean outcome under a possibly non-unique optimal treatment strategy.
    Annals of Statistics 44, 2016 (why the rules of the folds contradict each other where arms are alike).

    Examples
    --------
    >>> scores = np.array([[1.0, 3], [5, 2], [0, 1], [0, 1]])
    >>> everyone, who = np.ones((4, 2), bool), np.arange(4)
    >>> policy_gains(scores, everyone, who, scores[:, 0], scores, ["A", "B"])["gain"].tolist()
    [1.0, 0.75, 1.0]
    """
    whole = usable.all(axis=1)
    sign = 1.0 if higher_is_better else -1.0
    expected = np.where(usable, sign * potential, -np.inf)
    value = scores[np.arange(len(scores)), expected.argmax(axis=1)]
    who, near = clusters[whole], _standard_errors(scores[whole], clusters[whole])
    gaps = [sign * (value - scores[:, a])[whole] for a in range(len(arms))]
    plain = [mean_interval(gap, who, level) for gap in gaps]
    least = min(each.low for each in plain)
    found = []
    for a, own in enumerate(plain):
        low = max(least, mean_interval(gaps[a], who, _shared(level, len(arms) - 1)).low)
        half = own.high - own.mean
        # Where nobody would be given another arm, the gain is 0 for certain.
        if half > 0:
            wide = mean_interval(_with_doubt(expected[whole], sign * scores[whole], near, a), who, level)
            half = max(half, wide.high - wide.mean)
        found.append((own.mean, low, own.mean + half))
    counts = np.ones(len(arms)) if arm is None else np.bincount(arm[whole], minlength=len(arms))
    shares = counts / max(counts.sum(), 1)
    mixed = float(shares @ [high - gain for gain, _, high in found])
    own = mean_interval(sign * (value - outcome)[whole], who, level)
    half = max(own.high - own.mean, mixed)
    given = (own.mean, own.mean - half, own.mean + half)
    labels = [*(("everybody", arm) for arm in arms), ("as_given", "")]
    index = pd.MultiIndex.from_tuples(labels, names=["policy", "arm"])
    rows = [(*each, int(whole.sum())) for each in [*found, given]]
    return pd.DataFrame(rows, index=index, columns=["gain", "low", "high", "n"])


def _shared(level: float, count: int) -> float:
    """Level of each of `count` intervals that together miss no more often than one of `level` (Bonferroni)."""
    return 1 - (1 - level) / count


def _standard_errors(scores: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Of the average difference between two arms, shape (arms, arms)."""
    errors = np.zeros((scores.shape[1], scores.shape[1]))
    for a, b in combinations(range(len(errors)), 2):
        found = mean_interval(scores[:, a] - scores[:, b], clusters, _ONE_ERROR)
        errors[a, b] = errors[b, a] = found.high - found.mean
    return errors


def _with_doubt(expected: np.ndarray, scores: np.ndarray, near: np.ndarray, a: int) -> np.ndarray:
    """How far the scores of the chosen arms lie above those of arm a, shape (n,).

    Where a was chosen, but another arm is in doubt, that other arm stands for it; more is better.
    """
    rows = np.arange(len(scores))
    second = np.where(np.arange(scores.shape[1]) == a, -np.inf, expected).argmax(axis=1)
    doubt = expected[:, a] - expected[rows, second] < near[a, second]
    return np.asarray(scores[rows, np.where(doubt, second, a)] - scores[:, a])


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
