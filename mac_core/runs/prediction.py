"""What a run says about new patients: one call gives everything that a page, a file or the command line shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from mac_core.data.conforming import conform
from mac_core.data.table import PatientTable
from mac_core.errors import Notice, refuse
from mac_core.runs.run import Run

__all__ = ["Predictions", "predict_patients", "tabulate_file"]

_LEVEL = 0.95
_OWN_COLUMNS = ("line", "verdict", "verdict for", "flags")


@dataclass(frozen=True)
class Predictions:
    """What is expected for patients; rows in the order of the frame that was asked about.

    Attributes
    ----------
    expected : DataFrame, shape (m, classes) or (m, 1)
        A column per class (probability), or "prediction" in the target's unit.
    range : DataFrame or None, shape (m, 2)
        low, high: for numbers, where the patient's own value lies in 95 of 100 patients. None for classes, or when too few
        patients were tested for such a promise.
    routes : list of Route
        How each prediction came about, one per patient; empty if it was not asked for.
    outcomes, differences, advice : DataFrame or None
        With question "both", as `TreatmentComparison` gives them.
    notices : tuple of Notice
        Values that the model has never seen, and columns that were not used.
    """

    expected: pd.DataFrame
    range: pd.DataFrame | None
    routes: list[Any]
    outcomes: pd.DataFrame | None
    differences: pd.DataFrame | None
    advice: pd.DataFrame | None
    notices: tuple[Notice, ...]


def predict_patients(run: Run, frame: pd.DataFrame, *, routes: bool = True) -> Predictions:
    """Predict for new patients. A prediction never depends on who else stands in the frame.

    Parameters
    ----------
    run : Run
        Opened with its model.
    frame : DataFrame, shape (m, any)
        The run's predictors in any order; further columns are left out with a notice.
    routes : bool
        Whether to explain how each prediction came about, which takes longer on many patients.

    Returns
    -------
    Predictions

    Raises
    ------
    InputError
        If a column is missing or a number cannot be read; if the run has no model.
    """
    if run.model is None:
        raise refuse("run_without_model")
    ready, notices = conform(frame, run.schema)
    explained = run.model.explain_route(ready) if routes else []
    if run.target.kind == "number":
        values = [route.aggregate for route in explained] if routes else run.model.predict(ready)
        expected = pd.DataFrame({"prediction": values}, index=ready.index, dtype=float)
    else:
        columns = pd.Index(run.model.classes_, dtype="str")
        shares = [pd.Series(route.aggregate).to_numpy() for route in explained] if routes else run.model.predict_proba(ready)
        expected = pd.DataFrame(shares, index=ready.index, columns=columns)
    answers = None if run.comparison is None else run.comparison.answers(ready)
    return Predictions(
        expected=expected,
        range=_range(run, expected),
        routes=explained,
        outcomes=None if answers is None else answers.outcomes,
        differences=None if answers is None else answers.differences,
        advice=None if answers is None else answers.advice,
        notices=notices,
    )


def tabulate_file(run: Run, table: PatientTable, found: Predictions) -> pd.DataFrame:
    """Write the predictions of a file as a table, in the file's order.

    Returns
    -------
    DataFrame, shape (m, columns)
        `line` (in the file) and, where the run has one and the file too, the patient's id first; then the predictions; with two
        roles the verdict and what is expected under each arm; last `flags`: which values are unknown or outside the data.
    """
    columns: dict[str, Any] = {"line": table.lines}
    name_of_id = run.roles.patient_id
    if name_of_id is not None and name_of_id in table.frame:
        # A column of the file that is called as one of ours must not take its place, nor the other way round.
        free = f"{name_of_id} (in the file)" if name_of_id in _OWN_COLUMNS else name_of_id
        columns[free] = table.frame[name_of_id].to_numpy()
    if run.target.kind == "number":
        columns[f"expected {run.target.label}"] = found.expected["prediction"].to_numpy()
        if found.range is not None:
            columns.update({f"{end} (95 in 100)": found.range[end].to_numpy() for end in ("low", "high")})
    else:
        columns.update({f"probability of {name}": found.expected[name].to_numpy() for name in found.expected})
    if found.advice is not None:
        columns["verdict"] = found.advice["verdict"].to_numpy()
        columns["verdict for"] = ["" if pd.isna(arm) else str(arm) for arm in found.advice["arm"]]
    if found.outcomes is not None:
        for arm, rows in found.outcomes.groupby(level="arm", sort=False):
            for name in ("outcome", "low", "high", "support"):
                columns[f"{name} under {arm}"] = rows[name].to_numpy()
    columns["flags"] = _flags(run, table.frame, found.notices)
    return pd.DataFrame(columns)


def _flags(run: Run, frame: pd.DataFrame, notices: tuple[Notice, ...]) -> list[str]:
    """Per patient, in words: values outside the data, never seen, or unknown."""
    said: list[list[str]] = [[] for _ in range(len(frame))]
    words = {"outside_range": "outside the data", "unseen_value": "never seen"}
    for found in notices:
        if found.code in words and found.place.row is not None:
            said[found.place.row - 1].append(f"{found.place.column} {words[found.code]}")
    for name in run.schema.names:
        for row in frame[name].isna().to_numpy().nonzero()[0]:
            said[row].append(f"{name} unknown")
    return ["; ".join(each) for each in said]


def _range(run: Run, expected: pd.DataFrame) -> pd.DataFrame | None:
    if run.target.kind != "number":
        return None
    from mac_core.treatment.ranges import conformal_radius, least_possible

    residuals = (run.observed.reset_index(drop=True) - run.out_of_sample["prediction"]).dropna()
    radius = conformal_radius(residuals.to_numpy(), _LEVEL)
    if pd.isna(radius):
        return None
    low = (expected["prediction"] - radius).clip(lower=least_possible(run.observed.to_numpy(dtype=float)))
    return pd.DataFrame({"low": low, "high": expected["prediction"] + radius})
