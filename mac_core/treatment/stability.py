"""How firmly an arm comes first for one patient: the linear part of the differences, refitted on resampled patients."""

from __future__ import annotations

import numpy as np

from mac_core.treatment.contrast_learners import RidgeContrasts

__all__ = ["ResampledLinear"]


class ResampledLinear:
    """Deviations of the linear learner in resampled cohorts from that of the cohort itself.

    The outcome models are not refitted: their predictions, and the scores made of them, are resampled with their patients. The
    linear learner's deviation stands for that of the whole stack.

    Parameters
    ----------
    Z : ndarray, shape (n, features)
    scores : ndarray, shape (n, arms)
    clusters : ndarray of int, shape (n,)
        Patients are drawn with all their rows.
    resamples : int
    seed : int

    Examples
    --------
    >>> Z = np.linspace(-1, 1, 60)[:, None]
    >>> found = ResampledLinear(Z, np.column_stack([Z[:, 0], -Z[:, 0]]), np.arange(60))
    >>> found.first(Z[[59]], np.array([[1.0, -1.0]]), np.ones((1, 2), bool)).tolist()
    [[1.0, 0.0]]
    """

    def __init__(self, Z: np.ndarray, scores: np.ndarray, clusters: np.ndarray, *, resamples: int = 100, seed: int = 0) -> None:
        random = np.random.default_rng(seed)
        _, position = np.unique(clusters, return_inverse=True)
        count = int(position.max()) + 1
        own_slope, own_intercept = _affine(RidgeContrasts().fit(Z, scores))
        intercepts, slopes = [], []
        for _ in range(resamples):
            weight = random.multinomial(count, np.full(count, 1 / count))[position]
            slope, intercept = _affine(RidgeContrasts().fit(Z, scores, weight))
            slopes.append(slope - own_slope)
            intercepts.append(intercept - own_intercept)
        self.intercepts_, self.slopes_ = np.array(intercepts), np.array(slopes)

    def first(self, Z: np.ndarray, potential: np.ndarray, usable: np.ndarray, *, sign: float = 1.0) -> np.ndarray:
        """Share of resamples in which each arm has the best potential of the supported ones, shape (m, arms).

        Parameters
        ----------
        Z : ndarray, shape (m, features)
        potential : ndarray, shape (m, arms)
            In the outcome's own direction.
        usable : ndarray of bool, shape (m, arms)
        sign : float
            1 where higher is better, -1 where lower is.
        """
        wins = np.zeros(potential.shape)
        rows = np.arange(len(Z))
        for intercept, slope in zip(self.intercepts_, self.slopes_, strict=True):
            moved = np.where(usable, sign * (potential + Z @ slope + intercept), -np.inf)
            wins[rows, moved.argmax(axis=1)] += 1
        return wins / len(self.intercepts_)


def _affine(ridge: RidgeContrasts) -> tuple[np.ndarray, np.ndarray]:
    slope = ridge.coefficients_ / ridge.scale_[:, None]
    return slope, ridge.mean_ - (ridge.centre_ @ slope)
