"""A whole file of new patients: what is expected of each, what is odd about it, and, if known, how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from mac_core.data.conforming import conform
from mac_core.data.schema import label_of
from mac_core.data.table import PatientTable
from mac_core.errors import Notice, Place, notice
from mac_core.evidence.drift import drift_table
from mac_core.evidence.outside_check import OutsideCheck, check_outside
from mac_core.evidence.unit_changes import UnitChange, find_unit_changes
from mac_core.runs.prediction import Predictions, predict_patients, tabulate_file
from mac_core.runs.run import Run

__all__ = ["IN_STUDY", "Batch", "predict_batch", "replaceable_columns"]

IN_STUDY = "same values as a patient of the study"
_NAMED = 5
_AT_ONCE = 20_000  # patients: a million at once would need the memory of all of their arms' numbers


@dataclass(frozen=True)
class Batch:
    """A file's predictions.

    Attributes
    ----------
    patients : DataFrame, shape (m, columns)
        As `tabulate_file`, in the file's order.
    ready : DataFrame, shape (m, predictors)
        The values as the models read them, in the same order; index as `patients`.
    described : DataFrame, shape (m, columns)
        What patients can be grouped by: `ready`, and the file's site and treatment.
    verdicts : DataFrame or None
        With question "both": verdict, arm, patients; the most frequent first.
    drift : DataFrame
        As `drift_table`.
    units : tuple of UnitChange
        Columns or cells that look like another unit.
    in_training : int
        Patients with exactly the values of one whom the study learned from; 0 where no more of them are than chance brings, as
        with few columns of few values.
    check : OutsideCheck or None
        If the file holds the outcome: how good the predictions are.
    doubts : tuple of str
        Why predictions should be held back until somebody has confirmed them: "shifted" (numbers unlike the study's, or in
        another unit), "versions" (the run was made by another version of what predicts). Empty for most files.
    notices : tuple of Notice
        About the file as a whole, and about single values; rows are lines of the file.
    file, sha256 : str
        Name and hash of the file.
    """

    patients: pd.DataFrame
    ready: pd.DataFrame
    described: pd.DataFrame
    verdicts: pd.DataFrame | None
    drift: pd.DataFrame
    units: tuple[UnitChange, ...]
    in_training: int
    check: OutsideCheck | None
    doubts: tuple[str, ...]
    notices: tuple[Notice, ...]
    file: str
    sha256: str


def replaceable_columns(run: Run, table: PatientTable) -> tuple[str, ...]:
    """Which columns the file lacks that the study's own patients lacked too: only these can be treated as unknown.

    Empty if nothing is missing, or if another column is, without which there is no prediction.
    """
    missing = [name for name in run.schema.names if name not in table.frame]
    known = [name for name in missing if run.rows[name].isna().any()]
    return tuple(missing) if missing == known and len(missing) < len(run.schema.names) else ()


def predict_batch(run: Run, table: PatientTable, *, unknown: Sequence[str] = ()) -> Batch:
    """Predict for a file of new patients; nobody's prediction depends on who else is in it.

    Parameters
    ----------
    run : Run
        Opened with its model.
    table : PatientTable
    unknown : sequence of str
        Columns that the file lacks and whose values shall be unknown for everybody; of `replaceable_columns`.

    Raises
    ------
    InputError
        As `predict_patients`; rows in the sentence are lines of the file.
    """
    filled = [name for name in unknown if name in replaceable_columns(run, table)]
    table = replace(table, frame=table.frame.assign(**dict.fromkeys(filled, np.nan)))
    ready, odd = conform(table.frame, run.schema, lines=table.lines)
    found = _predict(run, ready, odd, table)
    ready = ready.reset_index(drop=True)
    drift = drift_table(run.rows, ready, run.schema)
    said = {column.name: column.unit for column in table.schema.columns}
    units = find_unit_changes(run.rows, ready, run.schema, said=said)
    known = _fingerprints(run.rows)
    seen = _fingerprints(ready).isin(set(known)).to_numpy()
    by_chance = float(known.duplicated(keep=False).mean())
    patients = tabulate_file(run, table, found)
    patients["flags"] = _with_flag(patients["flags"], seen)
    roles = run.roles
    about = [name for name in (roles.site, roles.treatment) if name is not None and name in table.frame and name not in ready]
    described = ready.assign(**{name: table.frame[name].to_numpy() for name in about})
    shifted = [str(name) for name in drift.index[drift["shifted"]]]
    versions = _other_versions(run)
    doubts = []
    # Numbers only: other shares of men and women are worth a warning, no more.
    if any(run.schema[name].kind == "number" for name in shifted) or any(change.whole for change in units):
        doubts.append("shifted")
    if versions is not None:
        doubts.append("versions")
    notices = [*_about_file(run, table, shifted, units, filled), *_about_seen(seen, by_chance)]
    return Batch(
        patients=patients,
        ready=ready,
        described=described,
        verdicts=_verdicts(found),
        drift=drift,
        units=units,
        in_training=int(seen.sum()) if _beyond_chance(seen, by_chance) else 0,
        check=_check(run, table, found.expected),
        doubts=tuple(doubts),
        notices=(*([versions] if versions else []), *notices, *(one for one in odd if one.code != "extra_columns")),
        file=table.name,
        sha256=table.sha256,
    )


def _predict(run: Run, ready: pd.DataFrame, odd: tuple[Notice, ...], table: PatientTable) -> Predictions:
    """Predict part after part, which changes nothing, since no patient depends on another."""
    parts = [
        predict_patients(run, ready.iloc[start : start + _AT_ONCE], routes=False) for start in range(0, len(ready), _AT_ONCE)
    ]
    # `tabulate_file` counts rows from 1.
    places = {int(line): place for place, line in enumerate(table.lines, start=1)}
    notices = tuple(
        one if one.place.row is None else replace(one, place=one.place._replace(row=places[one.place.row])) for one in odd
    )

    def whole(name: str) -> pd.DataFrame | None:
        frames = [getattr(part, name) for part in parts]
        return None if frames[0] is None else frames[0] if len(frames) == 1 else pd.concat(frames)

    expected = whole("expected")
    assert expected is not None
    return Predictions(expected, whole("range"), [], whole("outcomes"), None, whole("advice"), notices)


def _verdicts(found: Predictions) -> pd.DataFrame | None:
    if found.advice is None:
        return None
    advice = found.advice.assign(arm=["" if pd.isna(arm) else str(arm) for arm in found.advice["arm"]])
    counts = advice.groupby(["verdict", "arm"], sort=True).size().rename("patients").reset_index()
    return counts.sort_values("patients", ascending=False, kind="stable", ignore_index=True)


def _with_flag(flags: pd.Series, seen: np.ndarray) -> pd.Series:
    return flags.where(~seen, [f"{words}; {IN_STUDY}" if words else IN_STUDY for words in flags])


def _fingerprints(rows: pd.DataFrame) -> pd.Series:
    """One number per patient, the same for the same values whatever the table they stand in."""
    plain = {}
    for name in rows.columns:
        numeric = pd.api.types.is_numeric_dtype(rows[name].dtype)
        plain[name] = rows[name].astype(float).round(9) if numeric else rows[name].astype(object).where(rows[name].notna(), "")
    return pd.util.hash_pandas_object(pd.DataFrame(plain), index=False)


def _beyond_chance(seen: np.ndarray, share: float) -> bool:
    """Whether more patients are like one of the study than the study's own patients are like each other."""
    n = len(seen)
    return bool(seen.sum() > n * share + 4 * np.sqrt(n * share * (1 - share)))


