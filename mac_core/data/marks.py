"""Which cells of a table the notices speak of, so that a page can mark them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from mac_core.data.plausible import doubtful_cells
from mac_core.data.table import PatientTable
from mac_core.errors import Notice

__all__ = ["mark_cells"]

_WORST_FIRST = ("fixed", "warning", "question")
# These speak of every patient, so marking them would mark the column.
_WHOLE_COLUMNS = frozenset(
    {"missing_words", "class_balance", "outcome_missing", "outcome_missing_compared", "treatment_missing", "alike_arms"}
)


def mark_cells(table: PatientTable, notices: Iterable[Notice]) -> pd.DataFrame:
    r"""Say for each cell how severe the worst notice about it is.

    Returns
    -------
    DataFrame of str, shape as `table.frame`
        "question", "warning", "fixed", or "" for a cell that nothing was said about. A notice about a whole row marks the row;
        one about a whole column marks nothing.

    Examples
    --------
    >>> from mac_core.data.reading import read_table
    >>> table = read_table(b"age,arm\n40,A\n430,B\n52,A\n")
    >>> mark_cells(table, table.notices)["age"].tolist()
    ['', 'question', '']
    """
    marks = np.zeros(table.frame.shape, dtype=np.int8)
    columns = {name: position for position, name in enumerate(table.frame.columns)}
    for found in notices:
        rows = _rows(table, found, columns)
        level = 1 + _WORST_FIRST.index(found.severity)
        part = marks[:, columns[found.place.column]] if found.place.column in columns else None
        if part is not None:
            part[rows] = np.maximum(part[rows], level)
        elif found.place.column is None:
            marks[rows] = np.maximum(marks[rows], level)
    words = np.array(["", *_WORST_FIRST], dtype=object)
    return pd.DataFrame(words[marks], index=table.frame.index, columns=table.frame.columns)


def _rows(table: PatientTable, found: Notice, columns: dict[str, int]) -> np.ndarray:
    nothing = np.array([], dtype=int)
    if found.code in _WHOLE_COLUMNS:
        return nothing
    if found.code == "duplicate_rows":
        return np.flatnonzero(table.frame.duplicated().to_numpy())
    name = found.place.column
    if name in columns and found.code in ("impossible_value", "unlikely_value"):
        impossible, unlikely = doubtful_cells(str(name), table.frame[name], unit=table.schema[str(name)].unit)
        return np.flatnonzero(impossible if found.code == "impossible_value" else unlikely)
    if name in columns and found.value is not None and found.code in ("sentinel", "numbers_mixed"):
        values = table.frame[name]
        same = values == float(found.value) if found.code == "sentinel" and values.dtype.kind == "f" else values == found.value
        return np.flatnonzero(same.to_numpy())
    return nothing if found.place.row is None else np.flatnonzero(table.lines == found.place.row)
