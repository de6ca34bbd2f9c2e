"""Sets of classes, or ranges of numbers, that promise to hold the truth for a stated share of patients; and whether they do.

The promise rests on out-of-sample predictions. It is checked by a cross-conformal run over folds of patients: sizes are set on
all folds but one, and it is counted how often they hold the truth in the one left out.

References
----------
Vovk: Cross-conformal predictors. Annals of Mathematics and Artificial Intelligence 74, 2015. Sadinle, Lei, Wasserman: Least
ambiguous set-valued classifiers with bounded error levels. JASA 114, 2019.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from mac_core.evidence.intervals import share_interval
from mac_core.evidence.resampling import folds_of_patients
from mac_core.treatment.ranges import conformal_radius

__all__ = ["LEVELS", "SET_LEVELS", "measure_ranges", "measure_sets", "prediction_sets", "set_bar"]

LEVELS = (0.5, 0.8, 0.9, 0.95)
"""Of ranges."""
SET_LEVELS = (0.8, 0.9, 0.95, 0.99)
"""Of sets, which hold one class at least: where models are good, less could not be promised."""
_FOLDS = 10
_FIFTHS = 5


def set_bar(of_truth: np.ndarray, level: float) -> float:
    """Find the probability from which on a class belongs to the set.

    Parameters
    ----------
    of_truth : ndarray, shape (n,)
        Out-of-sample probability that each patient's observed class had.
    level : float
        Share of new patients whose class the sets should hold, 0 to 1.

    Returns
    -------
    float
        0 (every class belongs) where there are too few patients for a smaller set with this promise.

    Examples
    --------
    >>> round(set_bar(np.arange(1, 20) / 20, 0.95), 6), set_bar(np.arange(1, 19) / 20, 0.95)
    (0.05, 0.0)
    """
    # Half the width of a range around 1 - probability: the same finite-sample quantile.
    radius = conformal_radius(1 - np.asarray(of_truth, dtype=float), level)
    return 0.0 if math.isnan(radius) else float(1 - radius)


def prediction_sets(probabilities: np.ndarray, bar: float) -> np.ndarray:
    """Say which classes stand in each patient's set: those whose probability reaches the bar, the most probable one always.

    Parameters
    ----------
    probabilities : ndarray, shape (n, K)
    bar : float
        From `set_bar`.

    Returns
    -------
    ndarray of bool, shape (n, K)

    Examples
    --------
    >>> prediction_sets(np.array([[0.7, 0.3], [0.9, 0.1]]), 0.2).tolist()
    [[True, True], [True, False]]
    """
    # A hair below the bar, since it was itself one of the probabilities, taken from 1 twice.
    inside = probabilities >= bar - 1e-12
    inside[np.arange(len(inside)), probabilities.argmax(axis=1)] = True
    return inside


def measure_sets(
    truth: np.ndarray, probabilities: np.ndarray, *, groups: np.ndarray | None = None, seed: int = 0
) -> pd.DataFrame:
    """Measure how often sets of classes hold the observed class.

    Parameters
    ----------
    truth : ndarray of int, shape (n,)
        Observed class numbers, 0 to K - 1.
    probabilities : ndarray, shape (n, K)
        By models that did not see the patient; no NaN.
    groups : ndarray, shape (n,), optional
        The patient of each row.
    seed : int
        Of the folds.

    Returns
    -------
    DataFrame, one row per level of `SET_LEVELS`
        level; coverage with low and high (Wilson's 95 %); size: mean number of classes in a set; single: share of sets with one
        class; bar: from which probability a class belongs, by all patients; n.

    Examples
    --------
    >>> truth = np.arange(200) % 2
    >>> sure = np.where(truth[:, None] == [0, 1], 0.9, 0.1)
    >>> measure_sets(truth, sure)[["level", "coverage", "size"]].iloc[0].tolist()
    [0.8, 1.0, 1.0]
    """
    of_truth = probabilities[np.arange(len(truth)), truth]
    fold = folds_of_patients(len(truth), _FOLDS, groups=groups, seed=seed)
    rows = []
    for level in SET_LEVELS:
        bars = np.array([set_bar(of_truth[fold != number], level) for number in range(fold.max() + 1)])
        inside = prediction_sets(probabilities, bars[fold][:, None])
        held, sizes = inside[np.arange(len(truth)), truth], inside.sum(axis=1)
        rows.append(
            {
                "level": level,
                **_coverage(held, groups),
                "size": float(sizes.mean()),
                "single": float((sizes == 1).mean()),
                "bar": set_bar(of_truth, level),
                "n": len(truth),
            }
        )
    return pd.DataFrame(rows)


def measure_ranges(
    observed: np.ndarray, predicted: np.ndarray, *, groups: np.ndarray | None = None, seed: int = 0
) -> pd.DataFrame:
    """Measure how often ranges of equal width around the predictions hold the observed number.

    Parameters
    ----------
    observed, predicted : ndarray, shape (n,)
        In the outcome's unit; predictions by models that did not see the patient; no NaN.

    Returns
    -------
    DataFrame, one row per level of `LEVELS`
        level; coverage with low and high (Wilson's 95 %); radius: half the width, by all patients (NaN where there are too few
        for a promise); worst_fifth: the smallest coverage among five equally large groups by prediction; n.

    Examples
    --------
    >>> predicted = np.linspace(0, 1, 200)
    >>> found = measure_ranges(predicted + np.tile([-1.0, 1.0], 100), predicted)
    >>> found["radius"].round(6).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    residuals = np.asarray(observed, dtype=float) - np.asarray(predicted, dtype=float)
    fold = folds_of_patients(len(residuals), _FOLDS, groups=groups, seed=seed)
    fifth = np.argsort(np.argsort(predicted, kind="stable")) * _FIFTHS // len(residuals)
    rows = []
    for level in LEVELS:
        radii = np.array([conformal_radius(residuals[fold != number], level) for number in range(fold.max() + 1)])
        # Too few for a finite range: the range is endless, and holds everything.
        held = np.abs(residuals) <= np.where(np.isnan(radii), np.inf, radii)[fold]
        rows.append(
            {
                "level": level,
                **_coverage(held, groups),
                "radius": conformal_radius(residuals, level),
                "worst_fifth": float(min(held[fifth == number].mean() for number in np.unique(fifth))),
                "n": len(residuals),
            }
        )
    return pd.DataFrame(rows)


def _coverage(held: np.ndarray, groups: np.ndarray | None) -> dict[str, float]:
    share = float(held.mean())
    # Rows of one patient are no more than one patient.
    n = len(held) if groups is None else len(np.unique(groups))
    low, high = share_interval(share * n, n)
    return {"coverage": share, "low": low, "high": high}
