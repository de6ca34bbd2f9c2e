"""Calibration in words: one sentence for laymen, one table for those who want the measures."""

from __future__ import annotations

from typing import Any

import pandas as pd

from mac_core.figures.wording import alike, decimals

__all__ = ["FEW", "say_calibration", "tabulate_calibration"]

FEW = 200
"""With fewer patients with, or without, the event a flexible curve is a rough sketch."""

_RISKS = {
    "observed_expected": ("Observed against expected", "Events that happened per event that was predicted; 1 is perfect."),
    "intercept": ("Intercept", "By how much all log odds are too low (above 0) or too high (below 0); 0 is perfect."),
    "slope": ("Slope", "Below 1 the risks are too extreme, above 1 too cautious; 1 is perfect."),
    "ici": ("Mean distance to the curve (ICI)", "How far risks are off on average, per 100 patients; 0 is perfect."),
    "e50": ("Median distance (E50)", "Half of the risks are off by less, per 100 patients."),
    "e90": ("90th percentile of the distance (E90)", "Nine of ten risks are off by less, per 100 patients."),
    "emax": ("Largest distance (Emax)", "No risk is off by more, per 100 patients."),
    "brier": ("Brier score", "Reliability minus resolution plus uncertainty; 0 is perfect."),
    "reliability": ("Reliability", "The part that recalibrating would save; 0 is perfect."),
    "resolution": ("Resolution", "The part that telling patients apart saves; more is better."),
    "uncertainty": ("Uncertainty", "The score of the overall share, given to everybody."),
}
_NUMBERS = {
    "mean_difference": ("Mean difference", "Observed minus predicted, on average; 0 is perfect."),
    "intercept": ("Intercept", "Of the line of observed on predicted values; 0 is perfect."),
    "slope": ("Slope", "Below 1 the predictions are too far apart, above 1 too close together; 1 is perfect."),
    "r_squared": ("R squared", "Share of the differences between patients that is foreseen; 1 is perfect, 0 or less is none."),
    "rmse": ("Root mean squared error", "The typical distance between prediction and observation, large ones counted more."),
    "mae": ("Mean absolute error", "The mean distance between prediction and observation."),
    "ici": ("Mean distance to the curve (ICI)", "How far predictions are off on average for patients predicted alike."),
    "e50": ("Median distance (E50)", "Half of the predictions are off by less."),
    "e90": ("90th percentile of the distance (E90)", "Nine of ten predictions are off by less."),
    "emax": ("Largest distance (Emax)", "No prediction is off by more."),
}
_PER_100 = ("ici", "e50", "e90", "emax")
_ENDS = ("value", "low", "high")
_FAMILIES = (_PER_100, ("brier", "reliability", "resolution", "uncertainty"), ("rmse", "mae"))


def say_calibration(
    measures: pd.DataFrame, *, label: str = "the event", events: int | None = None, n: int = 0, unit: str | None = None
) -> str:
    """Say whether predictions come true.

    Parameters
    ----------
    measures : DataFrame
        Index measure: value, low, high; as `Calibration.measures`.
    label : str
        Of the event, or of the number.
    events, n : int
        Patients with the event (None for numbers), and all.
    unit : str, optional
        Of the number.

    Examples
    --------
    >>> measures = pd.DataFrame(
    ...     {"value": [1.02, 0.6, 0.05], "low": [0.9, 0.5, 0.03], "high": [1.1, 0.7, 0.07]},
    ...     index=["observed_expected", "slope", "ici"],
    ... )
    >>> print(say_calibration(measures, label="relapse", events=300, n=900))
    For 100 predicted cases of relapse, 102 were observed (likely between 90 and 110). The risks are too extreme: high ones \
are too high, low ones too low (slope 0.60, likely between 0.50 and 0.70). On average a risk is off by 5.0 per 100.
    """
    numbers = events is None
    said = [_mean_in_words(measures, label, numbers, unit)]
    found: dict[Any, Any] = measures.to_dict("index")
    row = found["slope"]
    slope, low, high = (f"{row[end]:.2f}" for end in _ENDS)
    if pd.isna(row["value"]):
        said.append("Whether they are too extreme cannot be known: everybody is predicted nearly the same, or one class only.")
    else:
        things, more = ("predictions", "far apart") if numbers else ("risks", "extreme")
        if row["high"] < 1:
            text = f"The {things} are too {more}: high ones are too high, low ones too low"
        elif row["low"] > 1:
            text = f"The {things} are too cautious: patients differ more than was predicted"
        else:
            text = f"The {things} are not shown to be too {more} or too cautious"
        said.append(f"{text} (slope {slope}, likely between {low} and {high}).")
    if numbers:
        share = found["r_squared"]["value"]
        said.append(
            f"The predictions foresee {100 * share:.0f} of 100 parts of the differences between patients (R squared)."
            if share > 0
            else "The predictions foresee nothing of the differences between patients (R squared is not above 0)."
        )
        return " ".join(said)
    said.append(f"On average a risk is off by {100 * found['ici']['value']:.1f} per 100.")
    if events is not None and min(events, n - events) < FEW and pd.notna(row["value"]):
        said.append(
            f"With fewer than {FEW} patients with the event, or without it, the curve is a rough sketch: rely on the slope and "
            "its interval."
        )
    return " ".join(said)


def tabulate_calibration(measures: pd.DataFrame) -> pd.DataFrame:
    """List the measures in words: measure, value, from, to, meaning; distances of risks per 100 patients.

    Examples
    --------
    >>> measures = pd.DataFrame({"value": [0.05], "low": [0.03], "high": [0.0712]}, index=["ici"])
    >>> tabulate_calibration(measures.rename(index={"ici": "slope"}))[["measure", "value", "to"]].iloc[0].tolist()
    ['Slope', '0.0500', '0.0712']
    """
    words = _NUMBERS if "rmse" in measures.index else _RISKS
    rows = []
    found: dict[Any, Any] = measures.to_dict("index")
    for name, row in found.items():
        title, meaning = words[str(name)]
        factor = 100 if words is _RISKS and name in _PER_100 else 1
        # Parts that add up, and distances of one kind, are written with the same digits.
        family = next((names for names in _FAMILIES if name in names), (name,))
        places = decimals([factor * found[other][end] for other in family if other in found for end in _ENDS])
        shown = ("" if pd.isna(row[end]) else f"{round(factor * row[end], places) + 0.0:,.{places}f}" for end in _ENDS)
        value, low, high = shown
        rows.append((title, value or "not known", low, high, meaning))
    return pd.DataFrame(rows, columns=["measure", "value", "from", "to", "meaning"])


def _mean_in_words(measures: pd.DataFrame, label: str, numbers: bool, unit: str | None) -> str:
    found: dict[Any, Any] = measures.to_dict("index")
    if numbers:
        row = found["mean_difference"]
        value, low, high = alike([row[end] for end in _ENDS])
        return (
            f"Observed minus predicted {label} is {value} {unit or '(unit as in the table)'} on average (likely between {low} "
            f"and {high}; 0 is perfect)."
        )
    row = found["observed_expected"]
    if pd.isna(row["value"]):
        return f"No case of {label} was observed."
    # Cases are counted whole; of a rare event's interval less than ten may be left, and a half still tells.
    places = 0 if row["low"] >= 0.1 else 1
    value, low, high = (f"{100 * row[end]:,.{places}f}" for end in _ENDS)
    return f"For 100 predicted cases of {label}, {value} were observed (likely between {low} and {high})."
