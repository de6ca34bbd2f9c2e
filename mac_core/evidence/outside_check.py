"""How good the predictions are for patients of another file whose outcome is known (external validation)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from mac_core.data.schema import label_of
from mac_core.data.target import Target
from mac_core.evidence.intervals import mean_interval, share_interval
from mac_core.evidence.judging import Judged, judge_predictions

__all__ = ["Measure", "OutsideCheck", "check_outside"]

_FEWEST = 10  # of fewer patients, or without both outcomes, no curve or line is fitted
_OF_RISKS = ("observed_expected", "intercept", "slope", "brier")
_OF_NUMBERS = ("r_squared", "mean_difference", "slope", "mae")


class Measure(NamedTuple):
    """One measure and its 95 % interval; NaN where it cannot be told."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class OutsideCheck:
    """The run's error on new patients.

    Attributes
    ----------
    n, left_out : int
        Patients with an outcome that the study knows, and those without.
    loss : str
    error, low, high : float
        Mean loss and its 95 % interval.
    baseline : float
        Of giving everybody the study's share of each class, or its mean.
    gain_low, gain_high : float
        95 % interval of baseline minus error, in pairs.
    predicted, observed : float
        Means: of the event's probability and occurrence, or of the number. NaN for several classes.
    measures : tuple of Measure
        Discrimination and calibration. For risks concordance, and observed_expected, intercept, slope, brier as
        `calibrate_risks`; for numbers r_squared, mean_difference, slope, mae as `calibrate_numbers`; for several classes right
        (share whose most probable class was the observed one). Empty for fewer than 10 patients.
    rows : int
        With an outcome that the study knows, where patients can have several: the rows of one count together in all intervals.
        0 in checks of before, of which `n` counted the rows.
    """

    n: int
    left_out: int
    loss: str
    error: float
    low: float
    high: float
    baseline: float
    gain_low: float
    gain_high: float
    predicted: float
    observed: float
    measures: tuple[Measure, ...] = ()
    rows: int = 0


def check_outside(
    target: Target,
    observed: pd.Series,
    expected: pd.DataFrame,
    study: pd.Series,
    loss: str,
    *,
    patients: np.ndarray | None = None,
) -> OutsideCheck | None:
    """Compare predictions with what happened.

    Parameters
    ----------
    target : Target
    observed : Series, shape (m,)
        As read from the file; missing allowed.
    expected : DataFrame, shape (m, classes) or (m, 1)
        The run's predictions of the same patients.
    study : Series, shape (n,)
        The outcomes that the study learned from; they give the baseline.
    loss : str
        The run's.
    patients : ndarray, shape (m,), optional
        The patient of each row, where one can have several.

    Returns
    -------
    OutsideCheck or None
        None if fewer than two patients have an outcome that the study knows.

    Examples
    --------
    >>> from mac_core.data.cohort import Target
    >>> expected = pd.DataFrame({"prediction": [1.0, 1.0, 9.0]})
    >>> observed, study = pd.Series([1.0, 2.0, None]), pd.Series([0.0, 4.0])
    >>> found = check_outside(Target("x", "x", "number"), observed, expected, study, "squared")
    >>> found.n, found.left_out, found.error, found.baseline
    (2, 1, 0.5, 0.5)
    """
    if target.kind == "number":
        observed = pd.to_numeric(observed, errors="coerce")
        known = np.isfinite(observed.to_numpy(dtype=float))
        constant = study.astype(float).median() if loss == "absolute" else study.astype(float).mean()
        usual = np.array([float(constant)])
    else:
        classes = [str(name) for name in expected.columns]
        observed = observed.map(label_of, na_action="ignore")
        known = observed.isin(classes).to_numpy()
        usual = study.astype(str).value_counts(normalize=True).reindex(classes, fill_value=0.0).to_numpy()
    everyone = np.arange(len(known)) if patients is None else np.asarray(patients)
    who = everyone[known]
    n = len(np.unique(who))
    if n < 2:
        return None
    everybody = pd.DataFrame(np.tile(usual, (len(expected), 1)), columns=expected.columns)
    model, constant_model = (judge_predictions(target, observed[known], each[known], loss) for each in (expected, everybody))
    error, low, high = mean_interval(model.losses, patients=who)
    _, gain_low, gain_high = mean_interval(constant_model.losses - model.losses, patients=who)
    one_number = target.kind != "classes"
    return OutsideCheck(
        n=n,
        left_out=len(np.unique(everyone)) - n,
        loss=loss,
        error=error,
        low=max(0.0, low),
        high=high,
        baseline=float(constant_model.losses.mean()),
        gain_low=gain_low,
        gain_high=gain_high,
        predicted=float(model.said.mean()) if one_number else float("nan"),
        observed=float(model.seen.mean()) if one_number else float("nan"),
        measures=_measures(target.kind, model, who),
        rows=int(known.sum()),
    )


def _measures(kind: str, judged: Judged, who: np.ndarray) -> tuple[Measure, ...]:
    from mac_core.evidence.calibration import calibrate_numbers, calibrate_risks
    from mac_core.evidence.discrimination import concordance

    said, seen, _ = judged
    n = len(np.unique(who))
    # Resamples of single rows would come out otherwise if they were grouped.
    groups = None if n == len(seen) else who
    if n < _FEWEST:
        return ()
    if kind == "classes":
        right = float(seen.mean())
        return (Measure("right", right, *share_interval(right * n, n)),)
    if kind == "number":
        table, names = (calibrate_numbers(seen, said, groups=groups).measures, _OF_NUMBERS) if np.ptp(seen) else (None, ())
        found: tuple[Measure, ...] = ()
    else:
        table, names = (calibrate_risks(seen, said, groups=groups).measures, _OF_RISKS) if np.ptp(seen) else (None, ())
        found = (Measure("concordance", *concordance(seen, said, patients=who)),)
    if table is None:
        return found
    rows = table.loc[list(names), ["value", "low", "high"]].astype(float)
    return (*found, *(Measure(str(name), *map(float, row)) for name, row in zip(rows.index, rows.to_numpy(), strict=True)))
