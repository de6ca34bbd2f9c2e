"""The range of one patient's own outcome under an arm: split conformal prediction on out-of-sample residuals, and its end."""

from __future__ import annotations

import math

import numpy as np

__all__ = ["conformal_radius", "least_possible", "radius_where_thin"]


def least_possible(outcome: np.ndarray) -> float:
    """What no outcome can be below: 0 for counts (whole numbers, none of them negative), else minus infinity.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        NaN where it was not observed.

    Examples
    --------
    >>> least_possible(np.array([0.0, 3, np.nan])), least_possible(np.array([0.0, 2.5])), least_possible(np.array([-1.0, 3]))
    (0.0, -inf, -inf)
    """
    known = np.asarray(outcome, dtype=float)
    known = known[~np.isnan(known)]
    return 0.0 if len(known) and (known >= 0).all() and (known == np.round(known)).all() else -math.inf


def conformal_radius(residuals: np.ndarray, level: float = 0.95, weights: np.ndarray | None = None) -> float:
    """Half width of the range: the finite-sample quantile of the absolute residuals.

    Parameters
    ----------
    residuals : ndarray, shape (n,)
        Observed minus predicted by models that did not see the patient, in the outcome's unit.
    level : float
        Share of new patients of the same population that the range should hold, 0 to 1.
    weights : ndarray, shape (n,), or None
        How many patients each one stands for (in routine care, the inverse probability of the arm, so that the range holds for
        all patients and not only for those who usually got it); a new patient weighs as much as these do on average.

    Returns
    -------
    float
        The ceil((n + 1) * level)-th smallest absolute residual; NaN when there are too few residuals for that (18 or fewer
        at 95 %), since no finite range has the promised coverage then.

    References
    ----------
    Lei, G'Sell, Rinaldo, Tibshirani, Wasserman: Distribution-free predictive inference for regression. JASA 113, 2018.
    Tibshirani, Barber, Candes, Ramdas: Conformal prediction under covariate shift. NeurIPS 2019 (the weights).

    Examples
    --------
    >>> conformal_radius(np.arange(1, 20), 0.95)
    19.0
    >>> conformal_radius(np.arange(1, 19), 0.95)
    nan
    >>> conformal_radius(np.arange(1, 20), 0.95, np.ones(19))
    19.0
    """
    if weights is not None:
        return _weighted(residuals, level, weights)
    sizes = np.sort(np.abs(np.asarray(residuals, dtype=float)))
    # Rounded first: 20 * 0.95 is 19.000000000000004 on some levels, which must not cost one more residual.
    rank = math.ceil(round((len(sizes) + 1) * level, 9))
    return float(sizes[rank - 1]) if 0 < rank <= len(sizes) else float("nan")


def radius_where_thin(radius: np.ndarray, thin: np.ndarray, apart: np.ndarray, level: float = 0.95) -> np.ndarray:
    """Half widths for single patients: wider where few comparable patients got the arm.

    A conformal range holds for patients like those of the cohort. Those who are unlike most of them are foretold less well, so
    that their ranges held about 92 of 100 new outcomes in simulated trials. How far two kinds of models (one per arm, and one
    for all arms) lie apart for the patient stands for the standard error of what is expected; it is joined to the radius by
    its square, which brings these ranges to about 94 of 100. All others stay as they are.

    Parameters
    ----------
    radius : ndarray, shape (arms,)
        As `conformal_radius`.
    thin : ndarray of bool, shape (m, arms)
    apart : ndarray, shape (m, arms)
        Difference between what the two kinds of models expect, in the outcome's unit.
    level : float

    Returns
    -------
    ndarray, shape (m, arms)

    Examples
    --------
    >>> thin = np.array([[False, True]])
    >>> radius_where_thin(np.array([2.0, 2.0]), thin, np.array([[1.0, 1.0]])).round(2).tolist()
    [[2.0, 2.8]]
    """
    from scipy.special import ndtri

    return np.hypot(radius, np.where(thin, float(ndtri((1 + level) / 2)) * apart, 0.0))


def _weighted(residuals: np.ndarray, level: float, weights: np.ndarray) -> float:
    sizes = np.abs(np.asarray(residuals, dtype=float))
    if not len(sizes):
        return float("nan")
    order = np.argsort(sizes, kind="stable")
    reached = np.cumsum(weights[order]) / (weights.sum() + weights.mean())
    place = int(np.searchsorted(np.round(reached, 9), round(level, 9)))
    return float(sizes[order[place]]) if place < len(sizes) else float("nan")
