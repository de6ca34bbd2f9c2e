"""What choosing the best of many does to a reported error, undone: the bootstrap-corrected error (BBC-CV).

Patients are resampled; ranking, the top k and every subtask's choice are redone on the patients that were drawn, and those
that were not drawn judge the result. So is the moderation. Nothing is refitted: all rests on the matrix of out-of-sample
predictions.

References
----------
Tsamardinos, Greasidou, Borboudakis: Bootstrapping the out-of-sample predictions for efficient and accurate cross-validation.
Machine Learning 107, 2018.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mac_core.ensemble.losses import aggregate, row_losses
from mac_core.ensemble.moderation import Moderator
from mac_core.ensemble.weighting import combine, find_weights, start_weights

__all__ = ["Estimate", "Evidence", "Honesty", "honest_error"]

_MOST_RESAMPLES = 500
_FEWEST_RESAMPLES = 200
_WORK = 1_000_000
_CELLS = 1 << 17  # numbers predicted at once: many resamples for little overhead, few enough for a core's own memory


class Estimate(NamedTuple):
    """A number and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Evidence:
    """Out-of-sample predictions of the n patients that some subtask did not train on.

    Attributes
    ----------
    held_out : tuple of ndarray, each of shape (n_learners, n_tested)
        Per subtask, each learner's loss on each of its test patients.
    tests : tuple of ndarray of int
        Per subtask, the positions (0 to n - 1) of its test patients.
    values : ndarray, shape (n_learners, n, K)
        Out-of-bag model averages.
    y : ndarray, shape (n,)
    eligible : ndarray of bool, shape (n_learners,)
        False for baselines.
    baseline : ndarray, shape (n, K)
        The constant predictor's out-of-bag predictions.
    groups : ndarray of int, shape (n,), or None
        Rows of one patient are resampled together.
    weights : ndarray, shape (n,), or None
    moderator : Moderator or None
        How far the averages lean and how they are tempered is found anew in every resample; None: they are used as they are.
    weighing : (int or None, float), or None
        Where learners have weights (`mac_core.ensemble.weighting`), which are found anew in every resample: the place of the
        learner that they lean on, and how far. None: the subtasks choose.
    """

    held_out: tuple[np.ndarray, ...]
    tests: tuple[np.ndarray, ...]
    values: np.ndarray
    y: np.ndarray
    eligible: np.ndarray
    baseline: np.ndarray
    groups: np.ndarray | None = None
    weights: np.ndarray | None = None
    moderator: Moderator | None = None
    weighing: tuple[int | None, float] | None = None


class Honesty(NamedTuple):
    """What the resamples say.

    Attributes
    ----------
    error, gain : Estimate
        The corrected error, and by how much it is below the constant predictor's. The gain is paired: in each resample both are
        judged on the same patients, so that a small but real gain is seen although the errors themselves vary much more.
    low, high : ndarray, shape (n_learners,)
        Interval of each learner's mean error.
    p_first : ndarray, shape (n_learners,)
        Share of the resamples in which the learner came first.
    groups : ndarray of int, shape (n_learners,)
        Learners that the resamples cannot tell apart from the best of them have the same number, 1 for the best of all.
    chosen : ndarray, shape (n_learners, n_subtasks)
        Share of the resamples in which the subtask chose the learner.
    """

    error: Estimate
    gain: Estimate
    low: np.ndarray
    high: np.ndarray
    p_first: np.ndarray
    groups: np.ndarray
    chosen: np.ndarray


