"""The Brier score and its parts: how far stated risks are off, how well they tell patients apart, and what is left."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["BrierParts", "brier_parts", "risen"]


class BrierParts(NamedTuple):
    """score = reliability - resolution + uncertainty, exactly.

    Attributes
    ----------
    score : float
        Mean squared distance between risk and what happened (0 or 1).
    reliability : float
        What recalibration would save; 0 is perfect.
    resolution : float
        What telling patients apart saves against giving everybody the overall share.
    uncertainty : float
        The score of the overall share, given to everybody.
    """

    score: float
    reliability: float
    resolution: float
    uncertainty: float


def brier_parts(happened: np.ndarray, risk: np.ndarray) -> BrierParts:
    """Split the Brier score, with risks recalibrated by the best rising step function, which needs no bins.

    Parameters
    ----------
    happened : ndarray of 0 and 1, shape (n,)
    risk : ndarray, shape (n,)

    References
    ----------
    Murphy: A new vector partition of the probability score. Journal of Applied Meteorology 12, 1973. Dimitriadis, Gneiting,
    Jordan: Stable reliability diagrams for probabilistic classifiers. PNAS 118, 2021.

    Examples
    --------
    >>> parts = brier_parts(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.2, 0.2, 0.6, 0.6]))
    >>> [round(value, 3) for value in parts]
    [0.1, 0.1, 0.25, 0.25]
    """
    score = float(((risk - happened) ** 2).mean())
    recalibrated = float(((risen(risk, happened) - happened) ** 2).mean())
    overall = float(((happened.mean() - happened) ** 2).mean())
    return BrierParts(score, score - recalibrated, overall - recalibrated, overall)


def risen(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Fit the rising step function nearest to the points (isotonic regression by pooling neighbours that fall).

    Examples
    --------
    >>> risen(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 0.0])).tolist()
    [0.0, 0.5, 0.5]
    """
    places, of_row = np.unique(x, return_inverse=True)
    counts = np.bincount(of_row).astype(float)
    sums = np.bincount(of_row, weights=y)
    heights: list[float] = []
    sizes: list[float] = []
    lengths: list[int] = []
    for total, count in zip((sums / counts).tolist(), counts.tolist(), strict=True):
        heights.append(total)
        sizes.append(count)
        lengths.append(1)
        while len(heights) > 1 and heights[-2] >= heights[-1]:
            size = sizes[-2] + sizes[-1]
            heights[-2:] = [(heights[-2] * sizes[-2] + heights[-1] * sizes[-1]) / size]
            sizes[-2:] = [size]
            lengths[-2:] = [lengths[-2] + lengths[-1]]
    return np.repeat(heights, lengths)[of_row]
