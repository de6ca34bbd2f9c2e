"""Rows of cells to columns of text: names found, every row as wide as the header, titles, totals and remarks left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mac_core.data.answers import answer_to
from mac_core.data.bulk import Bulk
from mac_core.data.header import Header, find_header
from mac_core.data.names import name_columns
from mac_core.errors import Notice, Place, notice, refuse

__all__ = ["MAX_COLUMNS", "MAX_ROWS", "Grid", "read_grid"]

MAX_ROWS = 2_000_000
MAX_COLUMNS = 2_000
_LOOK = 300
# Rows become Arrow text in blocks, so that a million rows never stand in memory as Python strings.
_BLOCK = 20_000
_TOTAL = re.compile(
    r"(grand\s+)?(totals?|sum|mean|average|median|summe|gesamt|mittelwert|somme|moyenne|合计|总计|平均)[:：]?", re.I
)
_COMMENT = re.compile(r"\s*(#|//)")

Row = tuple[int, list[str]]


class Grid(NamedTuple):
    """A rectangular table of text; `lines` are physical lines, counted from 1."""

    names: tuple[str, ...]
    columns: tuple[pa.ChunkedArray, ...]
    lines: np.ndarray
    notices: tuple[Notice, ...]


def read_grid(
    rows: Iterable[Row],
    answers: Mapping[str, str],
    *,
    bulk: Callable[[int, int], Bulk | None] | None = None,
    least_columns: int = 2,
) -> Grid:
    """Make a rectangle of rows that come as (physical line, cells).

    `bulk`, given the first patient's line and the width, may read all rows at once; where it gives None, `rows` goes on.

    Raises
    ------
    InputError
        If there is one column only, if there are no patients, if a row has more filled cells than there are names, or if a
        limit is passed.
    """
    source = _Filled(rows)
    look = list(islice(source, _LOOK))
    if not look:
        raise refuse("empty_file")
    width = _width([cells for _, cells in look])
    if width < least_columns:
        raise refuse("one_column")
    keep_titles = answer_to(answers, "title_lines") == "keep"
    header = find_header(
        [cells for _, cells in look],
        width,
        answer=answer_to(answers, "header_missing"),
        keep_titles=keep_titles,
    )
    notices = list(_header_notices(header, width, look))
    names_again = None if header.names is None or header.two_rows else [cell.strip() for cell in look[header.first - 1][1]]
    body = _Body(width if header.names is None else len(header.names), answers, names_again)
    fast = bulk(look[header.first][0], body.width) if bulk is not None and header.first < len(look) else None
    if fast is not None and body.takes(fast):
        body.add_bulk(fast)
        # Those below the first patient are among the fast way's.
        source.blank = [line for line in source.blank if line < look[header.first][0]] + [0] * fast.blank
    else:
        body.add_all(look[header.first :], source)
    columns, lines = body.columns()
    if source.blank:
        notices.append(notice("blank_lines", count=len(source.blank)))
    notices += body.notices
    if not len(lines):
        raise refuse("no_rows")
    given = header.names if header.names is not None else tuple(f"column_{i + 1}" for i in range(width))
    names, columns, found = name_columns(given, columns, answers)
    if len(names) < least_columns:
        raise refuse("one_column")
    return Grid(names, columns, lines, (*notices, *found))


class _Filled(Iterator[Row]):
    """The rows that have at least one filled cell; `blank` are the lines of the others."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = iter(rows)
        self.blank: list[int] = []

    def __next__(self) -> Row:
        for row in self._rows:
            # Most rows show it with their first cell.
            if row[1] and (row[1][0].strip() or any(cell.strip() for cell in row[1])):
                return row
            self.blank.append(row[0])
        raise StopIteration


def _width(rows: list[list[str]]) -> int:
    """How wide the table is: the header's and most rows' number of cells, empty ones at the end not counted."""
    widths = Counter(len(row) for row in rows)
    width = max(widths, key=lambda w: (widths[w], w))
    if width > MAX_COLUMNS:
        raise refuse("too_many_columns", limit=f"{MAX_COLUMNS:,}")
    used = max(max((i + 1 for i, cell in enumerate(row) if cell.strip()), default=0) for row in rows if len(row) == width)
    # A row of names that is wider than the used cells (an all-empty last column) counts; it is among these rows.
    return used


def _header_notices(header: Header, width: int, look: list[Row]) -> Iterator[Notice]:
    if header.names is None:
        yield notice("header_missing", Place(look[header.first][0], None), count=width)
    if header.two_rows:
        yield notice("two_row_header", Place(look[header.first - 2][0], None))
    if header.names is not None and not header.two_rows:
        raw = look[header.first - 1][1]
        changed = [name for cell, name in zip(raw, header.names, strict=False) if name and cell != name]
        if changed:
            place = Place(look[header.first - 1][0], None)
            yield notice("names_cleaned", place, count=len(changed), names=", ".join(changed[:3]))
    if header.titles:
        yield notice("title_lines", Place(look[0][0], None), count=header.titles)


