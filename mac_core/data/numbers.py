"""Text to numbers: decimal comma, thousands, units in the cells, limits such as <5. Files and new patients share it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Numbers", "read_numbers"]

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}([. ']\d{3})+)(,\d+)?")
_ONE_COMMA_THREE = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([, ']\d{3})+(\.\d+)?")
_WITH_UNIT = re.compile(r"([<>≤≥~]=?\s*)?([+-]?\d+(?:[.,]\d+)?)\s*([^\W\d_][^\d,;<>=+]{0,14}\d?|%)")
_LIMIT = re.compile(r"[<>≤≥~]=?\s*(\S.*)")


class Numbers(NamedTuple):
    """What a column's different values are as numbers; NaN where `unread` says that a value is none."""

    values: np.ndarray
    unread: np.ndarray
    how: str  # plain | decimal_comma | thousands | comma_meaning | unit
    unit: str | None = None


def read_numbers(texts: pa.Array, *, comma: str = "thousands", limits: bool = False) -> Numbers:
    """Read trimmed texts, none missing, as numbers.

    Parameters
    ----------
    texts : pyarrow.Array of strings
    comma : {"thousands", "decimal", "unknown"}
        What 1,200 means. In files whose columns are not separated by commas it is a decimal comma.
    limits : bool
        Read <5 as 5.

    Examples
    --------
    >>> read_numbers(pa.array(["1,8", "1.490,0"]), comma="decimal").values.tolist()
    [1.8, 1490.0]
    >>> numbers = read_numbers(pa.array(["80 kg", "63.5 kg"]))
    >>> numbers.values.tolist(), numbers.unit
    ([80.0, 63.5], 'kg')
    """
    try:
        return Numbers(pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False), np.zeros(len(texts), dtype=bool), "plain")
    except pa.ArrowInvalid:
        pass
    words = texts.to_pylist()
    plain = _read(words, _PLAIN, float, limits)
    if not plain.unread.any():
        return plain
    commas = [word for word in words if "," in word]
    decimal = thousands = plain
    if commas or any(" " in word or "'" in word for word in words):
        thousands = _read(words, _THOUSANDS, lambda word: float(re.sub("[, ']", "", word)), limits, "thousands", _PLAIN)
    if commas and comma == "decimal":
        decimal = _read(words, _COMMA, _from_decimal_comma, limits, "decimal_comma", _PLAIN)
    elif commas and any(re.fullmatch(r"[+-]?\d+,(\d{1,2}|\d{4,})", word) for word in commas):
        # In a file separated by commas, 1,5 can only be one and a half; 1,500 stays a thousand.
        decimal = _read(words, _COMMA, _from_decimal_comma, limits, "decimal_comma", _PLAIN)
    best = min((plain, decimal, thousands), key=lambda numbers: int(numbers.unread.sum()))
    if best.how == "thousands" and comma == "unknown" and commas and all(map(_ONE_COMMA_THREE.fullmatch, commas)):
        best = best._replace(how="comma_meaning")
    if best.unread.mean() > 0.5:
        with_unit = _read_units(words, limits)
        if with_unit is not None:
            return with_unit
    return best


def _from_decimal_comma(word: str) -> float:
    return float(re.sub("[. ']", "", word).replace(",", "."))


def _read(
    words: list[str],
    pattern: re.Pattern[str],
    convert: Callable[[str], float],
    limits: bool,
    how: str = "plain",
    otherwise: re.Pattern[str] | None = None,
) -> Numbers:
    values = np.full(len(words), np.nan)
    unread = np.zeros(len(words), dtype=bool)
    for i, word in enumerate(words):
        found = _LIMIT.fullmatch(word) if limits else None
        word = found.group(1) if found else word
        if pattern.fullmatch(word):
            values[i] = convert(word)
        elif otherwise is not None and otherwise.fullmatch(word):
            values[i] = float(word)
        else:
            unread[i] = True
    return Numbers(values, unread, how)


def _read_units(words: list[str], limits: bool) -> Numbers | None:
    """Read cells of which all carry the same unit or none."""
    found = [_WITH_UNIT.fullmatch(word) for word in words]
    units = {match[3].strip() for match in found if match}
    if len(units) != 1:
        return None
    values = np.full(len(words), np.nan)
    unread = np.zeros(len(words), dtype=bool)
    for i, (word, match) in enumerate(zip(words, found, strict=True)):
        if match and (limits or not match[1]):
            values[i] = float(match[2].replace(",", "."))
        elif _PLAIN.fullmatch(word):
            values[i] = float(word)
        else:
            unread[i] = True
    return Numbers(values, unread, "unit", units.pop())
