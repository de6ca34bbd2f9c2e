"""Cells that hold two numbers, such as a blood pressure of 120/80, become two columns."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mac_core.data.answers import answer_to
from mac_core.data.missing import MISSING_WORDS
from mac_core.data.rectangle import Grid
from mac_core.errors import Place, notice

__all__ = ["split_pairs"]

_PAIR = r"^(?P<first>0|\d{2,3})\s*/\s*(?P<second>0|\d{2,3})\s*(?P<unit>mm\s?Hg)?$"
# A column of this name holds pressures although a few of its pairs are the wrong way round.
_PRESSURE = re.compile(r"(\b|_)(bp|rr)(\b|_|\d)|blood ?pressure|blutdruck|tension|血压|trestbps", re.IGNORECASE)
_FEW_TURNED = 0.2
_MISSING = pa.array(sorted(MISSING_WORDS), pa.string())


def split_pairs(grid: Grid, answers: Mapping[str, str]) -> Grid:
    """Split the columns in which every cell is a pair or missing; one odd cell leaves a column as it is.

    Examples
    --------
    >>> from mac_core.data.rectangle import read_grid
    >>> rows = [(1, ["arm", "BP"]), (2, ["A", "120/80"]), (3, ["B", "131/77 mmHg"])]
    >>> split_pairs(read_grid(rows, {}), {}).names
    ('arm', 'BP systolic', 'BP diastolic')
    """
    names: list[str] = []
    columns: list[pa.ChunkedArray] = []
    notices = list(grid.notices)
    for name, column in zip(grid.names, grid.columns, strict=True):
        parts = None if answer_to(answers, "pair_split", name) == "text" else _parts(column)
        if parts is None:
            names.append(name)
            columns.append(column)
            continue
        turned = _turned(*parts)
        few = turned.sum() <= _FEW_TURNED * pc.sum(pc.not_equal(parts[0], "")).as_py()
        pressure = not turned.any() or (bool(few) and _PRESSURE.search(name) is not None)
        endings = ("systolic", "diastolic") if pressure else ("first", "second")
        new = [_free(f"{name} {ending}", grid.names) for ending in endings]
        names += new
        columns += parts
        notices.append(notice("pair_split", Place(None, name), column=name, first=new[0], second=new[1]))
        if pressure and turned.any():
            which = int(np.argmax(turned))
            cell, line = column[which].as_py().strip(), int(grid.lines[which])
            found = notice("pair_turned", Place(line, new[0]), cell, count=int(turned.sum()), column=name, row=line)
            notices.append(found)
    return grid._replace(names=tuple(names), columns=tuple(columns), notices=tuple(notices))


def _parts(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.ChunkedArray] | None:
    # Most columns show with their first cells that they hold no pairs.
    look = [cell.strip() for cell in column.slice(0, 50).to_pylist() if cell.strip().lower() not in MISSING_WORDS]
    if not look or not all(re.match(_PAIR, cell) for cell in look):
        return None
    trimmed = pc.utf8_trim_whitespace(column)
    found = pc.extract_regex(trimmed, _PAIR)
    missing = pc.is_in(pc.utf8_lower(trimmed), value_set=_MISSING)
    if not pc.all(pc.or_(missing, pc.is_valid(found))).as_py():
        return None
    return tuple(pc.fill_null(pc.struct_field(found, field), "") for field in ("first", "second"))


def _turned(first: pa.ChunkedArray, second: pa.ChunkedArray) -> np.ndarray:
    """Which cells hold the lower number first."""
    high, low = (pc.cast(pc.if_else(pc.equal(part, ""), "0", part), pa.int64()) for part in (first, second))
    return np.asarray(pc.greater(low, high).to_numpy())


def _free(name: str, taken: tuple[str, ...]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free
