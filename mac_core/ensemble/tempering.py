"""One temperature for all probabilities of a model: above 1 it holds them back, below 1 it speaks them up.

It is found on what averages say of patients whom their models had not seen, and held near 1 by a penalty, so that a few
patients cannot move it far. Holding back leads towards how often each class occurs in the cohort; speaking up undoes what
averaging has blurred.

References
----------
Guo, Pleiss, Sun, Weinberger: On calibration of modern neural networks. International Conference on Machine Learning, 2017.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["base_rates", "temper", "temperatures"]

_PENALTY = 20.0
_TEMPERATURES = 2.0 ** (np.arange(-4, 7) / 4)
_SMALLEST = 1e-9
_CELLS = 1 << 16  # numbers looked at together: what fits a core's own memory


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
    # A sum over few neighbouring numbers; as a product it takes a tenth of the time.
    return powers / (powers @ np.ones(powers.shape[-1]))[..., None]


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
    best, at_once = np.empty(len(shares), dtype=int), max(1, _CELLS // max(flat.shape[1], 1))
    for start in range(0, len(shares), at_once):
        some = slice(start, start + at_once)
        combined = np.maximum(shares[some] @ flat, _SMALLEST)
        logs = np.log(combined, out=combined).reshape(-1, *right.shape[1:])
        best[some] = np.argmin(penalty - np.einsum("rtn,rn->rt", logs, weights[some]), axis=1)
    return _TEMPERATURES[best]
