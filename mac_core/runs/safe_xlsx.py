"""Tables as an Excel file in which no cell, header or sheet name is a formula or a link."""

from __future__ import annotations

from io import BytesIO

import pandas as pd

__all__ = ["to_safe_xlsx"]

_LONGEST = 32_767  # characters that a cell may hold


def to_safe_xlsx(frame: pd.DataFrame, sheet: str = "predictions") -> bytes:
    """Write a table as .xlsx; texts stay texts, whatever they begin with, and numbers stay numbers.

    Parameters
    ----------
    frame : DataFrame
    sheet : str
        Name of the sheet; a constant of ours, never a user's text.

    Examples
    --------
    >>> from mac_core.data.reading import read_table
    >>> content = to_safe_xlsx(pd.DataFrame({"age": [40.5, 50], "drug": ["=1+1", "B"]}))
    >>> read_table(content, name="x.xlsx").frame["drug"].tolist()
    ['=1+1', 'B']
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)

    def text(value: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(page, value=ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST])
        cell.data_type = "s"  # else a leading "=" makes it a formula
        return cell

    page.append([text(str(name)) for name in frame.columns])
    numeric = [pd.api.types.is_numeric_dtype(dtype) for dtype in frame.dtypes]
    for row in frame.itertuples(index=False, name=None):
        page.append(
            [
                None
                if pd.isna(value)
                else value.item()
                if number and hasattr(value, "item")
                else value
                if number
                else text(str(value))
                for value, number in zip(row, numeric, strict=True)
            ]
        )
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
