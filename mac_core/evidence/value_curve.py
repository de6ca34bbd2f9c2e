"""What the model expects of this patient over all values of one column, and where the table has patients to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mac_core.data.schema import Column

__all__ = ["ValueGrid", "value_grid"]

_POINTS = 25
_BINS = 20
_MOST_LEVELS = 12


@dataclass(frozen=True)
class ValueGrid:
    """The values to try.

    Attributes
    ----------
    column : str
    values : list
        Numbers between the table's extremes, or levels, the most frequent first; the patient's own value among them, if known.
    patients : DataFrame
        This patient, once per value.
    density : DataFrame
        Of the table: `value` (middle of a bin, or level) and `patients` (how many).
    own : float or str or None
        The patient's value.
    """

    column: str
    values: list[Any]
    patients: pd.DataFrame
    density: pd.DataFrame
    own: Any


def value_grid(patient: pd.DataFrame, rows: pd.DataFrame, column: Column, *, points: int = _POINTS) -> ValueGrid:
    """Lay out the values of one column for one patient.

    Parameters
    ----------
    patient : DataFrame, shape (1, p)
    rows : DataFrame, shape (n, p)
        The run's predictors.
    column : Column
    points : int
        How many different numbers are tried.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [20.0, 40.0, 80.0]})
    >>> grid = value_grid(table.head(1), table, Column("age", "number", low=20.0, high=80.0), points=3)
    >>> grid.values, grid.patients["age"].tolist(), int(grid.density["patients"].sum())
    ([20.0, 40.0, 80.0], [20.0, 40.0, 80.0], 3)
    """
    name = column.name
    given = patient[name].iloc[0]
    own = None if pd.isna(given) else given
    table = rows[name].dropna()
    if column.kind == "number":
        known = np.unique(table.to_numpy(dtype=float))
        values = known if len(known) <= points else np.linspace(known[0], known[-1], points)
        if column.whole:
            values = np.unique(np.round(values))
        if own is not None:
            values = np.unique([*values, float(own)])
        heights, edges = np.histogram(table.to_numpy(dtype=float), bins=min(_BINS, max(1, len(known))))
        density = pd.DataFrame({"value": (edges[:-1] + edges[1:]) / 2, "patients": heights})
        chosen: list[Any] = values.tolist()
    else:
        counts = table.astype(str).value_counts()
        counts = counts.loc[sorted(counts.index, key=lambda level: (-counts[level], level))]
        chosen = [*counts.index[:_MOST_LEVELS]]
        if own is not None and str(own) not in chosen:
            chosen.append(str(own))
        shown = counts.reindex(chosen, fill_value=0)
        density = pd.DataFrame({"value": chosen, "patients": shown.to_numpy()})
    tried = patient.loc[patient.index.repeat(len(chosen))].reset_index(drop=True)
    tried[name] = pd.Series(chosen, dtype=rows[name].dtype)
    return ValueGrid(name, chosen, tried, density, own)
