"""One column of text to one typed column, with a report of every repair."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mac_core.data.answers import answer_to
from mac_core.data.dates import read_dates
from mac_core.data.identifiers import is_identifier, must_stay_text
from mac_core.data.missing import MISSING_AMONG_NUMBERS, MISSING_WORDS, SENTINELS
from mac_core.data.numbers import Numbers, read_numbers
from mac_core.data.schema import Column, Kind, describe
from mac_core.errors import Notice, Place, notice

__all__ = ["TypedColumn", "read_column"]

# From this share of readable cells on, a column is one of numbers in which the others are oddities.
_MOSTLY_NUMBERS = 0.8
_MISSING = pa.array(sorted(MISSING_WORDS), pa.string())
_SHORT_FORMS = {"m": "male", "f": "female", "y": "yes", "n": "no"}
_UNIT_IN_NAME = re.compile(r"[\(\[（【]\s*([^()\[\]（）【】]{1,20}?)\s*[\)\]）】]\s*$")


class TypedColumn(NamedTuple):
    """`values`: float64, `str`, or datetime64, without a name."""

    values: pd.Series
    column: Column
    notices: tuple[Notice, ...]


class _Different(NamedTuple):
    """The different trimmed texts of a column, how often each occurs, and which of them each row holds."""

    texts: pa.Array
    counts: np.ndarray
    codes: np.ndarray

    def line_of(self, which: int, lines: np.ndarray) -> int:
        return int(lines[int(np.argmax(self.codes == which))])


def read_column(name: str, cells: pa.ChunkedArray, lines: np.ndarray, *, comma: str, answers: Mapping[str, str]) -> TypedColumn:
    """Type one column.

    Parameters
    ----------
    name : str
    cells : pyarrow.ChunkedArray of strings, shape (n,)
        As they stand in the file.
    lines : ndarray of int, shape (n,)
        Physical lines, for the notices.
    comma : {"thousands", "decimal", "unknown"}
        As in `read_numbers`.
    answers : mapping
        The user's answers so far; without one, a doubtful column holds the text as read.
    """
    different, missing, notices = _different(name, cells, lines)
    n_values = int(different.counts[~missing].sum())
    keep = np.flatnonzero(~missing)
    texts = different.texts.take(pa.array(keep))
    if not len(keep):
        empty = pd.Series(np.full(len(lines), np.nan))
        return TypedColumn(empty, describe(name, empty, "number"), tuple(notices))
    words = texts.to_pylist()
    unit = _UNIT_IN_NAME.search(name)
    if not must_stay_text(words):
        limits = answer_to(answers, "numbers_mixed", name) == "limit"
        numbers = read_numbers(texts, comma=answer_to(answers, "comma_meaning", name) or comma, limits=limits)
        typed = _as_numbers(name, different, keep, words, numbers, n_values, lines, answers)
        if typed is not None:
            series, found, unit_in_cells = typed
            present = series.dropna()
            whole = bool((present == present.round()).all())
            if whole and is_identifier(name, present.nunique(), n_values, numeric=True, whole=True, long_text=False):
                return _as_text(name, different, missing, n_values, notices, lines, kind="identifier")
            kind_unit = unit_in_cells or (unit[1] if unit else None)
            return TypedColumn(series, describe(name, series, "number", unit=kind_unit), (*notices, *found))
        if numbers.how == "comma_meaning":
            which = next(i for i, word in enumerate(words) if "," in word)
            place = Place(different.line_of(int(keep[which]), lines), name)
            notices.append(notice("comma_meaning", place, words[which], column=name))
            return _as_text(name, different, missing, n_values, notices, lines, kind="text")
        elif answer_to(answers, "numbers_mixed", name) != "text":
            mixed = _mixed(name, different, keep, words, numbers, n_values, lines)
            if mixed:
                # Not a category: nearly every row would have a value of its own.
                return _as_text(name, different, missing, n_values, [*notices, *mixed], lines, kind="text")
    dates = read_dates(words, order=answer_to(answers, "date_order", name))
    if dates is not None and dates.values is not None:
        days = np.full(len(different.counts), np.datetime64("NaT"), dtype="datetime64[s]")
        days[keep] = dates.values.astype("datetime64[s]")
        series = pd.Series(days[different.codes])
        return TypedColumn(series, describe(name, series, "date"), tuple(notices))
    if dates is not None:
        notices.append(notice("date_order", Place(int(lines[0]), name), dates.example, column=name))
        return _as_text(name, different, missing, n_values, notices, lines, kind="text")
    return _as_text(name, different, missing, n_values, notices, lines)


def _different(name: str, cells: pa.ChunkedArray, lines: np.ndarray) -> tuple[_Different, np.ndarray, list[Notice]]:
    encoded = cells.dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    trimmed = pc.utf8_trim_whitespace(encoded.dictionary)
    again = trimmed.dictionary_encode()
    codes = again.indices.to_numpy(zero_copy_only=False)[encoded.indices.to_numpy(zero_copy_only=False)]
    texts = again.dictionary
    different = _Different(texts, np.bincount(codes, minlength=len(texts)), codes)
    missing = pc.is_in(pc.utf8_lower(texts), value_set=_MISSING).to_numpy(zero_copy_only=False)
    said = [i for i in np.flatnonzero(missing) if texts[int(i)].as_py()]
    notices = []
    if said:
        words = ", ".join(texts[int(i)].as_py() for i in said)
        place = Place(different.line_of(int(said[0]), lines), name)
        count = int(different.counts[said].sum())
        notices.append(notice("missing_words", place, words, count=count, column=name, words=words))
    return different, missing, notices


def _as_numbers(
    name: str,
    different: _Different,
    keep: np.ndarray,
    words: list[str],
    numbers: Numbers,
    n_values: int,
    lines: np.ndarray,
    answers: Mapping[str, str],
) -> tuple[pd.Series, list[Notice], str | None] | None:
    """The column as numbers, or None if it is not one (yet)."""
    counts = different.counts[keep]
    notices: list[Notice] = []
    gaps = np.array(
        [bool(odd) and word.lower() in MISSING_AMONG_NUMBERS for odd, word in zip(numbers.unread, words, strict=True)]
    )
    odd = numbers.unread & ~gaps
    readable = int(counts[~numbers.unread].sum())
    if readable == 0 or numbers.how == "comma_meaning":
        return None
    if odd.any():
        if readable < _MOSTLY_NUMBERS * n_values or answer_to(answers, "numbers_mixed", name) not in ("missing", "limit"):
            return None
        # The answer said so: what is no number is missing.
        gaps = numbers.unread.copy()
    if gaps.any():
        gone = ", ".join(sorted({words[int(i)] for i in np.flatnonzero(gaps)}))
        place = Place(different.line_of(int(keep[int(np.argmax(gaps))]), lines), name)
        notices.append(notice("missing_words", place, gone, count=int(counts[gaps].sum()), column=name, words=gone))
    values = numbers.values.copy()
    infinite = np.isinf(values)
    if infinite.any():
        place = Place(different.line_of(int(keep[int(np.argmax(infinite))]), lines), name)
        notices.append(
            notice("infinite", place, words[int(np.argmax(infinite))], count=int(counts[infinite].sum()), column=name)
        )
        values[infinite] = np.nan
    values, found = _sentinels(name, different, keep, values, lines, answers)
    notices += found
    if numbers.how in ("decimal_comma", "thousands"):
        notices.append(notice(numbers.how, Place(None, name), column=name))
    if numbers.unit:
        notices.append(notice("unit_in_cells", Place(None, name), numbers.unit, column=name, unit=numbers.unit))
    by_code = np.full(len(different.counts), np.nan)
    by_code[keep] = values
    return pd.Series(by_code[different.codes]), notices, numbers.unit


def _sentinels(
    name: str, different: _Different, keep: np.ndarray, values: np.ndarray, lines: np.ndarray, answers: Mapping[str, str]
) -> tuple[np.ndarray, list[Notice]]:
    """Ask about -9, 999 and the like where they lie far outside everything else."""
    notices = []
    suspects = np.isin(values, SENTINELS)
    others = values[~suspects & np.isfinite(values)]
    if suspects.any() and len(others) > 2:
        low, high = float(others.min()), float(others.max())
        for which in np.flatnonzero(suspects):
            value = float(values[which])
            if (value < 0 <= low) or (value > 900 and high < value / 3):
                if answer_to(answers, "sentinel", name) == "missing":
                    values[which] = np.nan
                elif answer_to(answers, "sentinel", name) != "keep":
                    place = Place(different.line_of(int(keep[which]), lines), name)
                    count = int(different.counts[keep[which]])
                    notices.append(notice("sentinel", place, f"{value:g}", count=count, column=name))
    return values, notices


def _mixed(
    name: str, different: _Different, keep: np.ndarray, words: list[str], numbers: Numbers, n_values: int, lines: np.ndarray
) -> list[Notice]:
    counts = different.counts[keep]
    readable = int(counts[~numbers.unread].sum())
    # Below the threshold, or with few different numbers, it is a column of words ("1", "2", "other").
    if readable < _MOSTLY_NUMBERS * n_values or int((~numbers.unread).sum()) < 5:
        return []
    odd = np.flatnonzero(numbers.unread)
    shown = words[int(odd[0])][:60]
    place = Place(different.line_of(int(keep[int(odd[0])]), lines), name)
    return [notice("numbers_mixed", place, shown, column=name, count=int(counts[odd].sum()))]


def _as_text(
    name: str,
    different: _Different,
    missing: np.ndarray,
    n_values: int,
    notices: list[Notice],
    lines: np.ndarray,
    kind: Kind | None = None,
) -> TypedColumn:
    words: list[str | None] = [None if gone else word for word, gone in zip(different.texts.to_pylist(), missing, strict=True)]
    n_different = int((~missing).sum())
    present = [word for word in words if word is not None]
    if kind is None:
        long_text = sum(" " in word or len(word) > 40 for word in present) > 0.5 * len(present)
        if is_identifier(name, n_different, n_values, numeric=False, whole=False, long_text=long_text):
            kind = "identifier"
        elif n_different > 20 and n_different > 0.5 * n_values:
            kind = "text"
        else:
            kind = "category"
            words = _merge_spellings(name, words, different.counts, notices)
    series = pa.array(words, pa.string()).take(pa.array(different.codes)).to_pandas().astype("str")
    return TypedColumn(series, describe(name, series, kind), tuple(notices))


def _merge_spellings(name: str, words: list[str | None], counts: np.ndarray, notices: list[Notice]) -> list[str | None]:
    """Male, male and MALE are one value, and M beside them. Other single letters stay apart: a and A can be two alleles."""
    by_key: dict[str, list[int]] = {}
    for i, word in enumerate(words):
        if word is not None and len(word) > 1:
            by_key.setdefault(" ".join(word.casefold().split()), []).append(i)
    for i, word in enumerate(words):
        full = _SHORT_FORMS.get(word.casefold()) if word is not None else None
        if full in by_key:
            by_key[full].append(i)
    merged = list(words)
    for group in by_key.values():
        if len(group) > 1:
            best = words[max(group, key=lambda i: counts[i])]
            for i in group:
                merged[i] = best
            notices.append(notice("spellings_merged", Place(None, name), best, column=name))
    return merged
