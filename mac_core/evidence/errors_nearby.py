"""How far off predictions were for patients like this one: the article's error g_k, from models that had not seen them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mac_core.data.target import Target
from mac_core.evidence.intervals import mean_interval, share_interval
from mac_core.evidence.judging import judge_predictions

__all__ = ["NearbyErrors", "errors_nearby"]

# What a layman understands, whatever the run's loss: a distance, a Brier score, a share of wrong answers.
_LOSSES = {"number": "absolute", "binary": "brier", "classes": "zero_one"}


@dataclass(frozen=True)
class NearbyErrors:
    """Errors of out-of-sample predictions among similar patients, and among all.

    Attributes
    ----------
    kind : {"binary", "classes", "number"}
    n : int
        Similar patients with an out-of-sample prediction.
    near, everybody : float
        The mean error: for numbers the mean distance between predicted and observed, for classes the share of wrong most
        probable classes, for a binary target the Brier score.
    low, high : float
        95 % interval of `near`.
    predicted, observed : float
        Means among the similar patients: of a number, or of the event's probability and occurrence. NaN for classes.
    observed_low, observed_high : float
        95 % interval of `observed`.
    """

    kind: str
    n: int
    near: float
    low: float
    high: float
    everybody: float
    predicted: float
    observed: float
    observed_low: float
    observed_high: float


def errors_nearby(
    target: Target,
    observed: pd.Series,
    out_of_sample: pd.DataFrame,
    rows: np.ndarray,
    *,
    patients: np.ndarray | None = None,
) -> NearbyErrors | None:
    """Compare predictions for similar patients with what happened to them.

    Parameters
    ----------
    target : Target
        With `kind` and `event`.
    observed : Series, shape (n,)
    out_of_sample : DataFrame, shape (n, classes) or (n, 1)
        NaN rows (every model saw the patient) are left out.
    rows : ndarray of int
        Positions of the similar patients.
    patients : ndarray, shape (n,), optional
        The patient of each row, where one can have several: they count together.

    Returns
    -------
    NearbyErrors or None
        None if fewer than two patients among them have an out-of-sample prediction.

    Examples
    --------
    >>> from mac_core.data.cohort import Target
    >>> seen, said = pd.Series([1.0, 2.0, 3.0]), pd.DataFrame({"prediction": [1.5, 2.0, 5.0]})
    >>> found = errors_nearby(Target("x", "x", "number"), seen, said, np.array([0, 1]))
    >>> found.near, round(found.everybody, 3)
    (0.25, 0.833)
    """
    known = out_of_sample.notna().all(axis=1).to_numpy()
    near = np.zeros(len(known), dtype=bool)
    near[rows] = True
    near &= known
    who = None if patients is None else np.asarray(patients)[near]
    n = int(near.sum()) if who is None else len(np.unique(who))
    if n < 2:
        return None
    said, seen, errors = judge_predictions(target, observed, out_of_sample, _LOSSES[target.kind])
    if target.kind == "classes":
        said = seen = np.full(len(known), np.nan)
    middle, low, high = mean_interval(errors[near], patients=who)
    happened, least, most = mean_interval(seen[near], patients=who)
    if target.kind == "binary":
        least, most = share_interval(happened * n, n)
    return NearbyErrors(
        target.kind,
        n,
        middle,
        max(0.0, low),
        high,
        float(errors[known].mean()),
        float(said[near].mean()),
        happened,
        least,
        most,
    )
