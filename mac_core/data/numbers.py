"""Text to numbers: decimal comma, thousands, units in the cells, limits such as <5. Files and new patients share it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Numbers", "read_fractions", "read_mixed_units", "read_numbers", "read_plain"]

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}([. ']\d{3})+)(,\d+)?([eE][+-]?\d+)?")
_ONE_COMMA_THREE = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([, ']\d{3})+(\.\d+)?")
_WITH_UNIT = re.compile(
    r"([<>≤≥~]=?\s*)?([+-]?\d+(?:[.,]\d+)?)\s*(?![²³¹⁰-₟⅐-↋①-⒛¼-¾])([^\W\d_][^\d,;<>=+]{0,14}\d?|°\s?[CF]|%)"
)
_LIMIT = re.compile(r"([<>≤≥~])=?\s*(\S.*)")
# A time of the day, told from a ratio by the zero before a digit.
_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_FRACTION = re.compile(r"(\d+(?:\.\d+)?)\s*[/:]\s*(\d+(?:\.\d+)?)")
# Beyond so many different texts a look at some of them shows whether any is a number.
_LOOK = 500


class Numbers(NamedTuple):
    """What a column's different values are as numbers; NaN where `unread` says that a value is none."""

    values: np.ndarray
    unread: np.ndarray
    how: str  # plain | decimal_comma | thousands | comma_meaning | unit
    unit: str | None = None


def read_numbers(texts: pa.Array, *, comma: str = "thousands", limits: float | None = None) -> Numbers:
    """Read trimmed texts, none missing, as numbers.

    Parameters
    ----------
    texts : pyarrow.Array of strings
    comma : {"thousands", "decimal", "unknown"}
        What 1,200 means. In files whose columns are not separated by commas it is a decimal comma.
    limits : float, optional
        Read <5 as this much of 5 (1, or 0.5 for half the limit); >5 is read as 5.

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
    if len(texts) > 10 * _LOOK:
        some = texts.take(pa.array(np.linspace(0, len(texts) - 1, _LOOK).astype(np.int64))).to_pylist()
        if not any(re.match(r"[<>≤≥~=\s+-]*[.,]?\d", word) for word in some):
            return Numbers(np.full(len(texts), np.nan), np.ones(len(texts), dtype=bool), "plain")
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


def read_plain(text: str) -> float | None:
    """Read a number that can be meant in one way only; None for whatever `read_numbers` must look at.

    Examples
    --------
    >>> read_plain("47.5"), read_plain("1e3"), read_plain("47,5"), read_plain("old")
    (47.5, 1000.0, None, None)
    """
    return float(text) if _PLAIN.fullmatch(text) else None


def _from_decimal_comma(word: str) -> float:
    return float(re.sub("[. ']", "", word).replace(",", "."))


def _read(
    words: list[str],
    pattern: re.Pattern[str],
    convert: Callable[[str], float],
    limits: float | None,
    how: str = "plain",
    otherwise: re.Pattern[str] | None = None,
) -> Numbers:
    values = np.full(len(words), np.nan)
    unread = np.zeros(len(words), dtype=bool)
    for i, word in enumerate(words):
        found = _LIMIT.fullmatch(word) if limits is not None else None
        word = found.group(2) if found else word
        if pattern.fullmatch(word):
            values[i] = convert(word)
        elif otherwise is not None and otherwise.fullmatch(word):
            values[i] = float(word)
        else:
            unread[i] = True
        if found and limits is not None and found.group(1) in "<≤":
            values[i] *= limits
    return Numbers(values, unread, how)


def _read_units(words: list[str], limits: float | None) -> Numbers | None:
    """Read cells of which all carry the same unit or none."""
    found = [_WITH_UNIT.fullmatch(word) for word in words]
    units = {_same_unit(match[3]): match[3].strip() for match in found if match}
    if len(units) != 1:
        return None
    if units.keys() == {"%"} and _are_shares(words, found):
        return None
    values = np.full(len(words), np.nan)
    unread = np.zeros(len(words), dtype=bool)
    for i, (word, match) in enumerate(zip(words, found, strict=True)):
        if match and (limits is not None or not match[1]):
            below = limits if limits is not None and match[1] and match[1][0] in "<≤" else 1.0
            values[i] = below * float(match[2].replace(",", "."))
        elif _PLAIN.fullmatch(word):
            values[i] = float(word)
        else:
            unread[i] = True
    return Numbers(values, unread, "unit", next(iter(units.values())))


def _are_shares(words: list[str], found: list[re.Match[str] | None]) -> bool:
    """Whether the cells without a percent sign are shares of 1, while the others are not."""
    bare = [float(word) for word, match in zip(words, found, strict=True) if match is None and _PLAIN.fullmatch(word)]
    signed = [float(match[2].replace(",", ".")) for match in found if match]
    return bool(bare) and max(bare) <= 1 < float(np.median(signed))


def _same_unit(unit: str) -> str:
    """Mm Hg, mmHg and mmhg are one unit."""
    return re.sub(r"\s", "", unit).casefold()


def read_fractions(words: list[str]) -> np.ndarray | None:
    """Divide cells such as 1/2 or 1:4; None unless nearly all cells are such.

    Examples
    --------
    >>> read_fractions(["1/2", "3:4"]).tolist()
    [0.5, 0.75]
    """
    if not any(_FRACTION.fullmatch(word) for word in words[:_LOOK]):
        return None
    if any(re.search(r"(^|:)0\d", word) for word in words) and all(map(_CLOCK.fullmatch, words)):
        return None
    found = [_FRACTION.fullmatch(word) for word in words]
    if sum(match is not None for match in found) < 0.8 * len(words):
        return None
    return np.array([float(m[1]) / float(m[2]) if m and float(m[2]) else np.nan for m in found])


def read_mixed_units(words: list[str]) -> tuple[np.ndarray, list[str]] | None:
    """Read cells that carry units of more than one kind: numbers, and the unit of each ("" for none).

    Examples
    --------
    >>> read_mixed_units(["80 kg", "175 lb"])
    (array([ 80., 175.]), ['kg', 'lb'])
    >>> read_mixed_units(["55%", "0.6", "61%"])[1]
    ['%', 'of 1', '%']
    """
    if len(words) > 10 * _LOOK:
        some = words[:: len(words) // _LOOK]
        if sum(_WITH_UNIT.fullmatch(word) is not None for word in some) < 0.4 * len(some):
            return None
    found = [_WITH_UNIT.fullmatch(word) for word in words]
    units = [match[3].strip() if match else "" for match in found]
    if set(units) == {"%", ""} and _are_shares(words, found):
        units = [unit or "of 1" for unit in units]
    different = {_same_unit(unit) for unit in units}
    if len(different - {""}) < 2 or len(different) > 4 or len(words) < 2:
        return None
    readable = [match is not None or _PLAIN.fullmatch(word) is not None for match, word in zip(found, words, strict=True)]
    if sum(match is not None for match in found) < 0.5 * len(words) or sum(readable) < 0.95 * len(words):
        return None
    values = [
        float(match[2].replace(",", ".")) if match and not match[1] else float(word) if _PLAIN.fullmatch(word) else np.nan
        for match, word in zip(found, words, strict=True)
    ]
    return np.array(values), units
