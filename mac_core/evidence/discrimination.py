"""How well predicted risks tell patients with the event from those without: the area under the ROC curve."""

from __future__ import annotations

import numpy as np

from mac_core.evidence.intervals import share_interval

__all__ = ["concordance"]

_Z = 1.959963984540054  # 95 %


def concordance(happened: np.ndarray, risk: np.ndarray, *, patients: np.ndarray | None = None) -> tuple[float, float, float]:
    """Of all pairs of a patient with and one without the event, the share in which the first had the higher risk.

    Parameters
    ----------
    happened : ndarray of bool or 0/1, shape (n,)
    risk : ndarray, shape (n,)
        Equal risks count half.
    patients : ndarray, shape (n,), optional
        The patient of each row, where one can have several: they count together.

    Returns
    -------
    value, low, high : float
        0.5 tells nobody apart, 1 everybody; DeLong's 95 % interval on the logit scale. NaN where all or none had the event.

    References
    ----------
    DeLong, DeLong, Clarke-Pearson: Comparing the areas under two or more correlated receiver operating characteristic curves.
    Biometrics 44, 1988. Obuchowski: Nonparametric analysis of clustered ROC curve data. Biometrics 53, 1997.
    Sun, Xu: Fast implementation of DeLong's algorithm. IEEE Signal Processing Letters 21, 2014.

    Examples
    --------
    >>> value, low, high = concordance(np.array([0, 0, 1, 1, 1]), np.array([0.1, 0.4, 0.35, 0.8, 0.9]))
    >>> round(value, 3)
    0.833
    """
    event = np.asarray(happened, dtype=bool)
    with_, without = np.asarray(risk, dtype=float)[event], np.asarray(risk, dtype=float)[~event]
    if not len(with_) or not len(without):
        return (float("nan"),) * 3
    # For each patient the share of the other side that is told apart rightly, by the ranks among both sides and among one.
    everybody = _ranks(np.concatenate([with_, without]))
    above = (everybody[: len(with_)] - _ranks(with_)) / len(without)
    below = 1 - (everybody[len(with_) :] - _ranks(without)) / len(with_)
    value = float(above.mean())
    who = np.arange(len(event)) if patients is None else np.unique(np.asarray(patients), return_inverse=True)[1]
    fewer = min(len(np.unique(who[event])), len(np.unique(who[~event])))
    if not 0 < value < 1 or fewer < 2:
        # The smaller side says how much can be known where no pair is told apart wrongly.
        return (value, *share_interval(round(value * fewer), fewer))
    spread = np.sqrt(_variance(above - value, below - value, who[event], who[~event])) / (value * (1 - value))
    middle = np.log(value / (1 - value))
    low, high = (1 / (1 + np.exp(-(middle + end * spread))) for end in (-_Z, _Z))
    return (value, float(low), float(high))


def _variance(above: np.ndarray, below: np.ndarray, with_: np.ndarray, without: np.ndarray) -> float:
    """Of the concordance, from each row's distance to it; `with_`, `without`: the patient of each row, a number from 0."""
    everybody = 1 + int(max(with_.max(), without.max()))
    sums = [np.bincount(who, weights=part, minlength=everybody) for who, part in ((with_, above), (without, below))]
    own = [
        len(np.unique(who)) / (len(np.unique(who)) - 1) * float(total @ total) / len(who) ** 2
        for who, total in zip((with_, without), sums, strict=True)
    ]
    # A patient with rows on both sides.
    shared = everybody / (everybody - 1) * float(sums[0] @ sums[1]) / (len(with_) * len(without))
    return max(0.0, own[0] + own[1] + 2 * shared)


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1; equal values share their middle rank."""
    _, of_row, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = counts.cumsum()
    return (last - (counts - 1) / 2)[of_row]
