"""An Excel workbook (.xlsx) to rows of text, checked before it is unpacked."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from mac_core.data.decoding import clean, say_cleaned
from mac_core.errors import Notice, Place, notice, refuse

__all__ = ["read_workbook"]

# A few hundred kilobytes can unpack to gigabytes.
MAX_UNPACKED_MB = 500
# Spreadsheets shrink to a tenth or so; what shrinks to less than a hundredth was made to burst.
_MOST_SHRUNK = 150
_SMALL_MB = 20
_MAX_MEMBERS = 5_000
# As in a text file; Excel itself keeps less.
_LONGEST_CELL = 131_072


def read_workbook(raw: bytes, sheet: str | None = None) -> tuple[list[tuple[int, list[str]]], tuple[Notice, ...]]:
    """Read one sheet as (row of the sheet, cells as text).

    Raises
    ------
    InputError
        If the bytes are not a workbook without macros, unpack to too much, are damaged, or lack the sheet.

    Examples
    --------
    >>> from openpyxl import Workbook
    >>> book, saved = Workbook(), BytesIO()
    >>> book.active.append(["age", "arm"]); book.active.append([40.5, "A"]); book.save(saved)
    >>> read_workbook(saved.getvalue())[0]
    [(1, ['age', 'arm']), (2, ['40.5', 'A'])]
    """
    _check(raw)
    from openpyxl import load_workbook

    with _reading():
        book = load_workbook(BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        sheets = {worksheet.title: worksheet for worksheet in book.worksheets}
        visible = [title for title, worksheet in sheets.items() if worksheet.sheet_state == "visible"] or [*sheets]
    if sheet is not None and sheet not in sheets:
        raise refuse("unknown_sheet", sheet=sheet, sheets=", ".join(visible))
    for name in [sheet] if sheet is not None else visible:
        rows = list(_rows(sheets[name]))
        content = _content(raw, sheets[name])
        unsaved, merged = _formulas_without_value(content), _fill_merged(rows, content)
        if len(rows) > 1 or name == visible[-1]:
            break
    else:
        raise refuse("empty_file")
    notices = tuple(_clean_cells(rows))
    if sheet is None and len(visible) > 1:
        notices = (
            *notices,
            notice("sheet_chosen", Place(None, None), name, count=len(visible), sheet=name, choices=tuple(visible)),
        )
    if merged:
        row = int(re.sub(r"\D", "", merged[0]))
        notices = (*notices, notice("merged_cells", Place(row, None), count=len(merged), cell=merged[0]))
    if unsaved:
        count, cell = unsaved
        row = int(re.sub(r"\D", "", cell))
        notices = (*notices, notice("formulas_without_value", Place(row, None), count=count, cell=cell))
    return rows, notices


@contextmanager
def _reading() -> Iterator[None]:
    """Within it only openpyxl and zipfile work: over a damaged file they stumble with errors of any type.

    A dozen types came from a few thousand files with flipped bytes, lost parts and odd values. Each of them means the same to
    the user; our own code stands outside, so that no fault of ours is called a damaged file.
    """
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:
        raise refuse("broken_workbook") from error


def _check(raw: bytes) -> None:
    with _reading(), zipfile.ZipFile(BytesIO(raw)) as archive:
        members = archive.infolist()
    names = {member.filename for member in members}
    if "xl/vbaProject.bin" in names or "xl/workbook.bin" in names:
        raise refuse("old_workbook")
    if "xl/workbook.xml" not in names:
        raise refuse("not_a_table", what="a compressed archive or another kind of document")
    unpacked = sum(member.file_size for member in members)
    if len(members) > _MAX_MEMBERS or unpacked > MAX_UNPACKED_MB * 2**20:
        raise refuse("workbook_too_large", limit=MAX_UNPACKED_MB)
    if unpacked > max(_SMALL_MB * 2**20, _MOST_SHRUNK * len(raw)):
        raise refuse("workbook_too_large", limit=_SMALL_MB)


def _clean_cells(rows: list[tuple[int, list[str]]]) -> list[Notice]:
    """Write cells plainly, as in a text file: a blank that does not break a line is the commonest letter of Excel's own."""
    removed = plain = 0
    for line, cells in rows:
        for position, cell in enumerate(cells):
            if len(cell) > _LONGEST_CELL:
                raise refuse("cell_too_long", Place(line, None), line=line, limit=f"{_LONGEST_CELL:,}")
            if not cell.isascii() or not cell.isprintable():
                cells[position], gone, written = clean(cell)
                cells[position] = cells[position].strip()
                removed, plain = removed + gone, plain + written
    return say_cleaned(removed, plain)


def _content(raw: bytes, worksheet: Any) -> bytes:
    with _reading(), zipfile.ZipFile(BytesIO(raw)) as archive:
        return archive.read(worksheet._worksheet_path.lstrip("/"))


def _fill_merged(rows: list[tuple[int, list[str]]], content: bytes) -> list[str]:
    """Write a value that spans several rows of one column into each of them, but for titles; give their first cells."""
    filled = []
    numbered = dict(rows)
    # The first row with several cells holds names, or groups of them.
    header = next((line for line, cells in rows if sum(map(bool, cells)) > 1), 0)
    for letters, first, again, last in re.findall(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"', content):
        top, bottom, column = int(first), int(last), _position(letters)
        if letters != again or top <= header or top not in numbered or len(numbered[top]) <= column:
            continue
        for line in range(top + 1, bottom + 1):
            if line in numbered and len(numbered[line]) > column and not numbered[line][column]:
                numbered[line][column] = numbered[top][column]
        filled.append((top, f"{letters.decode()}{top}"))
    return [cell for _, cell in sorted(filled)]


def _position(letters: bytes) -> int:
    position = 0
    for letter in letters:
        position = 26 * position + letter - ord("A") + 1
    return position - 1


def _formulas_without_value(content: bytes) -> tuple[int, str] | None:
    """How many cells hold a formula that was never calculated, and the first of them."""
    if b"<f" not in content:
        return None
    cells = re.findall(rb'<c r="([A-Z]{1,3}\d+)"[^>]*><f[^>]*>[^<]*</f>(?:<v\s*/>|<v></v>)?</c>', content)
    return (len(cells), cells[0].decode()) if cells else None


def _cells(worksheet: Any) -> Iterator[tuple[object, ...]]:
    with _reading():
        # A sheet may claim a million empty rows or a wrong size; what it holds counts.
        worksheet.reset_dimensions()
        yield from worksheet.iter_rows(values_only=True)


def _rows(worksheet: Any) -> Iterator[tuple[int, list[str]]]:
    for line, cells in enumerate(_cells(worksheet), start=1):
        row = [_text(cell) for cell in cells]
        if any(row):
            yield line, row


def _text(cell: object) -> str:
    """Write a cell as a CSV export would: 5.0 as 5, a date without time as a date."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(sep=" ")
    if isinstance(cell, datetime.timedelta):
        # As a time of the day is written, so that 1:00:00 and 01:00:00 are one.
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return str(cell).strip()
