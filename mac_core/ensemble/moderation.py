"""After step 6: keep the chosen averages from saying more than the patients they learned from can bear.

Two corrections of probabilities, both switched off by `moderate=False`. On little data each chosen average *leans* on the
regularised logistic regression of the pool, which errs least there: as if that one stood for sixty patients more. Then one
*temperature* for the whole model raises every probability to the power 1/T and makes them add up to one again: above 1 it holds
back, towards how often each class occurs in the cohort; below 1 it speaks up what averaging has blurred. It is found on
out-of-bag averages, and held near 1 by a penalty, so that a few patients cannot move it far.

Both act on what each subtask says, so that the subtasks still add up to the prediction. Numbers are left alone: there, leaning
did not help.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["LEAN_ON", "Moderation", "base_rates", "cross_fitted", "lean", "lean_share", "moderate", "temper", "temperatures"]

LEAN_ON = "logistic_regression"
"""The learner that the others lean on; nobody leans where the pool does not have it."""

_PATIENTS = 60.0
_PENALTY = 20.0
_TEMPERATURES = 2.0 ** (np.arange(-4, 7) / 4)
_SMALLEST = 1e-9
_FOLDS = 5


class Moderation(NamedTuple):
    """How far the chosen averages lean on `LEAN_ON` (0 to 1), the temperature (1: none), and the base rates it holds back to.

    Models that were saved before base rates counted have none: theirs hold back to equal probabilities.
    """

    share: float = 0.0
    temperature: float = 1.0
    base: tuple[float, ...] | None = None


def base_rates(y: np.ndarray, n_classes: int, weights: np.ndarray | None = None) -> tuple[float, ...]:
    """How often each class occurs, as if each had occurred once more: none is impossible.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
    n_classes : int
    weights : ndarray, shape (n,), optional
        Only their proportions matter.

    Examples
    --------
    >>> base_rates(np.array([0, 0, 1]), 2)
    (0.6, 0.4)
    """
    relative = None if weights is None or not weights.sum() > 0 else weights / weights.mean()
    counts = np.bincount(y, weights=relative, minlength=n_classes) + 1.0
    return tuple(float(rate) for rate in counts / counts.sum())


def lean_share(patients: int) -> float:
    """Share of the logistic regression in every average, for a cohort of so many patients.

    Examples
    --------
    >>> lean_share(60), lean_share(540)
    (0.5, 0.1)
    """
    return _PATIENTS / (_PATIENTS + patients)


def lean(values: np.ndarray, on: np.ndarray, share: float) -> np.ndarray:
    """Mix probabilities, shape (..., n, K), with those that they lean on, shape (n, K)."""
    return values if share == 0.0 else (1.0 - share) * values + share * on


def temper(values: np.ndarray, temperature: float | np.ndarray, base: Sequence[float] | None = None) -> np.ndarray:
    """Raise probabilities to the power 1/T and let them add up to one again.

    Parameters
    ----------
    values : ndarray, shape (..., n, K)
    temperature : float or ndarray, shape (n,)
    base : sequence of float, length K, optional
        From `base_rates`: where T is above 1, it is their ratios to these that are raised, so that holding back ends there and
        not at even odds; None: at even odds.

    Examples
    --------
    >>> temper(np.array([[0.8, 0.2]]), 2.0).round(3).tolist()
    [[0.667, 0.333]]
    >>> temper(np.array([[0.8, 0.2]]), 2.0, base=(0.8, 0.2)).round(3).tolist()
    [[0.8, 0.2]]
    """
    if np.ndim(temperature) == 0 and temperature == 1.0:
        return values
    power = 1.0 / np.asarray(temperature)[..., None]
    powers = np.clip(values, _SMALLEST, 1.0) ** power
    if base is not None:
        powers *= np.asarray(base) ** np.maximum(1.0 - power, 0.0)
    return powers / powers.sum(axis=-1, keepdims=True)


def temperatures(
    values: np.ndarray, y: np.ndarray, shares: np.ndarray, weights: np.ndarray, base: Sequence[float] | None = None
) -> np.ndarray:
    """Find the temperature that suits each of several weightings of the patients.

    Parameters
    ----------
    values : ndarray, shape (n_learners, n, K)
        Out-of-bag averages; NaN where no model is unseen: such patients are left out.
    y : ndarray of int, shape (n,)
    shares : ndarray, shape (r, n_learners)
        In each weighting, the share of the subtasks that chose the learner.
    weights : ndarray, shape (r, n)
        How often each patient counts.
    base : sequence of float, length K, optional

    Returns
    -------
    ndarray, shape (r,)
        Of eleven values from 1/2 to 2.8, the one with the smallest penalised log loss.
    """
    known = np.isfinite(values).all(axis=(0, 2))
    if not known.all():  # no copy of a large array for nothing
        values, y, weights = values[:, known], y[known], weights[:, known]
    # Only what is said of the class that came true matters.
    right = np.stack([temper(values, t, base)[:, np.arange(len(y)), y] for t in _TEMPERATURES], axis=1)
    flat = right.reshape(len(values), -1)
    penalty = _PENALTY * np.log(_TEMPERATURES) ** 2
    best = np.empty(len(shares), dtype=int)
    for number, (share, weight) in enumerate(zip(shares, weights, strict=True)):
        combined = np.maximum(share @ flat, _SMALLEST).reshape(right.shape[1:])
        best[number] = np.argmin(penalty - np.log(combined) @ weight)
    return _TEMPERATURES[best]


def cross_fitted(
    values: np.ndarray,
    y: np.ndarray,
    share: np.ndarray,
    weights: np.ndarray,
    units: np.ndarray,
    rng: np.random.Generator,
    base: Sequence[float] | None = None,
) -> np.ndarray:
    """Temperature for each patient, found without the patient.

    Parameters
    ----------
    values, y, base
        As in `temperatures`.
    share : ndarray, shape (n_learners,)
    weights : ndarray, shape (n,)
    units : ndarray of int, shape (n,)
        The patient of each row: rows of one patient are held out together.

    Returns
    -------
    ndarray, shape (n,)
    """
    _, of_row = np.unique(units, return_inverse=True)
    count = int(of_row.max()) + 1
    fold = rng.permutation(count)[of_row] % _FOLDS
    others = (fold[None, :] != np.arange(_FOLDS)[:, None]) * weights
    return temperatures(values, y, np.tile(share, (_FOLDS, 1)), others, base)[fold]


def moderate(
    values: np.ndarray,
    y: np.ndarray,
    chosen: np.ndarray,
    *,
    share: float,
    weights: np.ndarray | None,
    units: np.ndarray,
    rng: np.random.Generator,
    base: tuple[float, ...],
) -> tuple[Moderation, np.ndarray]:
    """Find the model's temperature, and temper the out-of-bag averages by temperatures that did not see the patient.

    Parameters
    ----------
    values, y, units, base
        As in `cross_fitted`; the averages lean already, by `share`.
    chosen : ndarray of int, shape (n_subtasks,)
        The learner that each subtask chose.
    weights : ndarray, shape (n,), or None

    Returns
    -------
    Moderation, ndarray of shape (n_learners, n, K)
    """
    counted = np.ones(len(y)) if weights is None else weights
    choices = np.bincount(chosen, minlength=len(values)) / len(chosen)
    found = float(temperatures(values, y, choices[None], counted[None], base)[0])
    held = cross_fitted(values, y, choices, counted, units, rng, base)
    return Moderation(share, found, base), temper(values, held, base)
