"""New patients in the form that a run was learned on: its columns, numbers in its units, levels spelled as it knows them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mac_core.data.limits import convert_units, same_unit
from mac_core.data.missing import MISSING_AMONG_NUMBERS, MISSING_WORDS
from mac_core.data.schema import TOO_LARGE, Column, Schema, labels_of
from mac_core.errors import InputError, Notice, Place, notice, refuse

__all__ = ["conform"]

_NAMED = 5  # cells that are no numbers and stand in the sentence

_Cell = tuple[int, str, str]  # row, column, text


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
        If a column is missing, or if cells of number columns hold something else, or a number in a unit that cannot be
        written in the study's.

    Examples
    --------
    >>> from mac_core.data.schema import describe
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
    unread: list[_Cell] = []
    for column in schema.columns:
        if column.kind == "number":
            values, found, odd = _conform_numbers(frame[column.name], column, rows)
            unread += odd
        else:
            values, found = _conform_labels(frame[column.name], column, rows)
        ready[column.name] = values
        notices += found
        if len(frame) > 1 and values.isna().all() and column.typical is not None:
            notices.append(notice("empty_for_new", Place(None, column.name), column=column.name))
    if unread:
        raise _unreadable(sorted(unread, key=lambda cell: cell[0]))
    return pd.DataFrame(ready, index=frame.index), tuple(notices)


def _unreadable(cells: list[_Cell]) -> InputError:
    row, column, text = cells[0]
    if len(cells) == 1:
        return refuse("number_unreadable", Place(row, column), column=column, value=text, row=row)
    said = ", ".join(f"{text} (row {row}, column {name})" for row, name, text in cells[:_NAMED])
    more = ", ..." if len(cells) > _NAMED else ""
    return refuse("numbers_unreadable", Place(row, column), count=len(cells), cells=said + more)


def _conform_numbers(values: pd.Series, column: Column, rows: np.ndarray) -> tuple[pd.Series, list[Notice], list[_Cell]]:
    unread: list[_Cell] = []
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.astype("float64").to_numpy(copy=True)
        unread += [(int(rows[i]), column.name, f"{numbers[i]:g}") for i in np.flatnonzero(np.abs(numbers) > TOO_LARGE)]
    else:
        codes, texts = _different_texts(values)
        # Each for itself: nobody's value depends on who else is in the file.
        read = [_number(text, column) for text in texts]
        read = [None if number is not None and abs(number) > TOO_LARGE else number for number in read]
        numbers = np.array([*(np.nan if number is None else number for number in read), np.nan])[codes]
        for which in [which for which, number in enumerate(read) if number is None]:
            unread += [(int(row), column.name, texts[which][:60]) for row in rows[codes == which]]
    notices = []
    if column.low is not None and column.high is not None:
        for i in np.flatnonzero((numbers < column.low) | (numbers > column.high)):
            place, low, high = Place(int(rows[i]), column.name), f"{column.low:g}", f"{column.high:g}"
            notices.append(notice("outside_range", place, f"{numbers[i]:g}", column=column.name, low=low, high=high))
    return pd.Series(numbers, index=values.index), notices, unread


def _different_texts(values: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Return which of the different trimmed texts each row holds; -1 for none."""
    codes, different = pd.factorize(labels_of(values))
    return codes, [str(text).strip() for text in different]


def _number(text: str, column: Column) -> float | None:
    """Read one cell with the parser that read the file, in the study's unit; None if that cannot be."""
    import pyarrow as pa

    from mac_core.data.numbers import read_numbers, read_plain

    # Most cells of a large file; only the others need the parser, which is made for whole columns.
    if (plain := read_plain(text)) is not None:
        return plain
    if text.lower() in MISSING_AMONG_NUMBERS:
        return np.nan
    read = read_numbers(pa.array([text], pa.string()), comma="decimal")
    if read.unread[0]:
        return None
    if read.unit is None or (column.unit is not None and same_unit(read.unit, column.unit)):
        return float(read.values[0])
    written = None if column.unit is None else convert_units(column.name, read.values, [read.unit], column.unit)
    return None if written is None else float(written[0][0])


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
