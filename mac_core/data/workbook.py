"""An Excel workbook (.xlsx) to rows of text, checked before it is unpacked."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from mac_core.errors import InputError, Notice, Place, notice, refuse

__all__ = ["read_workbook"]

# A few hundred kilobytes can unpack to gigabytes.
MAX_UNPACKED_MB = 500
# Spreadsheets shrink to a tenth or so; what shrinks to less than a hundredth was made to burst.
_MOST_SHRUNK = 150
_SMALL_MB = 20
_MAX_MEMBERS = 5_000


def read_workbook(raw: bytes, sheet: str | None = None) -> tuple[list[tuple[int, list[str]]], tuple[Notice, ...]]:
    """Read one sheet as (row of the sheet, cells as text).

    Raises
    ------
    InputError
        If the bytes are not a workbook without macros, unpack to too much, are damaged, or lack the sheet.
    """
    _check(raw)
    from openpyxl import load_workbook

    # openpyxl raises whatever it stumbles over in a damaged file; each of them means the same to the user.
    try:
        book = load_workbook(BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        visible = [ws.title for ws in book.worksheets if ws.sheet_state == "visible"] or [ws.title for ws in book.worksheets]
        if sheet is not None and sheet not in book.sheetnames:
            raise refuse("unknown_sheet", sheet=sheet, sheets=", ".join(visible))
        for name in [sheet] if sheet is not None else visible:
            rows = list(_rows(book[name]))
            unsaved = _formulas_without_value(raw, book[name])
            if len(rows) > 1 or name == visible[-1]:
                break
        else:
            raise refuse("empty_file")
    except (InputError, MemoryError):
        raise
    except Exception as error:
        raise refuse("broken_workbook") from error
    notices: tuple[Notice, ...] = ()
    if sheet is None and len(visible) > 1:
        notices = (notice("sheet_chosen", Place(None, None), name, count=len(visible), sheet=name, choices=tuple(visible)),)
    if unsaved:
        count, cell = unsaved
        row = int(re.sub(r"\D", "", cell))
        notices = (*notices, notice("formulas_without_value", Place(row, None), count=count, cell=cell))
    return rows, notices


def _check(raw: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise refuse("broken_workbook") from error
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


def _formulas_without_value(raw: bytes, worksheet: Any) -> tuple[int, str] | None:
    """How many cells hold a formula that was never calculated, and the first of them."""
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        content = archive.read(worksheet._worksheet_path.lstrip("/"))
    if b"<f" not in content:
        return None
    cells = re.findall(rb'<c r="([A-Z]{1,3}\d+)"[^>]*><f[^>]*>[^<]*</f>(?:<v\s*/>|<v></v>)?</c>', content)
    return (len(cells), cells[0].decode()) if cells else None


def _rows(worksheet: Any) -> Iterator[tuple[int, list[str]]]:
    # A sheet may claim a million empty rows or a wrong size; what it holds counts.
    worksheet.reset_dimensions()
    for line, cells in enumerate(worksheet.iter_rows(values_only=True), start=1):
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
    return str(cell).strip()
