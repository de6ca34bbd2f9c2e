"""Tables as CSV that a spreadsheet cannot mistake for formulas."""

from __future__ import annotations

from typing import Any

import pandas as pd

__all__ = ["to_safe_csv"]

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def to_safe_csv(frame: pd.DataFrame) -> str:
    """Write a table as RFC 4180 has it; text that begins like a formula gets a leading apostrophe, numbers stay.

    Examples
    --------
    >>> to_safe_csv(pd.DataFrame({"=id": ["@A1", "b"], "change": [-1.5, 2.0]})).splitlines()
    ["'=id,change", "'@A1,-1.5", 'b,2.0']
    """
    safe = frame.rename(columns=_disarm)
    for place, dtype in enumerate(safe.dtypes):
        if not pd.api.types.is_numeric_dtype(dtype):
            safe.isetitem(place, safe.iloc[:, place].map(_disarm).to_numpy())
    return safe.to_csv(index=False, lineterminator="\r\n")


def _disarm(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA) else value
