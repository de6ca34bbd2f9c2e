"""Names of columns without what people write differently: case, blanks and separators."""

from __future__ import annotations

import re

__all__ = ["plain_name"]

_SEPARATORS = re.compile(r"[\s_.\-]+")


def plain_name(name: str) -> str:
    """Write a column's name as the patterns of names expect it.

    Examples
    --------
    >>> plain_name("Length of stay"), plain_name("date_of-birth")
    ('lengthofstay', 'dateofbirth')
    """
    return _SEPARATORS.sub("", name.lower())
