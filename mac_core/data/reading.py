"""A file to a table of patients: the stages one after the other, each in its own module.

bytes -> kind and size -> text (`decoding`) or sheet (`workbook`) -> separator (`dialect`) -> rectangle (`rectangle`, `header`,
`pairs`) -> typed columns (`columns`, `numbers`, `dates`, `missing`, `identifiers`,
`spellings`) -> values that can be (`plausible`, `limits`). Everything is text until the last stage,
so that nothing is guessed in silence.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections import deque
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd

from mac_core.data.bulk import read_bulk
from mac_core.data.columns import TypedColumn, read_column
from mac_core.data.decoding import decode, is_workbook
from mac_core.data.dialect import DELIMITER_NAMES, find_delimiter, records
from mac_core.data.pairs import split_pairs
from mac_core.data.plausible import check_values
from mac_core.data.rectangle import Grid, read_grid
from mac_core.data.schema import Column, Schema, describe
from mac_core.data.table import PatientTable
from mac_core.data.unit_mixes import settle_unit_mix
from mac_core.data.workbook import read_workbook
from mac_core.errors import Notice, Place, notice, refuse

__all__ = ["MAX_MEGABYTES", "read_table"]

MAX_MEGABYTES = 500
_SAMPLE = 64 * 1024
_DECIMAL_POINT = re.compile(r"(?<![\d.\-/])\d+\.\d+(?![\d.\-/])")
# With this line Excel is told what separates the columns below it.
_DECLARED = re.compile(r"sep=([,;\t|])\r?(\n|$)", re.IGNORECASE)
_TEXT_NAME = re.compile(r".*\.(csv|tsv|txt)", re.IGNORECASE)
_ORDER = {"question": 0, "warning": 1, "fixed": 2}


def read_table(
    source: str | os.PathLike[str] | bytes | IO[bytes] | IO[str],
    *,
    sheet: str | None = None,
    answers: Mapping[str, str] | None = None,
    name: str | None = None,
    least_columns: int = 2,
) -> PatientTable:
    r"""Read a table of patients from a CSV, TSV, semicolon-separated or Excel (.xlsx) file in any encoding.

    Parameters
    ----------
    source : path, bytes or file object
    sheet : str, optional
        Of a workbook; by default the first visible one with a table.
    answers : mapping, optional
        Question code, or `code:column`, to one of `mac_core.data.answers.CHOICES`. The same answers on the same file give the
        same table.
    name : str, optional
        Shown to the reader instead of the file's own name.
    least_columns : {1, 2}
        1 lets a file of a single column pass, as new patients of a run with one predictor need.

    Returns
    -------
    PatientTable

    Raises
    ------
    InputError
        If the source is not a table. No other exception comes from bad input.

    Examples
    --------
    >>> table = read_table(b"age;arm\n61,5;A\n48,0;B\n")
    >>> table.frame["age"].tolist(), [notice.code for notice in table.notices]
    ([61.5, 48.0], ['separator', 'decimal_comma'])
    """
    raw, found_name = _load(source)
    answers = dict(answers or {})
    before: tuple[Notice, ...]
    if is_workbook(raw):
        rows, before = read_workbook(raw, sheet or answers.get("sheet_chosen"))
        if _TEXT_NAME.fullmatch(name or found_name):
            before = (notice("workbook_by_content"), *before)
        grid, comma = read_grid(rows, answers, least_columns=least_columns), "unknown"
    else:
        text, decoded = decode(raw, alphabet=answers.get("decoded"), twice=answers.get("encoded_twice"))
        grid, separated, delimiter = _read_text(text, answers, least_columns)
        # Where other numbers have a decimal point, a comma can only mark thousands.
        comma = "decimal" if delimiter != "," else "thousands" if _DECIMAL_POINT.search(text[:_SAMPLE]) else "unknown"
        before = (*decoded, *separated)
    grid = split_pairs(grid, answers)
    counters = {found.place.column for found in grid.notices if found.code == "row_numbers"}
    columns = [
        read_column(column_name, cells, grid.lines, comma=comma, answers=answers, counts_rows=column_name in counters)
        for column_name, cells in zip(grid.names, grid.columns, strict=True)
    ]
    frame, lines, schema, found = _check(columns, grid.lines, answers)
    notices = [*before, *grid.notices, *(found for column in columns for found in column.notices), *found]
    return PatientTable(
        frame=frame,
        lines=lines,
        notices=tuple(sorted(notices, key=lambda found: _ORDER[found.severity])),
        schema=schema,
        name=name or found_name,
        sha256=hashlib.sha256(raw).hexdigest(),
        answers=answers,
    )


def _check(
    columns: list[TypedColumn], lines: np.ndarray, answers: Mapping[str, str]
) -> tuple[pd.DataFrame, np.ndarray, Schema, list[Notice]]:
    """Look at the typed values: those that cannot be, and rows that repeat another if the user wants them gone."""
    values: dict[str, pd.Series] = {}
    described: list[Column] = []
    notices: list[Notice] = []
    for column in columns:
        series, known = column.values, column.column
        if known.kind == "number":
            asked = any(found.code == "sentinel" for found in column.notices)
            series, unit, mix = settle_unit_mix(known.name, series, answers, unit=known.unit)
            series, found = check_values(known.name, series, lines, answers, unit=unit, sentinels_asked=asked)
            notices += [*([mix] if mix else []), *found]
            if series is not column.values:
                known = describe(known.name, series, "number", unit=unit)
        values[known.name] = series
        described.append(known)
    frame = pd.DataFrame(values)
    if answers.get("duplicate_rows") == "drop":
        again = frame.duplicated().to_numpy()
        if again.any():
            frame, lines = frame.loc[~again].reset_index(drop=True), lines[~again]
            described = [describe(known.name, frame[known.name], known.kind, unit=known.unit) for known in described]
    return frame, lines, Schema(tuple(described)), notices


def _load(source: str | os.PathLike[str] | bytes | IO[bytes] | IO[str]) -> tuple[bytes, str]:
    limit = MAX_MEGABYTES * 2**20
    name = "table"
    if isinstance(source, (bytes, bytearray, memoryview)):
        raw = bytes(source)
    elif isinstance(source, (str, os.PathLike)):
        path = Path(source)
        try:
            # No more than that, whatever size a device or a file that still grows claims to have.
            with path.open("rb") as file:
                raw = file.read(limit + 1)
        # ValueError: a zero byte in the path.
        except (OSError, ValueError) as error:
            raise refuse("file_not_readable") from error
        name = path.name
    else:
        content = source.read(limit + 1)
        raw = content.encode("utf-8") if isinstance(content, str) else bytes(content)
        name = Path(str(getattr(source, "name", "") or "table")).name
    if len(raw) > limit:
        raise refuse("too_large", limit=MAX_MEGABYTES)
    return raw, name


def _read_text(text: str, answers: Mapping[str, str], least_columns: int) -> tuple[Grid, list[Notice], str]:
    declared = _DECLARED.match(text)
    delimiter = declared[1] if declared else find_delimiter(text)
    if delimiter is None:
        if least_columns > 1:
            raise refuse("one_column")
        delimiter = ","
    notices = [] if delimiter == "," else [notice("separator", separator=DELIMITER_NAMES[delimiter])]
    bulk = partial(read_bulk, text, delimiter)
    rows = _numbered(text, delimiter)
    if declared:
        next(rows)
    return read_grid(rows, answers, bulk=bulk, least_columns=least_columns), notices, delimiter


def _numbered(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the physical line on which each begins; a quote that swallows the rest of the file is refused."""
    reader = records(text, delimiter)
    line = last = 1
    try:
        for row in reader:
            yield line, row
            last, line = line, reader.line_num + 1
    except csv.Error as error:
        limit = csv.field_size_limit()
        if len(text.splitlines()[line - 1]) < limit:
            raise refuse("open_quote", Place(line, None), line=line) from error
        raise refuse("cell_too_long", Place(line, None), line=line, limit=f"{limit:,}") from error
    ending = "\n".join(text.splitlines()[last - 1 :])
    if '"' in ending and _is_open(ending, delimiter):
        raise refuse("open_quote", Place(last, None), line=last)


def _is_open(record: str, delimiter: str) -> bool:
    """Whether the text ends within a quoted cell."""
    try:
        deque(records(record, delimiter, strict=True), maxlen=0)
    except csv.Error as error:
        return "end of data" in str(error)
    return False
