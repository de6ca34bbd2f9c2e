"""Effects as one number per patient and arm: how far the arm lies above the average of all arms.

Differences between two arms are differences of these *potentials*, so that they fit together: (a, b) is the negative of (b, a),
and (a, b) plus (b, c) is (a, c). No arm is the reference.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

__all__ = ["average_potential", "centred", "pairwise"]


def centred(values: np.ndarray) -> np.ndarray:
    """Take each row's mean away, shape (..., arms).

    Examples
    --------
    >>> centred(np.array([[1.0, 3.0]])).tolist()
    [[-1.0, 1.0]]
    """
    values = np.asarray(values, dtype=float)
    return values - values.mean(axis=-1, keepdims=True)


def pairwise(values: np.ndarray) -> np.ndarray:
    """Differences of all pairs a < b of the last axis, shape (..., pairs); in the order of `itertools.combinations`.

    Examples
    --------
    >>> pairwise(np.array([1.0, 3.0, 7.0])).tolist()
    [-2.0, -6.0, -4.0]
    """
    one, other = np.array(list(combinations(range(values.shape[-1]), 2))).T
    return np.asarray(values[..., one] - values[..., other])


def average_potential(differences: np.ndarray) -> np.ndarray:
    """Potentials that fit a matrix of average differences best, shape (arms,).

    Parameters
    ----------
    differences : ndarray, shape (arms, arms)
        Entry (a, b) is a minus b; NaN where two arms cannot be compared. Averages over different patients need not add up.

    Returns
    -------
    ndarray, shape (arms,)
        Least squares over all known pairs, with mean 0.

    Examples
    --------
    >>> average_potential(np.array([[0.0, -2.0], [2.0, 0.0]])).tolist()
    [-1.0, 1.0]
    """
    if not np.isnan(differences).any():
        return np.asarray(differences.mean(axis=1) - differences.mean())
    count = len(differences)
    pairs = [(a, b) for a, b in combinations(range(count), 2) if not np.isnan(differences[a, b])]
    design = np.zeros((len(pairs) + 1, count))
    for row, (a, b) in enumerate(pairs):
        design[row, a], design[row, b] = 1.0, -1.0
    design[-1] = 1.0
    target = np.array([*(differences[pair] for pair in pairs), 0.0])
    return np.asarray(np.linalg.lstsq(design, target, rcond=None)[0])
