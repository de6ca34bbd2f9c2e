"""Text to dates, when the order of day and month leaves no doubt."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

__all__ = ["Dates", "is_date", "read_compact_days", "read_dates", "read_excel_days"]

_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?" + _TIME)
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<y>\d{4}|\d{2})" + _TIME)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_NAMED = re.compile(
    r"(?P<d>\d{1,2})[-/. ]+(?P<n>[a-z]{3})[a-z]*\.?[-/., ]+(?P<y>\d{4}|\d{2})"
    r"|(?P<n2>[a-z]{3})[a-z]*\.?[-/ ]+(?P<d2>\d{1,2}),?[-/ ]+(?P<y2>\d{4})",
    re.IGNORECASE,
)
# A year of two digits up to this one belongs to this century.
_LAST_SHORT_YEAR = 30
_EXCEL_BEGAN = np.datetime64("1899-12-30")
_DATE_NAME = re.compile(r".*(date|datum|dob|birth|geburt|fecha|日期).*|.*[\s_.-](day|dt)", re.IGNORECASE)
# Days of 1954 to 2064, as Excel counts.
_EXCEL_DAYS = (19_800, 60_300)


class Dates(NamedTuple):
    """`values` is None when `doubt` (a question's code) about `example` comes first. Values are whole days."""

    values: np.ndarray | None
    example: str | None
    doubt: str | None = None


class _Parts(NamedTuple):
    """Year, then the other two as they stand; `form` says how the cell is written."""

    year: str
    first: int
    second: int
    form: str  # year_first | named | . | / | -


def read_dates(texts: list[str], *, order: str | None = None) -> Dates | None:
    """Read a column's different values as days; None if they are not dates.

    Parameters
    ----------
    texts : list of str
        Trimmed, none missing.
    order : {"day_first", "month_first"} or None
        The user's answer for dates such as 03/04/2020.

    Examples
    --------
    >>> read_dates(["22.10.1984", "02.08.1988"]).values[0]
    np.datetime64('1984-10-22')
    >>> read_dates(["03/04/2020", "05/06/2020"]).doubt
    'date_order'
    >>> read_dates(["03/04/20", "2020-05-06"]).doubt, read_dates(["63 y"]) is None
    ('dates_mixed', True)
    """
    if not texts:
        return None
    parts = []
    for text in texts:
        found = _parts(text)
        if found is None:
            return None
        parts.append(found)
    forms = {part.form for part in parts}
    numeric = [part for part in parts if part.form not in ("year_first", "named")]
    first_over, second_over = any(part.first > 12 for part in numeric), any(part.second > 12 for part in numeric)
    if first_over and second_over and len(forms) == 1:
        return None
    settled = order in ("day_first", "month_first")
    short = next((text for text, part in zip(texts, parts, strict=True) if len(part.year) == 2), None)
    if len(forms) > 1 and not settled:
        odd = next(text for text, part in zip(texts, parts, strict=True) if part.form != parts[0].form)
        return Dates(None, f"{texts[0]} and {odd}", "dates_mixed")
    if short is not None and not settled:
        return Dates(None, short, "short_years")
    if numeric and not (first_over or second_over) and not settled and forms != {"."}:
        return Dates(None, texts[0], "date_order")
    day_first = not second_over and order != "month_first" if not first_over else True
    return _days([_ordered(part, day_first) for part in parts])


def is_date(text: str) -> bool:
    """Whether a text is written like a date, and could be one in some year.

    Examples
    --------
    >>> is_date("31.12.2020"), is_date("2020-02-30"), is_date("unknown")
    (True, False, False)
    """
    part = _parts(text)
    return part is not None and any(_is_day(*_ordered(part, day_first)) for day_first in (True, False))


def read_compact_days(name: str, numbers: np.ndarray) -> np.ndarray | None:
    """Read days written as 20200131; None unless the column's name sounds like a date and all numbers are such days.

    Examples
    --------
    >>> read_compact_days("visit_date", np.array([20200131.0]))[0]
    np.datetime64('2020-01-31')
    >>> read_compact_days("visit_date", np.array([20200231.0])) is None
    True
    """
    if not len(numbers) or not _DATE_NAME.fullmatch(name.strip()) or ((numbers < 19_000_101) | (numbers > 20_991_231)).any():
        return None
    days = pd.to_datetime(pd.Series(numbers).astype("int64").astype("str"), format="%Y%m%d", errors="coerce")
    return None if days.isna().any() else days.to_numpy().astype("datetime64[D]")


def read_excel_days(name: str, numbers: np.ndarray) -> np.ndarray | None:
    """Read days as Excel counts them; None unless the column's name sounds like a date and all numbers could be days.

    Examples
    --------
    >>> read_excel_days("admission_date", np.array([45292.0]))[0]
    np.datetime64('2024-01-01')
    >>> read_excel_days("platelets", np.array([45292.0])) is None
    True
    """
    low, high = _EXCEL_DAYS
    if not len(numbers) or not _DATE_NAME.fullmatch(name.strip()) or ((numbers < low) | (numbers > high)).any():
        return None
    return _EXCEL_BEGAN + np.floor(numbers).astype("timedelta64[D]")


def _parts(text: str) -> _Parts | None:
    if found := _YEAR_FIRST.fullmatch(text):
        return _Parts(found["y"], int(found["m"]), int(found["d"]), "year_first")
    if found := _YEAR_LAST.fullmatch(text):
        return _Parts(found["y"], int(found["a"]), int(found["b"]), found["mark"])
    if found := _NAMED.fullmatch(text):
        month = (found["n"] or found["n2"]).lower()
        if month in _MONTHS.split():
            number = 1 + _MONTHS.split().index(month)
            return _Parts(found["y"] or found["y2"], number, int(found["d"] or found["d2"]), "named")
    return None


def _ordered(part: _Parts, day_first: bool) -> tuple[int, int, int]:
    year = int(part.year)
    if len(part.year) == 2:
        year += 2000 if year <= _LAST_SHORT_YEAR else 1900
    first, second = part.first, part.second
    if part.form in ("year_first", "named"):
        return year, first, second
    # A cell that can be read in one way only is read so, whatever the others say.
    if first > 12 or (day_first and second <= 12):
        return year, second, first
    return year, first, second


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def _days(parts: list[tuple[int, int, int]]) -> Dates | None:
    text = [f"{y:04d}-{m:02d}-{d:02d}" for y, m, d in parts]
    days = pd.to_datetime(pd.Series(text, dtype="str"), format="%Y-%m-%d", errors="coerce")
    # 31 February is not a date, and a column with one is not a column of dates.
    return None if days.isna().any() else Dates(days.to_numpy().astype("datetime64[D]"), None)
