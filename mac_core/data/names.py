"""Every column a name of its own: names missing, repeated, or too alike to be told apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import pyarrow as pa

from mac_core.data.answers import answer_to
from mac_core.data.header import unique_names
from mac_core.errors import Notice, Place, notice

__all__ = ["name_columns"]


def name_columns(
    given: tuple[str, ...], columns: tuple[pa.ChunkedArray, ...], answers: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[pa.ChunkedArray, ...], list[Notice]]:
    """Name the columns, and leave out those that say nothing or that the user did not want.

    Parameters
    ----------
    given : tuple of str
        As they stand in the header, perhaps empty or repeated.
    columns : tuple of ChunkedArray of str
    answers : mapping

    Examples
    --------
    >>> cells = pa.chunked_array([["40", "50"]])
    >>> name_columns(("age", "age"), (cells, pa.chunked_array([["1", "2"]])), {})[0]
    ('age', 'age (2)')
    """
    notices: list[Notice] = []
    kept: dict[str, pa.ChunkedArray] = {}
    first_of: dict[str, int] = {}
    alike: dict[str, str] = {}
    for position, (name, new, column) in enumerate(zip(given, unique_names(given), columns, strict=True)):
        if not name:
            if not any(str(cell).strip() for cell in column.unique()):
                notices.append(notice("empty_unnamed_column", Place(None, new)))
                continue
            if position == 0 and _counts_rows(column):
                notices.append(notice("row_numbers", Place(None, new), new=new))
            elif answer_to(answers, "unnamed_column", new) == "drop":
                continue
            elif answer_to(answers, "unnamed_column", new) is None:
                notices.append(notice("unnamed_column", Place(None, new), new=new))
        elif name in first_of:
            if column.equals(columns[first_of[name]]):
                notices.append(notice("same_column_twice", Place(None, name), name=name))
                continue
            answer = answer_to(answers, "renamed_column", new)
            if answer is None:
                notices.append(notice("renamed_column", Place(None, new), name=name, new=new))
            if answer == "first":
                continue
            if answer == "last":
                kept.pop(name, None)
        elif (twin := alike.get(_plain(name))) is not None:
            answer = answer_to(answers, "similar_names", new)
            if answer is None:
                notices.append(notice("similar_names", Place(None, new), first=twin, name=name))
            if answer == "first":
                continue
            if answer == "last":
                kept.pop(twin, None)
        first_of.setdefault(name, position)
        alike.setdefault(_plain(name), new)
        kept[new] = column
    return tuple(kept), tuple(kept.values()), notices


def _plain(name: str) -> str:
    return re.sub(r"[\s_.\-]+", "", unicodedata.normalize("NFKC", name)).casefold()


def _counts_rows(column: pa.ChunkedArray) -> bool:
    cells = column.to_pylist()
    return cells in ([str(i) for i in range(len(cells))], [str(i + 1) for i in range(len(cells))])
