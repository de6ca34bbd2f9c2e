"""Text to dates, when the order of day and month leaves no doubt."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

__all__ = ["Dates", "read_dates"]

_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?" + _TIME)
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<y>\d{4})" + _TIME)


class Dates(NamedTuple):
    """`values` is None when `example` could be read in two ways. Values are whole days: the hour is left out."""

    values: np.ndarray | None
    example: str | None


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
    >>> read_dates(["03/04/2020", "05/06/2020"]).example
    '03/04/2020'
    >>> read_dates(["63 y"]) is None
    True
    """
    if not texts:
        return None
    found = [_YEAR_FIRST.fullmatch(text) for text in texts]
    if all(found):
        return _days([(m["y"], m["m"], m["d"]) for m in found if m])
    last = [_YEAR_LAST.fullmatch(text) for text in texts]
    if not all(last):
        return None
    parts = [(m["y"], m["a"], m["b"], m["mark"]) for m in last if m]
    first_over, second_over = (any(int(part[k]) > 12 for part in parts) for k in (1, 2))
    if first_over and second_over:
        return None
    if not (first_over or second_over) and order is None and any(part[3] != "." for part in parts):
        return Dates(None, texts[0])
    day_first = first_over or (not second_over and order != "month_first")
    return _days([(y, b, a) if day_first else (y, a, b) for y, a, b, _ in parts])


def _days(parts: list[tuple[str, str, str]]) -> Dates | None:
    text = [f"{int(y):04d}-{int(m):02d}-{int(d):02d}" for y, m, d in parts]
    days = pd.to_datetime(pd.Series(text, dtype="str"), format="%Y-%m-%d", errors="coerce")
    # 31 February is not a date, and a column with one is not a column of dates.
    return None if days.isna().any() else Dates(days.to_numpy().astype("datetime64[D]"), None)
