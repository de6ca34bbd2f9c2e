"""Instead of step 6: one weight for each learner's average, and one temperature, for all subtasks alike.

With ``choice="weights"`` the averages are combined as a product of powers (numbers: as a sum), in which each weight says how
much a learner counts. The weights are those under which what happened to patients whom the models had not seen is most likely,
held near a start: what the subtasks chose one by one, leaning on the regularised linear model. So few patients cannot move them
far. They need not add up to one: less than one in all holds the prediction back (a temperature above 1), more speaks up.

References
----------
Wolpert: Stacked generalization. Neural Networks 5, 1992. Breiman: Stacked regressions. Machine Learning 24, 1996 (with weights
from 0, as here).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = [
    "CHOICES",
    "WEIGHTED",
    "Weighting",
    "combine",
    "cross_fitted_predictions",
    "find_weights",
    "lean_share",
    "start_weights",
]

CHOICES = ("per_subtask", "weights")
"""Whether each subtask chooses one average, or learners have weights for all subtasks alike."""

WEIGHTED = "weighted_average"
"""What subtasks are said to choose where learners have weights."""

# Chosen on half of the tables that the benchmark measures and confirmed on the other half; from 30 to 100 it hardly matters.
_PENALTY = 60.0
_PATIENTS = 60.0  # as if the linear model stood for so many more
_SMALLEST = 1e-4
_FOLDS = 5
_STEPS = 50


class Weighting(NamedTuple):
    """How the averages are combined.

    Attributes
    ----------
    powers : ndarray, shape (n_learners,)
        From 0: what each average counts. Divided by their sum they are weights; one divided by their sum is the temperature.
    centre : float or None
        Numbers: the mean of the cohort, which predictions are held near. None for classes.
    """

    powers: np.ndarray
    centre: float | None = None


def combine(values: np.ndarray, weighting: Weighting) -> np.ndarray:
    """Combine averages, shape (n_learners, n, K), to predictions, shape (n, K).

    Examples
    --------
    >>> values = np.array([[[0.8, 0.2]], [[0.5, 0.5]]])
    >>> combine(values, Weighting(np.array([0.5, 0.5]))).round(3).tolist()
    [[0.667, 0.333]]
    """
    if weighting.centre is not None:
        return weighting.centre + np.tensordot(weighting.powers, values - weighting.centre, axes=1)
    scores = np.tensordot(weighting.powers, np.log(np.clip(values, _SMALLEST, 1.0)), axes=1)
    scores -= scores.max(axis=-1, keepdims=True)
    probabilities = np.exp(scores)
    return probabilities / probabilities.sum(axis=-1, keepdims=True)


def lean_share(patients: int) -> float:
    """Share of the regularised linear model in the start, for a cohort of so many patients.

    Examples
    --------
    >>> lean_share(60), lean_share(540)
    (0.5, 0.1)
    """
    return _PATIENTS / (_PATIENTS + patients)


def start_weights(choices: np.ndarray, leaning_on: int | None, share: float) -> np.ndarray:
    """Where the weights are held: how often each learner was chosen, and the share that leans on one of them.

    Parameters
    ----------
    choices : ndarray, shape (..., n_learners)
        How many subtasks chose the learner.
    leaning_on : int or None
        Place of the learner that the others lean on.
    share : float

    Examples
    --------
    >>> start_weights(np.array([3.0, 1.0, 0.0]), 2, 0.2).round(2).tolist()
    [0.6, 0.2, 0.2]
    """
    start = choices / choices.sum(axis=-1, keepdims=True)
    if leaning_on is not None and share:
        start = (1.0 - share) * start
        start[..., leaning_on] += share
    return start


def find_weights(values: np.ndarray, y: np.ndarray, start: np.ndarray, weights: np.ndarray, *, classes: bool) -> Weighting:
    """Find the weights that suit patients whom the models had not seen.

    Parameters
    ----------
    values : ndarray, shape (n_learners, n, K)
        Out-of-bag averages; patients with NaN are left out.
    y : ndarray, shape (n,)
        Class numbers, or values.
    start : ndarray, shape (n_learners,)
        Where the weights are held.
    weights : ndarray, shape (n,)
        How often each patient counts.
    classes : bool

    Returns
    -------
    Weighting
    """
    known = np.isfinite(values).all(axis=(0, 2)) & (weights > 0)
    values, y, weights = values[:, known], y[known], weights[known]
    if not known.any():
        return Weighting(start, None if classes else 0.0)
    if classes:
        return Weighting(_likeliest(values, y, start, weights))
    centre = float(weights @ y / weights.sum())
    return Weighting(_nearest(values[..., 0] - centre, y - centre, start, weights), centre)


def _likeliest(values: np.ndarray, y: np.ndarray, start: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Newton's steps to the largest penalised likelihood with powers from 0."""
    logs = np.log(np.clip(values, _SMALLEST, 1.0)).transpose(1, 2, 0)
    # Only differences to the class that came true matter.
    away = np.delete(
        (logs - np.take_along_axis(logs, y[:, None, None], axis=1)).reshape(-1, len(start)),
        np.arange(len(y)) * logs.shape[1] + y,
        axis=0,
    ).reshape(len(y), -1, len(start))
    flat = away.reshape(-1, len(start))

    def loss(powers: np.ndarray) -> tuple[float, np.ndarray]:
        scores = away @ powers
        top = np.maximum(scores.max(axis=1), 0.0)
        odds = np.exp(scores - top[:, None])
        total = np.exp(-top) + odds.sum(axis=1)
        penalty = _PENALTY / 2 * ((powers - start) ** 2).sum()
        return float(weights @ (np.log(total) + top) + penalty), odds / total[:, None]

    def slopes(powers: np.ndarray, said: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        gradient = (said * weights[:, None]).ravel() @ flat + _PENALTY * (powers - start)
        middle = np.einsum("nk,nkl->nl", said, away)
        curvature = flat.T @ (flat * (said * weights[:, None]).reshape(-1, 1)) - middle.T @ (middle * weights[:, None])
        return gradient, curvature + _PENALTY * np.eye(len(start))

    return _descend(loss, slopes, start)


def _nearest(values: np.ndarray, y: np.ndarray, start: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The same for numbers: least squares, in units of the start's own squared error."""
    spread = weights @ (y - start @ values) ** 2 / weights.sum()
    scaled = weights / max(float(spread), 1e-300)
    curvature = (values * scaled) @ values.T + _PENALTY * np.eye(len(start))
    towards = values @ (scaled * y) + _PENALTY * start

    def loss(powers: np.ndarray) -> tuple[float, np.ndarray]:
        return float(powers @ curvature @ powers / 2 - towards @ powers), powers

    return _descend(loss, lambda powers, _: (curvature @ powers - towards, curvature), start)


def _descend(loss, slopes, start: np.ndarray) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Go down a convex loss from `start`, never below 0: Newton's steps for the powers that are free."""
    powers = np.maximum(start, 0.0)
    now, said = loss(powers)
    for _ in range(_STEPS):
        gradient, curvature = slopes(powers, said)
        free = (powers > 0) | (gradient < 0)
        step = np.zeros_like(powers)
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], gradient[free])
        length = 1.0
        while True:
            tried = np.maximum(powers - length * step, 0.0)
            later, said_later = loss(tried)
            if later <= now or length < 1e-6:
                break
            length /= 2
        if not later < now - 1e-9 * (1.0 + abs(now)):
            break
        powers, now, said = tried, later, said_later
    return powers


def cross_fitted_predictions(
    values: np.ndarray,
    y: np.ndarray,
    start: np.ndarray,
    weights: np.ndarray,
    units: np.ndarray,
    rng: np.random.Generator,
    *,
    classes: bool,
) -> np.ndarray:
    """Predict each patient by weights that were found without the patient.

    Parameters
    ----------
    values, y, start, weights, classes
        As in `find_weights`.
    units : ndarray of int, shape (n,)
        The patient of each row: rows of one patient are held out together.

    Returns
    -------
    ndarray, shape (n, K)
    """
    _, of_row = np.unique(units, return_inverse=True)
    fold = rng.permutation(int(of_row.max()) + 1)[of_row] % _FOLDS
    predictions = np.full(values.shape[1:], np.nan)
    for number in np.unique(fold):
        held = fold == number
        predictions[held] = combine(values[:, held], find_weights(values, y, start, weights * ~held, classes=classes))
    return predictions
