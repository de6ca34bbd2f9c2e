"""What a table's columns are: kind, unit, range, levels. The patient form and the checks at prediction are made from it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Literal

import numpy as np
import pandas as pd

from mac_core.data.missing import MISSING_AMONG_NUMBERS, MISSING_WORDS
from mac_core.errors import Notice, Place, notice, refuse

__all__ = ["Column", "Kind", "Schema", "conform", "describe", "label_of", "labels_of", "template_csv"]

Kind = Literal["number", "category", "date", "text", "identifier"]


@dataclass(frozen=True)
class Column:
    """One column. `low`, `high`, `typical` (the median) are set for numbers; `levels` (most frequent first) for categories.

    A number that is only ever 0 or 1 has these two as its levels, so that a form can offer them as a choice.
    """

    name: str
    kind: Kind
    unit: str | None = None
    levels: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    typical: float | str | None = None
    whole: bool = False
    missing: int = 0


@dataclass(frozen=True)
class Schema:
    """The columns of a table, in its order."""

    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def describe(name: str, values: pd.Series, kind: Kind, *, unit: str | None = None) -> Column:
    """Describe a typed column.

    Examples
    --------
    >>> describe("age", pd.Series([40.0, 52.0, np.nan]), "number", unit="years")
    Column(name='age', kind='number', unit='years', levels=(), low=40.0, high=52.0, typical=46.0, whole=True, missing=1)
    """
    present = values.dropna()
    missing = len(values) - len(present)
    if kind == "number":
        if present.empty:
            return Column(name, kind, unit, missing=missing)
        low, high, typical = float(present.min()), float(present.max()), float(present.median())
        whole = bool((present == present.round()).all())
        levels = ("0", "1") if (low, high) == (0.0, 1.0) and whole else ()
        return Column(name, kind, unit, levels=levels, low=low, high=high, typical=typical, whole=whole, missing=missing)
    if kind == "category" and not present.empty:
        counts = present.value_counts()
        # Equal counts in the order of the alphabet: the order must not depend on the rows.
        words = sorted(counts.index, key=lambda level: (-counts[level], level))
        return Column(name, kind, unit, levels=tuple(map(str, words)), typical=str(words[0]), missing=missing)
    return Column(name, kind, unit, missing=missing)


def label_of(value: object) -> str:
    """Write a value as a label: 1.0 as 1.

    Examples
    --------
    >>> label_of(1.0), label_of("1_yes"), label_of(2.5)
    ('1', '1_yes', '2.5')
    """
    if isinstance(value, (float, np.floating)):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    return str(value).strip()


def labels_of(values: pd.Series) -> pd.Series:
    """Write each value as a label, and each different value only once; gaps stay gaps.

    Examples
    --------
    >>> labels_of(pd.Series([1.0, 2.5, 1.0])).tolist()
    ['1', '2.5', '1']
    """
    if isinstance(values.dtype, pd.StringDtype):
        return values.str.strip()
    codes, different = pd.factorize(values)
    labels = np.array([*map(label_of, different), None], dtype=object)
    return pd.Series(labels[codes], index=values.index, name=values.name, dtype="str")


def conform(
    frame: pd.DataFrame, schema: Schema, *, lines: Sequence[int] | np.ndarray | None = None
) -> tuple[pd.DataFrame, tuple[Notice, ...]]:
    """Bring new patients into the form that a run was learned on.

    Parameters
    ----------
    frame : DataFrame, shape (m, any)
        Typed or text; any order of columns; further columns are left out with a notice.
    schema : Schema
        Of the predictors.
    lines : sequence of int, shape (m,), optional
        What the notices call each row: its line in the file. By default 1 to m.

    Returns
    -------
    frame : DataFrame, shape (m, len(schema.columns))
        Columns in the schema's order, the index as it came.
    notices : tuple of Notice
        Columns that were not used; values that the model has never seen, with their place.

    Raises
    ------
    InputError
        If a column is missing, or if a cell of a number column holds something else.

    Examples
    --------
    >>> schema = Schema((describe("age", pd.Series([40.0, 52.0]), "number"),))
    >>> ready, notices = conform(pd.DataFrame({"age": ["47,5"], "note": ["-"]}), schema)
    >>> ready["age"].tolist(), [notice.code for notice in notices]
    ([47.5], ['extra_columns'])
    """
    if frame.empty:
        raise refuse("no_rows")
    for name in schema.names:
        if name not in frame.columns:
            raise refuse("missing_column", Place(None, name), column=name)
    rows = np.arange(1, len(frame) + 1) if lines is None else np.asarray(lines)
    notices = []
    extra = [str(name) for name in frame.columns if name not in schema.names]
    if extra:
        notices.append(notice("extra_columns", Place(), columns=", ".join(extra)))
    ready = {}
    for column in schema.columns:
        values, found = (
            _conform_numbers(frame[column.name], column, rows)
            if column.kind == "number"
            else _conform_labels(frame[column.name], column, rows)
        )
        ready[column.name] = values
        notices += found
        if len(frame) > 1 and values.isna().all() and column.typical is not None:
            notices.append(notice("empty_for_new", Place(None, column.name), column=column.name))
    return pd.DataFrame(ready, index=frame.index), tuple(notices)


def _conform_numbers(values: pd.Series, column: Column, rows: np.ndarray) -> tuple[pd.Series, list[Notice]]:
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.astype("float64").to_numpy(copy=True)
    else:
        codes, texts = _different_texts(values)
        numbers = np.array([*(_number(text, rows[codes == which], column) for which, text in enumerate(texts)), np.nan])[codes]
    numbers[~np.isfinite(numbers)] = np.nan
    notices = []
    if column.low is not None and column.high is not None:
        for i in np.flatnonzero((numbers < column.low) | (numbers > column.high)):
            place, low, high = Place(int(rows[i]), column.name), f"{column.low:g}", f"{column.high:g}"
            notices.append(notice("outside_range", place, f"{numbers[i]:g}", column=column.name, low=low, high=high))
    return pd.Series(numbers, index=values.index), notices


def _different_texts(values: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Return which of the different trimmed texts each row holds; -1 for none."""
    codes, different = pd.factorize(labels_of(values))
    return codes, [str(text).strip() for text in different]


