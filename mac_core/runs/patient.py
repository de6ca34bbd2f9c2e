"""Everything that the patient page shows of one patient: one call gives it all, from one reading of the values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mac_core.data.conforming import conform
from mac_core.evidence.difference_explanation import explain_differences
from mac_core.evidence.errors_nearby import NearbyErrors, errors_nearby
from mac_core.evidence.explanation import Explanation, explain_prediction
from mac_core.evidence.neighbours import PatientMap, summarise_neighbours
from mac_core.evidence.route_file import write_route
from mac_core.evidence.treatment_route import treatment_route
from mac_core.evidence.value_curve import ValueGrid, value_grid
from mac_core.runs.prediction import Predictions, predict_patients
from mac_core.runs.run import Run

__all__ = ["PatientReport", "Similar", "ValueCurve", "report_patient", "try_values"]

_NEIGHBOURS = 50
_MOST_ROWS = 3000  # intermediate patients of an explanation


@dataclass(frozen=True)
class Similar:
    """The patients of the table most like this one; counts and summaries only, nobody can be recognised.

    Attributes
    ----------
    n, of : int
        How many they are, of how many in the table.
    apart : float
        Share of the table's patients who have nearer neighbours than this one (0 to 1).
    summary : DataFrame
        As `summarise_neighbours`.
    arms : DataFrame or None
        Index arm: n; and, for randomised data only, outcome: what was observed (share of the event, or mean).
    """

    n: int
    of: int
    apart: float
    summary: pd.DataFrame
    arms: pd.DataFrame | None


@dataclass(frozen=True)
class PatientReport:
    """One patient.

    Attributes
    ----------
    patient : DataFrame, shape (1, predictors)
        The values as the models read them.
    predictions : Predictions
    shown_class : str or None
        Whose probability is explained: the event, or the most probable class. None for numbers.
    explanation : Explanation
        Of the averaged model's prediction, with a factor per column (`in_groups` adds them up).
    differences : mapping of (arm, against) to Explanation
        Of the differences between the arms; empty where individual advice is closed.
    similar : Similar
    errors : NearbyErrors or None
        For the similar patients.
    unknown, outside : tuple of str
        Columns without a value, and those whose value the table does not cover.
    route : str
        The route as a file, as `write_route` writes it.
    """

    patient: pd.DataFrame
    predictions: Predictions
    shown_class: str | None
    explanation: Explanation
    differences: Mapping[tuple[str, str], Explanation]
    similar: Similar
    errors: NearbyErrors | None
    unknown: tuple[str, ...]
    outside: tuple[str, ...]
    route: str


@dataclass(frozen=True)
class ValueCurve:
    """What is expected of one patient over the values of one column.

    Attributes
    ----------
    grid : ValueGrid
    expected : DataFrame, index value
        A column per arm, or "expected"; risks from 0 to 1; NaN where an arm is unsupported.
    """

    grid: ValueGrid
    expected: pd.DataFrame


def report_patient(run: Run, frame: pd.DataFrame, *, row: int | None = None, nearby: PatientMap | None = None) -> PatientReport:
    """Predict, explain, compare with similar patients.

    Parameters
    ----------
    run : Run
        Opened with its model.
    frame : DataFrame, shape (1, any)
        As `predict_patients` takes it.
    row : int, optional
        Position in the run's table, if the patient is one of it: then it is not its own neighbour.
    nearby : PatientMap, optional
        Of the run's rows, where it was made before; on large tables that saves a second.

    Raises
    ------
    InputError
        As `predict_patients`.
    """
    predictions = predict_patients(run, frame)
    ready, _ = conform(frame, run.schema)
    shown = _shown_class(run, predictions)
    spread = (run.out_of_sample.iloc[:, 0] if shown is None else run.out_of_sample[shown]).to_numpy(dtype=float)
    explanation = explain_prediction(
        lambda patients: _predicted(run, patients, shown), ready, run.rows, spread=spread, most_rows=_MOST_ROWS
    )
    who = None if run.patients is None else run.patients.to_numpy()
    patients = nearby or PatientMap(run.rows, patients=who)
    count = min(_NEIGHBOURS, max(10, patients.count // 5), patients.count - 1)
    neighbours = patients.near(ready, count, leave_out=_same_row(run, ready, row))
    similar = Similar(
        len(neighbours.rows),
        patients.count,
        neighbours.closer,
        summarise_neighbours(ready, run.rows, neighbours),
        _arms(run, neighbours.rows),
    )
    outside = [found.place.column for found in predictions.notices if found.code in ("outside_range", "unseen_value")]
    about = {
        "run": run.id or "",
        "study": run.name,
        "table_sha256": run.source_sha256,
        "target": run.target.name,
        "created": run.created,
        "versions": dict(run.versions),
    }
    treatments = None
    if run.comparison is not None and predictions.outcomes is not None:
        treatments = treatment_route(run.comparison, ready, predictions.outcomes)
    return PatientReport(
        patient=ready,
        predictions=predictions,
        shown_class=shown,
        explanation=explanation,
        differences={} if run.comparison is None else explain_differences(run.comparison, ready, run.rows, spread=spread),
        similar=similar,
        errors=errors_nearby(run.target, run.observed, run.out_of_sample, neighbours.rows, patients=who),
        unknown=tuple(str(name) for name in ready.columns if ready[name].isna().iloc[0]),
        outside=tuple(dict.fromkeys(name for name in outside if name is not None)),
        route=write_route(predictions.routes[0], run.loss, about, treatments=treatments),
    )


def try_values(run: Run, patient: pd.DataFrame, column: str) -> ValueCurve:
    """Predict one patient over the values of one column.

    Parameters
    ----------
    run : Run
    patient : DataFrame, shape (1, predictors)
        `PatientReport.patient`, or a changed one.
    column : str
    """
    grid = value_grid(patient, run.rows, run.schema[column])
    if run.comparison is not None:
        outcomes = run.comparison.answers(grid.patients).outcomes["outcome"]
        expected = outcomes.unstack("arm").rename(columns=str)
    else:
        # The class that is shown for the patient as given, along the whole curve.
        shown = _shown_class(run, predict_patients(run, patient, routes=False))
        expected = pd.DataFrame({"expected": _predicted(run, grid.patients, shown)})
    return ValueCurve(grid, expected.set_axis(pd.Index(grid.values, name=column), axis=0))


def _shown_class(run: Run, predictions: Predictions) -> str | None:
    if run.target.kind == "number":
        return None
    return run.target.event or str(predictions.expected.iloc[0].idxmax())


def _predicted(run: Run, patients: pd.DataFrame, shown: str | None) -> np.ndarray:
    model: Any = run.model
    if shown is None:
        return np.asarray(model.predict(patients), dtype=float)
    place = [str(name) for name in model.classes_].index(shown)
    return np.asarray(model.predict_proba(patients)[:, place], dtype=float)


def _same_row(run: Run, ready: pd.DataFrame, row: int | None) -> int | None:
    """The row, unless its values were changed in the form: then its former self is a neighbour like others."""
    if row is None:
        return None
    before = run.rows.iloc[[row]].reset_index(drop=True)
    return row if ready.reset_index(drop=True).equals(before.astype(ready.dtypes)) else None


def _arms(run: Run, rows: np.ndarray) -> pd.DataFrame | None:
    if run.given is None:
        return None
    given = run.given.astype(str).iloc[rows]
    arms = sorted(run.given.dropna().astype(str).unique())
    table = given.value_counts().reindex(arms, fill_value=0).rename("n").rename_axis("arm").to_frame()
    if run.roles.design == "randomised" and run.target.kind in ("binary", "number"):
        observed = run.observed.iloc[rows]
        happened = observed.astype(float) if run.target.kind == "number" else (observed == run.target.event).astype(float)
        table["outcome"] = happened.groupby(given.to_numpy()).mean().reindex(arms)
    return table