def _about_seen(seen: np.ndarray, share: float) -> list[Notice]:
    if not seen.any():
        return []
    if _beyond_chance(seen, share):
        return [notice("rows_in_training", count=int(seen.sum()), total=len(seen))]
    expected = f"{max(1, round(share * len(seen)))}"
    return [notice("rows_as_in_training", count=int(seen.sum()), total=len(seen), expected=expected)]


def _about_file(
    run: Run, table: PatientTable, shifted: list[str], units: tuple[UnitChange, ...], filled: list[str]
) -> list[Notice]:
    found = [_about_units(change, table) for change in units]
    found += _about_roles(run, table)
    if filled:
        found.append(notice("columns_unknown", columns=", ".join(filled)))
    if shifted:
        found.append(notice("columns_shifted", columns=", ".join(shifted)))
    roles = {run.roles.outcome, run.roles.treatment, run.roles.patient_id, run.roles.site, run.roles.harm}
    extra = [str(name) for name in table.frame.columns if name not in {*run.schema.names, *roles}]
    if extra:
        found.append(notice("extra_columns", columns=", ".join(extra)))
    return found


def _about_units(change: UnitChange, table: PatientTable) -> Notice:
    lines = [int(table.lines[place]) for place in change.rows]
    values = table.frame[change.column].iloc[list(change.rows[:_NAMED])]
    larger = change.factor >= 1
    times = f"{change.factor if larger else 1 / change.factor:.4g}"
    found = change.found or f"a unit that makes it {times} times as {'large' if larger else 'small'}"
    said: dict[str, Any] = {
        "column": change.column,
        "found": found,
        "study": change.study or "the study's own",
        "count": len(lines),
    }
    place = Place(lines[0], change.column)
    if change.whole:
        return notice(
            "unit_changed", place, None, **said, middle=f"{change.middle:.4g}", usual=f"{change.usual:.4g}", row=lines[0]
        )
    cells = ", ".join(f"{label_of(value)} (row {line})" for value, line in zip(values, lines, strict=False))
    return notice("unit_changed_cells", place, None, **said, cells=cells + (", ..." if len(lines) > _NAMED else ""))


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


def _other_versions(run: Run) -> Notice | None:
    """Say it if what predicts is of another version than what learned; the last number of a version changes no results."""
    now = {name: version(name) for name in ("numpy", "scikit-learn")}
    made = {name: run.versions[name] for name in ("numpy", "scikit-learn") if name in run.versions}
    differ = [name for name, then in made.items() if then.split(".")[:2] != now[name].split(".")[:2]]
    if not differ:
        return None
    then, today = (", ".join(f"{name} {versions[name]}" for name in differ) for versions in (made, now))
    return notice("run_of_other_versions", made=then, now=today)


def _check(run: Run, table: PatientTable, expected: pd.DataFrame) -> OutsideCheck | None:
    if run.target.name not in table.frame:
        return None
    observed = table.frame[run.target.name].reset_index(drop=True)
    expected = expected.reset_index(drop=True)
    return check_outside(run.target, observed, expected, run.observed, run.loss, patients=_patients(run, table))


def _patients(run: Run, table: PatientTable) -> np.ndarray | None:
    """The patient of each row, by the study's own column of ids; a row without id is a patient of its own."""
    if run.roles.patient_id is None or run.roles.patient_id not in table.frame:
        return None
    named = pd.factorize(table.frame[run.roles.patient_id])[0]
    return np.where(named >= 0, named, len(named) + np.arange(len(named)))
