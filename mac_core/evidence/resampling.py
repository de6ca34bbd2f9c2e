"""Patients drawn anew, with replacement: how often each one counts in every resample, so that nothing is computed twice."""

from __future__ import annotations

import numpy as np

__all__ = ["draw_again", "folds_of_patients", "limits"]

_MOST_RESAMPLES = 400
_FEWEST_RESAMPLES = 100
_WORK = 1_000_000


def draw_again(n: int, *, groups: np.ndarray | None = None, seed: int = 0) -> np.ndarray:
    """Draw patients anew.

    Parameters
    ----------
    n : int
        Rows.
    groups : ndarray, shape (n,), optional
        The patient of each row; all rows of a patient are drawn together.
    seed : int

    Returns
    -------
    ndarray of float, shape (resamples, n)
        How often each row counts; 400 resamples for up to 2,500 rows, fewer for more, never below 100.

    Examples
    --------
    >>> drawn = draw_again(30)
    >>> drawn.shape, float(drawn.sum(axis=1).max())
    ((400, 30), 30.0)
    """
    rng = np.random.default_rng(seed)
    resamples = int(np.clip(_WORK // max(n, 1), _FEWEST_RESAMPLES, _MOST_RESAMPLES))
    if groups is None:
        return rng.multinomial(n, np.full(n, 1 / n), size=resamples).astype(float)
    _, of_row = np.unique(groups, return_inverse=True)
    count = int(of_row.max()) + 1
    return rng.multinomial(count, np.full(count, 1 / count), size=resamples)[:, of_row].astype(float)


def limits(resampled: np.ndarray, value: float) -> tuple[float, float]:
    """Take the middle 95 of 100 resamples, widened where need be to hold the value itself; NaN where fewer than 20 are known.

    Examples
    --------
    >>> low, high = limits(np.arange(101.0), 50.0)
    >>> round(low, 1), round(high, 1)
    (2.5, 97.5)
    """
    known = resampled[np.isfinite(resampled)]
    if len(known) < 20 or not np.isfinite(value):
        return (float("nan"), float("nan"))
    low, high = np.quantile(known, (0.025, 0.975))
    return (float(min(low, value)), float(max(high, value)))


def folds_of_patients(n: int, folds: int, *, groups: np.ndarray | None = None, seed: int = 0) -> np.ndarray:
    """Put rows into folds at random, all rows of a patient into one.

    Returns
    -------
    ndarray of int, shape (n,)
        0 to folds - 1 (to fewer where there are fewer patients), of sizes as equal as can be.

    Examples
    --------
    >>> sorted(folds_of_patients(5, 2).tolist())
    [0, 0, 0, 1, 1]
    """
    of_row = np.arange(n) if groups is None else np.unique(groups, return_inverse=True)[1]
    count = int(of_row.max()) + 1
    return np.random.default_rng(seed).permutation(np.arange(count) % folds)[of_row]
