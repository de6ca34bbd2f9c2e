"""A whole file of new patients: what is expected of each, what is odd about it, and, if known, how it ended."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from mac_core.data.schema import conform, label_of
from mac_core.data.table import PatientTable
from mac_core.errors import Notice, Place, notice
from mac_core.evidence.drift import drift_table
from mac_core.evidence.outside_check import OutsideCheck, check_outside
from mac_core.runs.prediction import predict_patients, tabulate_file
from mac_core.runs.run import Run

__all__ = ["Batch", "predict_batch"]

_NAMED = 5


@dataclass(frozen=True)
class Batch:
    """A file's predictions.

    Attributes
    ----------
    patients : DataFrame, shape (m, columns)
        As `tabulate_file`, in the file's order.
    ready : DataFrame, shape (m, predictors)
        The values as the models read them, in the same order; index as `patients`.
    verdicts : DataFrame or None
        With question "both": verdict, arm, patients; the most frequent first.
    drift : DataFrame
        As `drift_table`.
    in_training : int
        Patients with exactly the values of one whom the study learned from.
    check : OutsideCheck or None
        If the file holds the outcome: how good the predictions are.
    notices : tuple of Notice
        About the file as a whole, and about single values; rows are lines of the file.
    """

    patients: pd.DataFrame
    ready: pd.DataFrame
    verdicts: pd.DataFrame | None
    drift: pd.DataFrame
    in_training: int
    check: OutsideCheck | None
    notices: tuple[Notice, ...]


def predict_batch(run: Run, table: PatientTable) -> Batch:
    """Predict for a file of new patients; nobody's prediction depends on who else is in it.

    Parameters
    ----------
    run : Run
        Opened with its model.
    table : PatientTable

    Raises
    ------
    InputError
        As `predict_patients`.
    """
    found = predict_patients(run, table.frame, routes=False)
    ready, _ = conform(table.frame, run.schema)
    drift = drift_table(run.rows, ready, run.schema)
    seen = int(_fingerprints(ready).isin(set(_fingerprints(run.rows))).sum())
    check = _check(run, table, found.expected)
    notices = [*_about_roles(run, table)]
    if seen:
        notices.append(notice("rows_in_training", count=seen, total=len(ready)))
    shifted = [str(name) for name in drift.index[drift["shifted"]]]
    if shifted:
        notices.append(notice("columns_shifted", columns=", ".join(shifted)))
    roles = {run.roles.outcome, run.roles.treatment, run.roles.patient_id, run.roles.site, run.roles.harm}
    notices += [one for one in found.notices if one.code != "extra_columns"]
    extra = [str(name) for name in table.frame.columns if name not in {*run.schema.names, *roles}]
    if extra:
        notices.append(notice("extra_columns", columns=", ".join(extra)))
    verdicts = None
    if found.advice is not None:
        advice = found.advice.assign(arm=["" if pd.isna(arm) else str(arm) for arm in found.advice["arm"]])
        counts = advice.groupby(["verdict", "arm"], sort=True).size().rename("patients").reset_index()
        verdicts = counts.sort_values("patients", ascending=False, kind="stable", ignore_index=True)
    return Batch(
        patients=tabulate_file(run, table, found),
        ready=ready.reset_index(drop=True),
        verdicts=verdicts,
        drift=drift,
        in_training=seen,
        check=check,
        notices=tuple(notices),
    )


def _fingerprints(rows: pd.DataFrame) -> pd.Series:
    """One number per patient, the same for the same values whatever the table they stand in."""
    plain = {}
    for name in rows.columns:
        numeric = pd.api.types.is_numeric_dtype(rows[name].dtype)
        plain[name] = rows[name].astype(float).round(9) if numeric else rows[name].astype(object).where(rows[name].notna(), "")
    return pd.util.hash_pandas_object(pd.DataFrame(plain), index=False)


def _about_roles(run: Run, table: PatientTable) -> list[Notice]:
    roles, frame, found = run.roles, table.frame, []
    if roles.patient_id is not None and roles.patient_id in frame:
        ids = frame[roles.patient_id]
        place = Place(None, roles.patient_id)
        if missing := int(ids.isna().sum()):
            found.append(notice("ids_missing", place, count=missing, column=roles.patient_id))
        if repeated := int(ids.dropna().duplicated(keep=False).sum()):
            found.append(notice("ids_repeated", place, count=repeated, column=roles.patient_id))
    if run.question == "both" and roles.treatment in frame and run.given is not None:
        given = frame[roles.treatment].dropna().map(label_of)
        odd = given[~given.isin(set(run.given.astype(str)))]
        if len(odd):
            values = ", ".join(str(value)[:60] for value in sorted(odd.unique())[:_NAMED])
            place = Place(None, roles.treatment)
            found.append(notice("unseen_arm", place, count=len(odd), column=roles.treatment, values=values))
    if run.target.name in frame:
        found.append(notice("outcome_in_file", Place(None, run.target.name), column=run.target.name))
    return found


def _check(run: Run, table: PatientTable, expected: pd.DataFrame) -> OutsideCheck | None:
    if run.target.name not in table.frame:
        return None
    observed = table.frame[run.target.name].reset_index(drop=True)
    return check_outside(run.target, observed, expected.reset_index(drop=True), run.observed, run.loss)
