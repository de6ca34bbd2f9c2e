"""Tables as CSV that a spreadsheet cannot mistake for formulas."""

from __future__ import annotations

from typing import Any

import pandas as pd

__all__ = ["to_safe_csv"]

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def to_safe_csv(frame: pd.DataFrame) -> str:
    """Write a table; text and column names that begin like a formula get a leading apostrophe, numbers stay numbers.

    Examples
    --------
    >>> print(to_safe_csv(pd.DataFrame({"=id": ["@A1", "b"], "change": [-1.5, 2.0]})), end="")
    '=id,change
    '@A1,-1.5
    b,2.0
    """
    safe = frame.rename(columns=_disarm)
    for place, dtype in enumerate(safe.dtypes):
        if not pd.api.types.is_numeric_dtype(dtype):
            safe.isetitem(place, safe.iloc[:, place].map(_disarm))
    return safe.to_csv(index=False, lineterminator="\n")


def _disarm(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA) else value
