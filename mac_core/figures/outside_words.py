"""How good a run was for patients of another file, in sentences and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from mac_core.data.target import Target
from mac_core.evidence.outside_check import OutsideCheck
from mac_core.figures.wording import alike, loss_words, number, spans

__all__ = ["say_outside", "tabulate_measures", "tabulate_outside"]

_MEASURES = {
    "concordance": ("Told apart (area under the ROC curve)", "0.5 tells nobody apart, 1 everybody."),
    "observed_expected": ("Observed against expected events", "1 is right on average; below 1 the risks are too high."),
    "intercept": ("Intercept", "0 is right on average; below 0 the risks are too high."),
    "slope": ("Slope", "1 is right; below 1 low predictions are too low and high ones too high."),
    "brier": ("Brier score", "The mean squared distance between risk and what happened; 0 is perfect."),
    "r_squared": ("Explained share (R squared)", "1 is perfect, 0 no better than these patients' own mean."),
    "mean_difference": ("Observed minus predicted", "0 is right on average, in the outcome's unit."),
    "mae": ("Mean absolute error", "How far a prediction is off on average, in the outcome's unit."),
    "right": ("Most probable class right", "The share of patients, 0 to 1."),
}


def say_outside(check: OutsideCheck, target: Target, *, in_training: int = 0) -> str:
    """Say in sentences what a check on other patients found.

    Parameters
    ----------
    check : OutsideCheck
    target : Target
    in_training : int
        Patients of the file whom the study may have learned from.
    """
    words = loss_words(check.loss, target.unit)
    better = (
        "better than giving everybody the study's average"
        if check.gain_low > 0
        else "worse than giving everybody the study's average"
        if check.gain_high < 0
        else "not shown to be better than giving everybody the study's average"
    )
    error, low, high, baseline = alike([check.error, check.low, check.high, check.baseline])
    text = (
        f"Compared with the {_outcomes(check)} in the file, the predictions are {better}: {words.axis} {error} "
        f"({low} to {high}), against {baseline}."
    )
    if target.kind == "binary":
        text += f" Expected {100 * check.predicted:.1f} of 100, observed {100 * check.observed:.1f}."
    elif target.kind == "number":
        text += f" Expected {number(check.predicted)} on average, observed {number(check.observed)}."
    if in_training:
        whom = "rows may be of patients" if check.rows > check.n else "patients may be those"
        text += f" This is too good: {in_training:,} of the {whom} whom the study learned from."
    return text


def _outcomes(check: OutsideCheck) -> str:
    return f"{check.rows:,} outcomes of {check.n:,} patients" if check.rows > check.n else f"{check.n:,} outcomes"


def tabulate_measures(check: OutsideCheck) -> pd.DataFrame:
    """Write discrimination and calibration as a table: measure, value, from, to, meaning."""
    rows = []
    for measure in check.measures:
        title, meaning = _MEASURES[measure.name]
        rows.append((title, *alike([measure.value, measure.low, measure.high]), meaning))
    return pd.DataFrame(rows, columns=["measure", "value", "from", "to", "meaning"])


def tabulate_outside(kept: Sequence[Any], target: Target) -> pd.DataFrame:
    """Write the checks that were kept with a run as a table, one a row.

    Parameters
    ----------
    kept : sequence of ExternalValidation
    target : Target
    """
    rows = []
    for one in kept:
        check = one.check
        row = {
            "file": one.file,
            "date": one.created[:10],
            "patients with an outcome": check.n,
            "of the study": one.in_training,
            loss_words(check.loss, target.unit).axis: spans([check.error, check.low, check.high]),
            "the same for everybody": alike([check.baseline])[0],
        }
        row |= {
            _MEASURES[measure.name][0]: spans([measure.value, measure.low, measure.high])
            for measure in check.measures
            if measure.name in ("concordance", "slope", "observed_expected", "r_squared", "mean_difference", "right")
        }
        rows.append({**row, "content": one.sha256[:12]})
    return pd.DataFrame(rows)