def honest_error(evidence: Evidence, loss: str, *, top_k: int | None = None, seed: np.random.SeedSequence) -> Honesty:
    """Correct the error of the whole procedure for its choices.

    Parameters
    ----------
    evidence : Evidence
    loss : str
    top_k : int, optional
    seed : SeedSequence
        500 resamples for up to 2,000 patients, fewer for more, never below 200.

    Returns
    -------
    Honesty
        In the units of `loss`.
    """
    n = len(evidence.y)
    n_resamples = int(np.clip(_WORK // n, _FEWEST_RESAMPLES, _MOST_RESAMPLES))
    rng = np.random.default_rng(seed)
    drawn = _resample(n, evidence.groups, n_resamples, rng)
    weights = drawn if evidence.weights is None else drawn * evidence.weights
    means = _mean_errors(evidence, weights)
    ranks = np.argsort(np.argsort(np.where(evidence.eligible, means, np.inf), axis=1, kind="stable"), axis=1)
    allowed = evidence.eligible & (ranks < (len(evidence.eligible) if top_k is None else top_k))
    chosen = _choices(evidence, weights, allowed, ranks, loss)
    counts = np.array([np.bincount(choices, minlength=len(evidence.eligible)) for choices in chosen], dtype=float)
    if evidence.weighing is None:
        predictions = _chosen_predictions(evidence, chosen, counts, weights, loss)
    else:
        predictions = _weighted_predictions(evidence, evidence.weighing, counts, weights, allowed)
    errors, gains = _judge(evidence, predictions, drawn, loss)
    low, high = np.quantile(means, (0.025, 0.975), axis=0)
    return Honesty(
        _estimate(errors),
        _estimate(gains),
        low,
        high,
        _first(means),
        _groups(means, _mean_errors(evidence, np.ones((1, n)) if evidence.weights is None else evidence.weights[None])[0]),
        np.array([(chosen == learner).mean(axis=0) for learner in range(len(evidence.eligible))]),
    )


def _estimate(resampled: np.ndarray) -> Estimate:
    known = resampled[np.isfinite(resampled)]
    if not len(known):
        return Estimate(np.nan, np.nan, np.nan)
    return Estimate(float(known.mean()), *(float(limit) for limit in np.quantile(known, (0.025, 0.975))))


def _resample(n: int, groups: np.ndarray | None, n_resamples: int, rng: np.random.Generator) -> np.ndarray:
    """How often each patient was drawn, shape (n_resamples, n)."""
    of_row = np.arange(n) if groups is None else np.unique(groups, return_inverse=True)[1]
    count = int(of_row.max()) + 1
    # Row by row: as integers first, the largest array of a fit would be there twice.
    drawn = np.empty((n_resamples, n))
    for row in drawn:
        row[:] = np.bincount(rng.integers(count, size=count), minlength=count)[of_row]
    return drawn


def _per_subtask(losses: list[np.ndarray], evidence: Evidence, weights: np.ndarray) -> np.ndarray:
    """Weighted mean loss per resample, subtask and learner; NaN where no test patient was drawn."""
    means = np.empty((len(weights), len(losses), len(evidence.eligible)))
    for subtask, (test, rows) in enumerate(zip(evidence.tests, losses, strict=True)):
        drawn = weights[:, test]
        total = drawn.sum(axis=1)[:, None]
        means[:, subtask] = np.divide(drawn @ rows.T, total, out=np.full((len(weights), len(rows)), np.nan), where=total > 0)
    return means


def _mean_errors(evidence: Evidence, weights: np.ndarray) -> np.ndarray:
    errors = _per_subtask(list(evidence.held_out), evidence, weights)
    known = np.isfinite(errors)
    return np.where(known, errors, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)


def _choices(evidence: Evidence, weights: np.ndarray, allowed: np.ndarray, ranks: np.ndarray, loss: str) -> np.ndarray:
    """The learner that each subtask chooses, shape (n_resamples, n_subtasks)."""
    losses = row_losses(evidence.values, evidence.y, loss)
    errors = _per_subtask([losses[:, test] for test in evidence.tests], evidence, weights)
    errors = np.where(allowed[:, None, :], np.nan_to_num(errors, nan=0.0), np.inf)
    # Looked through in order of rank, the first of equal ones is the better ranked; so it is where nobody was drawn.
    order = np.argsort(ranks, axis=1, kind="stable")
    first = np.take_along_axis(errors, order[:, None, :], axis=2).argmin(axis=2)
    return np.take_along_axis(order, first, axis=1)


def _judge(
    evidence: Evidence, predictions: Iterator[tuple[np.ndarray, np.ndarray]], drawn: np.ndarray, loss: str
) -> tuple[np.ndarray, np.ndarray]:
    """Error of each resample's model, and its gain over the constant predictor, on the patients that the resample did not draw.

    `predictions` are pairs of the numbers of r resamples and what their models say, shape (r, n, K). NaN where all patients
    were drawn.
    """
    errors, gains = np.full(len(drawn), np.nan), np.full(len(drawn), np.nan)
    without = row_losses(evidence.baseline, evidence.y, loss)
    for resamples, values in predictions:
        left_out = (drawn[resamples] == 0).astype(float)
        if evidence.weights is not None:
            left_out *= evidence.weights
        total = left_out.sum(axis=1)
        some = total > 0
        losses = row_losses(values[some], evidence.y, loss)
        shares = left_out[some] / total[some, None]
        errors[resamples[some]] = (shares * losses).sum(axis=1)
        gains[resamples[some]] = (shares * (without - losses)).sum(axis=1)
    return errors, gains


def _chosen_predictions(
    evidence: Evidence, chosen: np.ndarray, counts: np.ndarray, weights: np.ndarray, loss: str
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """What each resample's choices predict; `counts`, shape (n_resamples, n_learners): how many subtasks chose a learner."""
    if loss == "absolute":
        for resample, count in enumerate(counts):
            used = np.flatnonzero(count)
            yield np.array([resample]), aggregate(evidence.values[used], loss, count[used])[None]
        return
    at_once = max(1, _CELLS // evidence.values[0].size)
    for resamples, used, values in _said(evidence, chosen, counts, weights, loss):
        for start in range(0, len(resamples), at_once):
            some = resamples[start : start + at_once]
            yield some, np.tensordot(counts[some][:, used] / chosen.shape[1], values, axes=1)


def _said(
    evidence: Evidence, chosen: np.ndarray, counts: np.ndarray, weights: np.ndarray, loss: str
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Numbers of resamples that moderate alike, the learners that they choose, and what these say there."""
    if evidence.moderator is None:
        used = np.flatnonzero(counts.any(axis=0))
        values = evidence.values[used]
        yield np.arange(len(chosen)), used, np.eye(values.shape[-1])[values.argmax(axis=-1)] if loss == "zero_one" else values
        return
    found = np.column_stack(evidence.moderator.find(chosen, weights))
    for share, temperature in np.unique(found, axis=0):
        alike = np.flatnonzero((found == (share, temperature)).all(axis=1))
        used = np.flatnonzero(counts[alike].any(axis=0))
        yield alike, used, evidence.moderator.say(share, temperature, used)


def _weighted_predictions(
    evidence: Evidence, weighing: tuple[int | None, float], counts: np.ndarray, weights: np.ndarray, allowed: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The same where learners have weights; the constant predictor may have one, too."""
    classes = evidence.baseline.shape[1] > 1
    values = np.concatenate([evidence.values, evidence.baseline[None]])
    starts = start_weights(np.pad(counts, ((0, 0), (0, 1))), *weighing)
    for resample, start in enumerate(starts):
        used = np.flatnonzero([*(allowed[resample] | (start[:-1] > 0)), True])
        found = find_weights(values[used], evidence.y, start[used], weights[resample], classes=classes)
        yield np.array([resample]), combine(values[used], found)[None]


def _first(means: np.ndarray) -> np.ndarray:
    best = means <= means.min(axis=1, keepdims=True) + 1e-12
    return (best / best.sum(axis=1, keepdims=True)).mean(axis=0)


def _groups(means: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Whoever does not err more than the best in 97.5 % of the resamples is in its group; so again for those who are left.

    A group need not lie together in the ranking: one that errs as often less as more than the best is tied with it, although
    another that stands higher, but errs a little more nearly every time, is not.

    The resamples are paired: both learners are judged on the same patients. (Tests of rank differences assume that subtasks are
    independent, which overlapping ones are not.)
    """
    left = np.argsort(observed, kind="stable")
    groups = np.zeros(len(left), dtype=int)
    while len(left):
        worse = np.quantile(means[:, left] - means[:, left[:1]], 0.025, axis=0) > 1e-12
        groups[left[~worse]] = groups.max() + 1
        left = left[worse]
    return groups