def _number(text: str, rows: np.ndarray, column: Column) -> float:
    """Read one cell with the parser that read the file."""
    import pyarrow as pa

    from mac_core.data.numbers import read_numbers

    if text.lower() in MISSING_AMONG_NUMBERS:
        return np.nan
    read = read_numbers(pa.array([text], pa.string()), comma="decimal")
    if read.unread[0]:
        row = int(rows[0])
        raise refuse("number_unreadable", Place(row, column.name), column=column.name, value=text[:60], row=row)
    return float(read.values[0])


def _conform_labels(values: pd.Series, column: Column, rows: np.ndarray) -> tuple[pd.Series, list[Notice]]:
    known = {level.casefold(): level for level in column.levels}
    codes, texts = _different_texts(values)
    labels: list[str | None] = []
    notices = []
    for which, text in enumerate(texts):
        if text.lower() in MISSING_WORDS:
            labels.append(None)
            continue
        label = text if text in column.levels else known.get(text.casefold(), text)
        labels.append(label)
        if column.kind == "category" and label not in column.levels:
            for i in np.flatnonzero(codes == which):
                notices.append(notice("unseen_value", Place(int(rows[i]), column.name), label[:60], column=column.name))
    labels.append(None)
    conformed = pd.Series(np.array(labels, dtype=object)[codes], index=values.index, dtype="str")
    return conformed, sorted(notices, key=lambda found: found.place.row or 0)


def template_csv(schema: Schema) -> str:
    r"""Write a file to fill in: the names, and one example row of typical values, which `read_table` reads back.

    Examples
    --------
    >>> columns = Column("age", "number", typical=46.5), Column("sex", "category", levels=("f", "m"), typical="f")
    >>> template_csv(Schema(columns))
    'age,sex\r\n46.5,f\r\n'
    """
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(schema.names)
    writer.writerow(["" if column.typical is None else label_of(column.typical) for column in schema.columns])
    return out.getvalue()