class _Body:
    """Collects the patients' rows in blocks of Arrow text."""

    def __init__(self, width: int, answers: Mapping[str, str], header: list[str] | None = None) -> None:
        """`header`: the cells of the row of names, which files put together from several hold again."""
        self.width = width
        self._header = header
        self._again: list[int] = []
        self._keep = {code: answer_to(answers, code) == "keep" for code in ("total_row", "footnote", "comment_lines")}
        self._blocks: list[list[pa.Array]] = []
        self._lines: list[np.ndarray] = []
        self._short: list[int] = []
        self._trailing = 0
        self._extra: list[int] = []
        self._extra_count = 0
        self._comments: list[int] = []
        self._count = 0
        self.notices: list[Notice] = []

    def add_all(self, first: list[Row], rest: Iterator[Row]) -> None:
        block = first
        following = list(islice(rest, _BLOCK))
        while block or following:
            if not following:
                block = self._without_ending(block)
            self._add(block)
            block, following = following, list(islice(rest, _BLOCK)) if following else []
        if self._extra:
            lines = ", ".join(map(str, self._extra)) + (", ..." if self._extra_count > len(self._extra) else "")
            raise refuse("extra_fields", Place(self._extra[0], None), count=self._extra_count, names=self.width, lines=lines)
        if self._trailing:
            self.notices.append(notice("empty_trailing_fields", count=self._trailing))
        if self._comments:
            shown = _listed(self._comments)
            place = Place(self._comments[0], None)
            self.notices.append(notice("comment_lines", place, count=len(self._comments), lines=shown))
        if self._again:
            shown = _listed(self._again)
            self.notices.append(notice("header_again", Place(self._again[0], None), count=len(self._again), lines=shown))
        if self._short:
            shown = _listed(self._short)
            self.notices.append(notice("short_lines", Place(self._short[0], None), count=len(self._short), lines=shown))

    def takes(self, bulk: Bulk) -> bool:
        """Whether rows read at once need no look at each: no remark, and no row of names, stands among them."""
        first = bulk.columns[0]
        found = pc.match_substring_regex(first, "^" + _COMMENT.pattern)
        if self._header is not None:
            found = pc.or_(found, pc.equal(pc.utf8_trim_whitespace(first), self._header[0]))
        return not pc.any(found).as_py()

    def add_bulk(self, bulk: Bulk) -> None:
        """Take regular rows as they are; the last ones are looked at for totals and remarks."""
        count = max(0, len(bulk.lines) - _LOOK)
        self._count = count
        if len(bulk.lines) > MAX_ROWS:
            raise refuse("too_many_rows", limit=f"{MAX_ROWS:,}")
        for chunk in pa.table(bulk.columns, names=list(map(str, range(self.width)))).slice(0, count).to_batches():
            self._blocks.append(chunk.columns)
        self._lines.append(bulk.lines[:count])
        ending = zip(*(column.slice(count).to_pylist() for column in bulk.columns), strict=True)
        last = [(int(line), list(cells)) for line, cells in zip(bulk.lines[count:], ending, strict=True)]
        self._add(self._without_ending(last))

    def _add(self, block: list[Row]) -> None:
        width = self.width
        if not self._keep["comment_lines"] and any(row and _COMMENT.match(row[0]) for _, row in block):
            self._comments += [line for line, row in block if self._is_comment(row)]
            block = [(line, row) for line, row in block if not self._is_comment(row)]
        if self._header is not None and any(row and row[0].strip() == self._header[0] for _, row in block):
            self._again += [line for line, row in block if self._is_header(row)]
            block = [(line, row) for line, row in block if not self._is_header(row)]
        self._count += len(block)
        if self._count > MAX_ROWS:
            raise refuse("too_many_rows", limit=f"{MAX_ROWS:,}")
        cells = [row for _, row in block]
        if any(len(row) != width for row in cells):
            cells = [self._fit(line, row) if len(row) != width else row for line, row in block]
        if cells:
            self._blocks.append([pa.array(column, pa.string()) for column in zip(*cells, strict=True)])
            self._lines.append(np.fromiter((line for line, _ in block), dtype=np.int64, count=len(block)))

    def _is_comment(self, row: list[str]) -> bool:
        """A line that begins as remarks do, and does not fill the table's width as a patient would."""
        if not row or not _COMMENT.match(row[0]):
            return False
        return len(row) > self.width or sum(bool(cell.strip()) for cell in row) < self.width

    def _is_header(self, row: list[str]) -> bool:
        return [cell.strip() for cell in row] == self._header

    def _fit(self, line: int, row: list[str]) -> list[str]:
        if len(row) < self.width:
            self._short.append(line)
            return row + [""] * (self.width - len(row))
        if any(cell.strip() for cell in row[self.width :]):
            self._extra_count += 1
            if len(self._extra) < 10:
                self._extra.append(line)
        else:
            self._trailing += 1
        return row[: self.width]

    def _without_ending(self, block: list[Row]) -> list[Row]:
        """Leave out totals and remarks at the end of the table."""
        block, kept = list(block), []
        while len(block) > 1:
            line, cells = block[-1]
            code = self._ending(cells)
            if code is None:
                break
            if self._keep[code]:
                # A patient after all; what stands above it is looked at all the same.
                kept.append(block[-1])
            else:
                self.notices.append(notice(code, Place(line, None), line=line))
            block.pop()
        block += reversed(kept)
        return block

    def _ending(self, cells: list[str]) -> str | None:
        filled = [cell.strip() for cell in cells if cell.strip()]
        if _TOTAL.fullmatch(filled[0]) and filled[0] == cells[0].strip():
            return "total_row"
        alone = len(filled) == 1 and self.width > 2 and " " in filled[0]
        return "footnote" if alone and re.search(r"[^\W\d_]{2}|\*", filled[0]) else None

    def columns(self) -> tuple[tuple[pa.ChunkedArray, ...], np.ndarray]:
        if not self._blocks:
            return tuple(pa.chunked_array([pa.array([], pa.string())]) for _ in range(self.width)), np.array([], dtype=np.int64)
        columns = tuple(pa.chunked_array(list(parts)) for parts in zip(*self._blocks, strict=True))
        return columns, np.concatenate(self._lines)


def _listed(lines: list[int]) -> str:
    return ", ".join(map(str, lines[:10])) + (", ..." if len(lines) > 10 else "")
