"""Shares as whole patients of a hundred, which always come to exactly a hundred."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["of_100"]


def of_100(shares: Sequence[float] | np.ndarray) -> np.ndarray:
    """Share out 100 patients by the largest remainder, so that no count is off by a whole patient.

    Parameters
    ----------
    shares : array-like, shape (k,)
        Not negative, not all 0; scaled to sum to 1. Equal remainders are settled by the order in which they stand.

    Returns
    -------
    ndarray of int, shape (k,)
        Sums to 100; each within one of 100 times its share.

    Raises
    ------
    ValueError
        If a share is negative or no number, or all are 0.

    Examples
    --------
    >>> of_100([1 / 3, 1 / 3, 1 / 3]).tolist(), of_100([0.175, 0.825]).tolist()
    ([34, 33, 33], [18, 82])
    """
    given = np.asarray(shares, dtype=float)
    if not np.isfinite(given).all() or (given < 0).any() or not given.sum() > 0:
        raise ValueError("shares must be numbers from 0, not all of them 0")
    exact = 100.0 * given / given.sum()
    # A hair above, or 29.000000000000004 of two equal shares would decide who gets the last patient.
    whole = np.floor(exact + 1e-9)
    left = int(100 - whole.sum())
    last = np.argsort(-np.round(exact - whole, 9), kind="stable")[:left]
    whole[last] += 1
    return whole.astype(int)
