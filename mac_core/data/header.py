"""Where the column names stand: below titles, in two rows, or nowhere."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from mac_core.data.missing import MISSING_AMONG_NUMBERS

__all__ = ["Header", "find_header", "unique_names"]

_MOST_TITLES = 30
_NUMBER = re.compile(r"[<>≤≥~]?\s*[+-]?(\d+([.,]\d+)*|[.,]\d+)([eE][+-]?\d+)?\s*%?")


class Header(NamedTuple):
    """The names (one per column, perhaps empty or repeated), the index of the first patient's row, and how it was found.

    `names` is None for a table without header.
    """

    names: tuple[str, ...] | None
    first: int
    titles: int
    two_rows: bool


def find_header(rows: list[list[str]], width: int, *, answer: str | None = None, keep_titles: bool = False) -> Header:
    """Find the names in the first rows of a table that is `width` columns wide.

    `answer` is the user's answer to "is the first row a patient?": "data" or "names"; with `keep_titles` the names
    stand in the first row whatever it looks like.

    Examples
    --------
    >>> find_header([["Study 7"], ["age", "arm"], ["40", "A"], ["52", "B"]], 2)
    Header(names=('age', 'arm'), first=2, titles=1, two_rows=False)
    >>> find_header([["40", "A"], ["52", "B"], ["61", "A"]], 2).names is None
    True
    """
    top = 0
    # A title fills a cell or two of a table's width; a row of names fills most.
    while top < len(rows) and _filled(rows[top]) <= max(1, 0.4 * width):
        top += 1
    if keep_titles or top > _MOST_TITLES or top >= len(rows):
        top = 0
    # Nor does a row of names leave a name out when the row below holds one for every column.
    if (
        not keep_titles
        and top + 2 < len(rows)
        and "" in rows[top][1:width]
        and _are_names(rows[top + 1], rows[top + 2 :], width)
    ):
        top += 1
    head, body = rows[top], rows[top + 1 :]
    if answer == "data" or (answer != "names" and _looks_like_data(head, body, width)):
        return Header(None, top, top, False)
    names = [re.sub(r"^'(?=[=+\-@])", "", " ".join(cell.split())) for cell in head]
    groups = rows[top - 1] if top else []
    if len(set(names)) < len(names) and len(groups) >= len(names) and _filled(groups) > 1:
        return Header(tuple(_join(groups, names)), top + 1, top - 1, True)
    return Header(tuple(names), top + 1, top, False)


def unique_names(names: tuple[str, ...]) -> list[str]:
    """Give every column a name of its own; empty names become `column_7`, the second `age` becomes `age (2)`.

    Examples
    --------
    >>> unique_names(("age", "", "age"))
    ['age', 'column_2', 'age (2)']
    """
    taken = Counter(name for name in names if name)
    made: list[str] = []
    for position, name in enumerate(names, start=1):
        base = name or f"column_{position}"
        new, number = base, 2
        while new in made or (new != name and new in taken):
            new, number = f"{base} ({number})", number + 1
        made.append(new)
    return made


def _filled(row: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell.strip()) is not None


def _looks_like_data(head: list[str], body: list[list[str]], width: int) -> bool:
    """Count the columns in which the first cell is one more value of its column, against those in which it is a name."""
    data = names = 0
    for position in range(min(width, len(head))):
        first = head[position].strip()
        if not first or first.lower() in MISSING_AMONG_NUMBERS:
            continue
        cells = [row[position].strip() for row in body if position < len(row)]
        cells = [cell for cell in cells if cell.lower() not in MISSING_AMONG_NUMBERS]
        if not cells:
            continue
        numeric = sum(map(_is_number, cells)) >= 0.8 * len(cells)
        if numeric:
            data += _is_number(first)
            names += 0 if first[0].isdigit() else 2 * (not _is_number(first))
        elif first.lower() in {cell.lower() for cell in cells}:
            data += 1
        elif len(set(cells)) < len(cells):
            names += 1
    return data > names


def _are_names(row: list[str], body: list[list[str]], width: int) -> bool:
    """Whether every cell is a word, each another one, and some stand above numbers."""
    cells = [cell.strip() for cell in row[:width]]
    if len(cells) < width or not all(cells) or len(set(cells)) < width or any(map(_is_number, cells)):
        return False
    for position in range(width):
        below = [other[position].strip() for other in body[:50] if position < len(other) and other[position].strip()]
        if below and sum(map(_is_number, below)) >= 0.8 * len(below):
            return True
    return False


def _join(groups: list[str], names: list[str]) -> list[str]:
    """Write the upper row's group ("Visit 1") before each name below it, as far as the group reaches."""
    first = next(position for position, cell in enumerate(groups) if cell.strip())
    joined, group = [], ""
    for position, name in enumerate(names):
        group = groups[position].strip() or group
        joined.append(f"{group} {name}".strip() if position >= first else name)
    return joined
