"""Group patients who are alike (phenotypes) by k-means on the encoded table: the "clustering" in the method's name."""

from __future__ import annotations

import numpy as np

__all__ = ["group_patients"]

_MOST_FITTED = 20_000
_FEWEST_MEMBERS = 10


def group_patients(encoded: np.ndarray, n_groups: int, rng: np.random.Generator) -> np.ndarray:
    """Give every patient a phenotype.

    Parameters
    ----------
    encoded : ndarray, shape (n, q)
        Scaled numbers and 0/1 columns.
    n_groups : int
        The most groups; fewer where patients are too few or too much alike. Groups below 10 patients join their nearest one.
    rng : Generator

    Returns
    -------
    ndarray of int, shape (n,)
        0 to the number of groups - 1.

    Examples
    --------
    >>> table = np.r_[np.zeros((20, 1)), np.full((20, 1), 9.0)]
    >>> len(np.unique(group_patients(table, 2, np.random.default_rng(0))))
    2
    """
    from sklearn.cluster import KMeans

    n = len(encoded)
    fitted = encoded if n <= _MOST_FITTED else encoded[rng.choice(n, _MOST_FITTED, replace=False)]
    k = min(n_groups, max(n // _FEWEST_MEMBERS, 1), len(np.unique(fitted, axis=0)))
    if k < 2:
        return np.zeros(n, dtype=int)
    centres = KMeans(k, n_init=3, random_state=int(rng.integers(2**31))).fit(fitted).cluster_centers_
    groups = _nearest(encoded, centres)
    while len(centres) > 1:
        sizes = np.bincount(groups, minlength=len(centres))
        if sizes.min() >= min(_FEWEST_MEMBERS, n):
            break
        centres = np.delete(centres, sizes.argmin(), axis=0)
        groups = _nearest(encoded, centres)
    return groups


def _nearest(encoded: np.ndarray, centres: np.ndarray) -> np.ndarray:
    distances = (centres**2).sum(axis=1) - 2 * encoded @ centres.T
    return distances.argmin(axis=1)
