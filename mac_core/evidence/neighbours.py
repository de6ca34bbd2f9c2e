"""Who in the table is most like this patient: how many got which treatment, what sets them apart, how far off predictions were.

Nearness is that of `PatientSpace`: numbers count by their rank in the table, categories by whether they agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mac_core.treatment.similarity import PatientSpace, nearest

__all__ = ["Neighbours", "PatientMap", "summarise_neighbours"]

_COUNT = 50
_APART = 0.8  # standard deviations of the table


@dataclass(frozen=True)
class Neighbours:
    """The patients of the table that are most like one patient.

    Attributes
    ----------
    rows : ndarray of int
        Positions in the table, nearest first; of a patient with several rows the nearest alone. For computing
        only: pages never show who they are.
    distances : ndarray
        0: the same in everything that is known.
    closer : float
        The share of the table's patients whose own neighbours are nearer than this one's (0 to 1): near 1, the patient stands
        apart from the table.
    """

    rows: np.ndarray
    distances: np.ndarray
    closer: float


class PatientMap:
    """The table's patients as points, placed once for a run.

    Parameters
    ----------
    rows : DataFrame, shape (n, p)
        The run's predictors.
    patients : ndarray, shape (n,), optional
        The patient of each row, where one can have several.

    Attributes
    ----------
    count : int
        Patients in the table.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [20.0, 40.0, 60.0, 80.0]})
    >>> PatientMap(table).near(pd.DataFrame({"age": [45.0]}), 2).rows.tolist()
    [1, 2]
    """

    def __init__(self, rows: pd.DataFrame, *, patients: np.ndarray | None = None) -> None:
        self._who = np.arange(len(rows)) if patients is None else np.unique(patients, return_inverse=True)[1]
        sizes = np.bincount(self._who)
        self.count = len(sizes)
        # So many rows hold so many other patients.
        self._most_rows = int(sizes.max(initial=1))
        self._space = PatientSpace(rows)
        self._points = self._space.place(*self._space.read(rows))
        sample = np.random.default_rng(0).permutation(len(rows))[:200]
        count = min(_COUNT, self.count - 1)
        own = self._who[sample]
        found = nearest(self._points[sample], self._points, count * self._most_rows, own=own, owner=self._who)
        near = [self._once(*each, count)[0].mean() for each in zip(*found, strict=True)] if count else [0.0]
        self._typical = np.sort(near)

    def near(self, patient: pd.DataFrame, count: int = _COUNT, *, leave_out: int | None = None) -> Neighbours:
        """Find the nearest patients.

        Parameters
        ----------
        patient : DataFrame, shape (1, p)
        count : int
        leave_out : int, optional
            Position of a row of the table that is this very patient, whose other rows are left out too.
        """
        own = {} if leave_out is None else {"own": self._who[[leave_out]], "owner": self._who}
        point = self._space.place(*self._space.read(patient))
        found = nearest(point, self._points, count * self._most_rows, **own)
        distances, rows = self._once(found[0][0], found[1][0], count)
        mean = float(distances.mean()) if len(rows) else np.inf
        closer = float(np.searchsorted(self._typical, mean, "left")) / len(self._typical)
        return Neighbours(rows, distances, closer)

    def _once(self, distances: np.ndarray, rows: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Take each patient once, with the nearest row; infinite distances are of nobody."""
        there = np.isfinite(distances)
        distances, rows = distances[there], rows[there]
        if self._most_rows > 1:
            first = np.sort(np.unique(self._who[rows], return_index=True)[1])
            distances, rows = distances[first], rows[first]
        return distances[:count], rows[:count]


def summarise_neighbours(patient: pd.DataFrame, rows: pd.DataFrame, neighbours: Neighbours) -> pd.DataFrame:
    """Say what sets the neighbours apart from the patient.

    Parameters
    ----------
    patient : DataFrame, shape (1, p)
    rows : DataFrame, shape (n, p)
        The run's predictors.
    neighbours : Neighbours

    Returns
    -------
    DataFrame, index column
        patient (its value), neighbours (their median, or most frequent level), table (likewise), apart (how far the patient is
        from the neighbours: for numbers in standard deviations of the table, for categories the share of neighbours with
        another level); those furthest apart first. Columns that the patient has no value for are left out.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [20.0, 40.0, 60.0, 80.0]})
    >>> patient = pd.DataFrame({"age": [90.0]})
    >>> summary = summarise_neighbours(patient, table, PatientMap(table).near(patient, 2))
    >>> summary.loc["age", ["patient", "neighbours", "table"]].tolist()
    [90.0, 70.0, 50.0]
    """
    found: dict[str, tuple[object, ...]] = {}
    for name in rows.columns:
        value = patient[name].iloc[0]
        near, table = rows[name].iloc[neighbours.rows].dropna(), rows[name].dropna()
        if pd.isna(value) or near.empty:
            continue
        if pd.api.types.is_numeric_dtype(rows[name].dtype):
            spread = float(table.std(ddof=0)) or 1.0
            middle, apart = float(near.median()), abs(float(value) - float(near.median())) / spread
            found[name] = (float(value), middle, float(table.median()), apart / _APART)
        else:
            words = near.astype(str)
            share = float((words != str(value)).mean())
            common = [str(column.astype(str).value_counts().sort_index().idxmax()) for column in (near, table)]
            found[name] = (str(value), *common, share / 0.5)
    columns = ["patient", "neighbours", "table", "apart"]
    summary = pd.DataFrame.from_dict(found, orient="index", columns=columns).rename_axis("column")
    return summary.sort_values("apart", ascending=False, kind="stable")
