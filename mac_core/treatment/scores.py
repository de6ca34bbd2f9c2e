"""Doubly robust scores: one number per patient and arm whose average is the expected outcome if everybody got that arm."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["MeanInterval", "aipw_scores", "mean_interval", "unseen_variance"]


class MeanInterval(NamedTuple):
    """A mean with its interval and the number of patients (clusters) behind it; NaN where there is nothing to average."""

    mean: float
    low: float
    high: float
    clusters: int


def aipw_scores(expected: np.ndarray, propensity: np.ndarray, arm: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Augmented inverse-probability-weighted scores.

    ``score[i, a] = expected[i, a] + 1{arm[i] = a} * (outcome[i] - expected[i, a]) / propensity[i, a]``

    The average over patients is right when either the expected outcomes or the propensities are.

    Parameters
    ----------
    expected : ndarray, shape (n, arms)
        Expected outcome of every patient under every arm, by models that did not see the patient; in the outcome's unit.
    propensity : ndarray, shape (n, arms)
        Probability of getting each arm (and of having an outcome then), in (0, 1], by models that did not see the patient;
        clipped by the caller.
    arm : ndarray of int, shape (n,)
        Position of the arm that was given.
    outcome : ndarray, shape (n,)
        Observed outcome; NaN where it was not observed, so that the score is the expectation alone.

    Returns
    -------
    ndarray, shape (n, arms)

    References
    ----------
    Robins, Rotnitzky, Zhao: Estimation of regression coefficients when some regressors are not always observed.
    Journal of the American Statistical Association 89, 1994.

    Examples
    --------
    >>> aipw_scores(np.array([[1.0, 2.0]]), np.array([[0.5, 0.5]]), np.array([1]), np.array([3.0])).tolist()
    [[1.0, 4.0]]
    """
    scores = np.array(expected, dtype=float)
    own = np.arange(len(arm)), arm
    scores[own] += np.nan_to_num((outcome - expected[own]) / propensity[own])
    return scores


def unseen_variance(events: np.ndarray, patients: np.ndarray, level: float = 0.95) -> np.ndarray:
    """Variance of a share of which nothing was seen: no event at all, or events only; 0 elsewhere.

    Where everybody had the same outcome, the spread of the scores is 0, and so would be the interval. Wilson's interval for 0
    of n ends at z^2 / (n + z^2); this is the variance that reaches there.

    Parameters
    ----------
    events, patients : ndarray
        Numbers of events and of patients, of the same shape.
    level : float

    References
    ----------
    Wilson: Probable inference, the law of succession, and statistical inference. JASA 22, 1927.

    Examples
    --------
    >>> unseen_variance(np.array([0, 3, 20]), np.array([20, 20, 20])).round(5).tolist()
    [0.00676, 0.0, 0.00676]
    """
    from scipy.special import ndtri

    z = float(ndtri((1 + level) / 2))
    alike = (events == 0) | (events == patients)
    return np.where(alike, (z / (patients + z**2)) ** 2, 0.0)


def mean_interval(values: np.ndarray, clusters: np.ndarray, level: float = 0.95, extra: float = 0.0) -> MeanInterval:
    """Mean with a t interval whose standard error lets the rows of one patient depend on each other.

    Parameters
    ----------
    values : ndarray, shape (n,)
    clusters : ndarray of int, shape (n,)
        Which patient each row belongs to.
    level : float
        Coverage, 0 to 1.
    extra : float
        Variance that the values cannot show (`unseen_variance`).

    Returns
    -------
    MeanInterval
        With fewer than two patients the interval is NaN.

    References
    ----------
    Liang, Zeger: Longitudinal data analysis using generalized linear models. Biometrika 73, 1986 (the sandwich form).

    Examples
    --------
    >>> mean, low, high, patients = mean_interval(np.array([1.0, 2.0, 3.0]), np.array([0, 1, 2]))
    >>> mean, round(low, 2), round(high, 2), patients
    (2.0, -0.48, 4.48, 3)
    """
    from scipy.special import stdtrit

    if not len(values):
        return MeanInterval(np.nan, np.nan, np.nan, 0)
    mean = float(np.mean(values))
    _, position = np.unique(clusters, return_inverse=True)
    sums = np.bincount(position, weights=values - mean)
    count = len(sums)
    if count < 2:
        return MeanInterval(mean, np.nan, np.nan, count)
    error = np.sqrt(np.sum(sums**2) * count / (count - 1) / len(values) ** 2 + extra)
    half = float(stdtrit(count - 1, (1 + level) / 2) * error)
    return MeanInterval(mean, mean - half, mean + half, count)
