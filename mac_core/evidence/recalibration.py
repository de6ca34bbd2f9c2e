"""The straight line that would put predictions right: intercept and slope, for risks on the log-odds scale.

Many weightings of the same patients (resamples) are fitted at once, by Newton's method in plain arrays.
"""

from __future__ import annotations

import numpy as np

__all__ = ["fit_intercept", "fit_slope", "log_odds", "straight_line"]

_SMALLEST = 1e-6
_STEPS = 60
_LONGEST_STEP = 2.0


def log_odds(risk: np.ndarray) -> np.ndarray:
    """Log odds of risks, which are kept one in a million away from 0 and 1.

    Examples
    --------
    >>> log_odds(np.array([0.5, 0.0])).round(2).tolist()
    [0.0, -13.82]
    """
    clipped = np.clip(risk, _SMALLEST, 1 - _SMALLEST)
    return np.log(clipped / (1 - clipped))


def fit_intercept(happened: np.ndarray, odds: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Calibration in the large: the shift of all log odds that makes expected and observed counts equal; 0 is perfect.

    Parameters
    ----------
    happened, odds : ndarray, shape (n,)
        0 or 1, and the predicted log odds (an offset).
    weights : ndarray, shape (resamples, n)

    Returns
    -------
    ndarray, shape (resamples,)
        NaN where all or none had the event.

    Examples
    --------
    >>> even = np.zeros(4)
    >>> fit_intercept(np.array([1, 1, 1, 0]), even, np.ones((1, 4))).round(3).tolist()
    [1.099]
    """
    shift = np.zeros(len(weights))
    done = np.zeros(len(weights), dtype=bool)
    for _ in range(_STEPS):
        expected = _risk(shift[:, None] + odds)
        gradient = (weights * (happened - expected)).sum(axis=1)
        curvature = (weights * expected * (1 - expected)).sum(axis=1)
        step = np.divide(gradient, curvature, out=np.zeros_like(shift), where=curvature > 0)
        step = np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)
        shift += step
        done = np.abs(step) < 1e-10
        if done.all():
            break
    return np.where(done & _both_happen(happened, weights), shift, np.nan)


def fit_slope(happened: np.ndarray, odds: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Calibration slope: by how much log odds must be stretched; below 1, risks were too extreme.

    Parameters
    ----------
    happened, odds : ndarray, shape (n,)
        0 or 1, and the predicted log odds.
    weights : ndarray, shape (resamples, n)

    Returns
    -------
    ndarray, shape (resamples,)
        NaN where it cannot be known: equal predictions, a single class, or classes that the predictions separate fully.

    Examples
    --------
    >>> stated = np.array([-2.0] * 4 + [2.0] * 4)
    >>> fit_slope(np.array([1, 0, 0, 0, 1, 1, 1, 0]), stated, np.ones((1, 8))).round(3).tolist()
    [0.549]
    """
    line = np.zeros((len(weights), 2)) + (0.0, 1.0)
    done = np.zeros(len(weights), dtype=bool)
    for _ in range(_STEPS):
        expected = _risk(line[:, :1] + line[:, 1:] * odds)
        left = weights * (happened - expected)
        curvature = weights * expected * (1 - expected)
        gradient = np.stack([left.sum(axis=1), left @ odds], axis=1)
        one, two, three = curvature.sum(axis=1), curvature @ odds, curvature @ odds**2
        determinant = one * three - two**2
        sound = determinant > 1e-12 * np.maximum(one * three, 1e-300)
        safe = np.where(sound, determinant, 1.0)
        step = np.stack([three * gradient[:, 0] - two * gradient[:, 1], one * gradient[:, 1] - two * gradient[:, 0]], axis=1)
        step = np.where(sound[:, None], step / safe[:, None], 0.0)
        longest = np.abs(step).max(axis=1, keepdims=True)
        line += step * np.minimum(1.0, _LONGEST_STEP / np.maximum(longest, 1e-300))
        done = sound & (longest[:, 0] < 1e-9)
        if (done | ~sound).all():
            break
    return np.where(done & _both_happen(happened, weights), line[:, 1], np.nan)


def straight_line(observed: np.ndarray, predicted: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Intercept and slope of observed numbers on predicted ones, by least squares; each of shape (resamples,).

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0])
    >>> intercept, slope = straight_line(2 * x + 1, x, np.ones((1, 3)))
    >>> intercept.round(6).tolist(), slope.round(6).tolist()
    ([1.0], [2.0])
    """
    # Moved to the middle first: sums of squares of large numbers lose their last digits.
    x, y = predicted - predicted.mean(), observed - observed.mean()
    total = weights.sum(axis=1)
    mean_x, mean_y = weights @ x / total, weights @ y / total
    spread = weights @ x**2 / total - mean_x**2
    together = weights @ (x * y) / total - mean_x * mean_y
    known = spread > 1e-12 * max(float((x**2).mean()), 1e-300)
    slope = np.divide(together, spread, out=np.full(len(weights), np.nan), where=known)
    return mean_y + observed.mean() - slope * (mean_x + predicted.mean()), slope


def _risk(odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(odds, -500, 500)))


def _both_happen(happened: np.ndarray, weights: np.ndarray) -> np.ndarray:
    events = weights @ happened
    return (events > 0) & (events < weights.sum(axis=1))
