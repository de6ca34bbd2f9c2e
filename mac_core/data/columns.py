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
from mac_core.data.dates import is_date, read_compact_days, read_dates, read_excel_days
from mac_core.data.identifiers import is_identifier, must_stay_text, personal_kind
from mac_core.data.limits import convert_units
from mac_core.data.missing import MISSING_AMONG_NUMBERS, MISSING_WORDS, SENTINELS
from mac_core.data.numbers import Numbers, read_fractions, read_mixed_units, read_numbers
from mac_core.data.plain_names import plain_name
from mac_core.data.schema import TOO_LARGE, Column, Kind, describe
from mac_core.data.spellings import merge_spellings
from mac_core.errors import Notice, Place, notice

__all__ = ["TypedColumn", "read_column"]

# From this share of readable cells on, a column is one of numbers in which the others are oddities.
_MOSTLY_NUMBERS = 0.8
# Of dates and, where hardly any value repeats, of numbers; half of them is too many for slips.
_HALF = 0.5
_LEAST_DIFFERENT = 10
_LOOK = 200
_MISSING = pa.array(sorted(MISSING_WORDS), pa.string())
_EMPTY = pa.array([""], pa.string())
_CODED = re.compile(
    r"(race|ethnic\w*|icd\w*|\w*code|\w*type|region|insurance|payer|diagnosis|dx\w*|marital\w*|religion|occupation|department|dept)"
)
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


def read_column(
    name: str,
    cells: pa.ChunkedArray,
    lines: np.ndarray,
    *,
    comma: str,
    answers: Mapping[str, str],
    counts_rows: bool = False,
) -> TypedColumn:
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
    counts_rows : bool
        Whether the column only numbers the rows, and so identifies them.
    """
    different, missing, notices = _different(name, cells, lines, answers)
    keep = np.flatnonzero(~missing)
    reader = _Reader(name, different, missing, keep, int(different.counts[~missing].sum()), lines, answers)
    if not len(keep):
        empty = pd.Series(np.full(len(lines), np.nan))
        return TypedColumn(empty, describe(name, empty, "number"), tuple(notices))
    texts = different.texts.take(pa.array(keep))
    words = texts.to_pylist()
    if counts_rows:
        return reader.text(notices, kind="identifier")
    personal = personal_kind(name, words) if answer_to(answers, "personal", name) != "use" else None
    if personal:
        notices.append(notice("personal", Place(None, name), column=name, what=personal))
    if personal and read_dates(words, order="day_first") is None:
        return reader.text(notices, kind="identifier")
    if not must_stay_text(words):
        typed = _try_numbers(reader, texts, words, comma, notices)
        if typed is not None:
            return typed
    return _try_dates(reader, words, notices)


class _Reader(NamedTuple):
    """One column on its way, and the ways it can end."""

    name: str
    different: _Different
    missing: np.ndarray
    keep: np.ndarray
    n_values: int
    lines: np.ndarray
    answers: Mapping[str, str]

    def answer(self, code: str) -> str | None:
        return answer_to(self.answers, code, self.name)

    def place(self, which: int) -> Place:
        """Where the first cell with the kept text number `which` stands."""
        return Place(self.different.line_of(int(self.keep[which]), self.lines), self.name)

    def series(self, values: np.ndarray) -> pd.Series:
        """Spread one number per kept text over the rows."""
        by_code = np.full(len(self.different.counts), np.nan)
        by_code[self.keep] = values
        return pd.Series(by_code[self.different.codes])

    def numbers(self, values: np.ndarray, notices: list[Notice], unit: str | None = None) -> TypedColumn:
        series = self.series(values)
        return TypedColumn(series, describe(self.name, series, "number", unit=unit), tuple(notices))

    def text(self, notices: list[Notice], kind: Kind | None = None) -> TypedColumn:
        return _as_text(self, notices, kind)


def _try_numbers(reader: _Reader, texts: pa.Array, words: list[str], comma: str, notices: list[Notice]) -> TypedColumn | None:
    name = reader.name
    limits = {"limit": 1.0, "half": 0.5}.get(reader.answer("numbers_mixed") or "")
    numbers = read_numbers(texts, comma=reader.answer("comma_meaning") or comma, limits=limits)
    how = {"unit": "unit_in_cells"}.get(numbers.how, numbers.how)
    if how in ("decimal_comma", "thousands", "unit_in_cells") and reader.answer(how) == "text":
        return reader.text(notices)
    if (np.abs(numbers.values) > TOO_LARGE).any() and reader.answer("infinite") == "text":
        return reader.text(notices)
    typed = _as_numbers(reader, words, numbers)
    if typed is not None:
        values, found, unit_in_cells = typed
        present = values[np.isfinite(values)]
        whole = bool((present == np.round(present)).all())
        if whole and is_identifier(name, len(present), reader.n_values, numeric=True, whole=True, long_text=False):
            return reader.text(notices, kind="identifier")
        if whole and _CODED.fullmatch(plain_name(name)) and 3 <= len(present) <= 30:
            if reader.answer("coded_category") == "category":
                return reader.text(notices, kind="category")
            if reader.answer("coded_category") is None:
                found.append(notice("coded_category", Place(None, name), column=name, count=len(present)))
        for code, read_days in (("excel_dates", read_excel_days), ("compact_dates", read_compact_days)):
            if read_days(name, present) is None:
                continue
            if reader.answer(code) == "date":
                return _as_dates(reader, read_days(name, np.where(np.isfinite(values), values, present[0])), notices)
            if reader.answer(code) is None:
                found.append(notice(code, reader.place(0), words[0], column=name))
        unit = _UNIT_IN_NAME.search(name)
        return reader.numbers(values, [*notices, *found], unit_in_cells or (unit[1] if unit else None))
    if numbers.how == "comma_meaning":
        which = next(i for i, word in enumerate(words) if "," in word)
        if reader.answer("comma_meaning") is None:
            notices.append(notice("comma_meaning", reader.place(which), words[which], column=name))
        return reader.text(notices, kind="text")
    other = _try_unusual(reader, words, notices)
    if other is None and reader.answer("numbers_mixed") != "text":
        mixed = _mixed(reader, words, numbers)
        if mixed:
            # Not a category: nearly every row would have a value of its own.
            return reader.text([*notices, *mixed], kind="text")
    return other


def _try_unusual(reader: _Reader, words: list[str], notices: list[Notice]) -> TypedColumn | None:
    """Cells with several units, and fractions."""
    name = reader.name
    mixed = read_mixed_units(words)
    if mixed is not None:
        values, units = mixed
        counts = reader.different.counts[reader.keep]
        by_unit = {unit: int(counts[[u == unit for u in units]].sum()) for unit in units}
        converted = convert_units(name, values, units, max(by_unit, key=lambda unit: (bool(unit), by_unit[unit], unit)))
        if converted is not None:
            values, unit = converted
            if reader.answer("units_mixed") == "convert":
                return reader.numbers(values, notices, unit)
            if reader.answer("units_mixed") is None:
                which = next(i for i, u in enumerate(units) if u != units[0])
                said = ", ".join(sorted(set(units) - {""}))
                notices.append(notice("units_mixed", reader.place(which), words[which], column=name, units=said, unit=unit))
            return reader.text(notices, kind="text")
    fractions = read_fractions(words)
    if fractions is not None and len(words) > 1:
        if reader.answer("fraction_meaning") == "divide":
            return reader.numbers(fractions, notices)
        if reader.answer("fraction_meaning") is None:
            notices.append(notice("fraction_meaning", reader.place(0), words[0], column=name))
        return reader.text(notices)
    return None


def _try_dates(reader: _Reader, words: list[str], notices: list[Notice]) -> TypedColumn:
    order = next((a for a in map(reader.answer, ("date_order", "dates_mixed", "short_years")) if a is not None), None)
    dates = read_dates(words, order=order)
    if dates is None:
        return _try_odd_dates(reader, words, notices)
    if dates.values is not None:
        return _as_dates(reader, dates.values, notices)
    if order is None and dates.doubt is not None:
        notices.append(notice(dates.doubt, Place(int(reader.lines[0]), reader.name), dates.example, column=reader.name))
    return reader.text(notices, kind="text")


def _try_odd_dates(reader: _Reader, words: list[str], notices: list[Notice]) -> TypedColumn:
    """A column of dates with a few cells that are none: asked about, since nearly every patient has a value of their own."""
    if sum(map(is_date, words[:_LOOK])) < _HALF * min(len(words), _LOOK):
        return reader.text(notices)
    odd = np.array([not is_date(word) for word in words])
    counts = reader.different.counts[reader.keep]
    if counts[odd].sum() > (1 - _MOSTLY_NUMBERS) * reader.n_values or not odd.any() or (~odd).sum() < 2:
        return reader.text(notices)
    said = reader.answer("dates_odd")
    if said == "missing":
        missing = reader.missing.copy()
        missing[reader.keep[odd]] = True
        kept = reader._replace(missing=missing, keep=reader.keep[~odd], n_values=int(counts[~odd].sum()))
        return _try_dates(kept, [word for word, gone in zip(words, odd, strict=True) if not gone], notices)
    if said is None:
        first = int(np.argmax(odd))
        found = notice("dates_odd", reader.place(first), words[first][:60], column=reader.name, count=int(counts[odd].sum()))
        notices.append(found)
    return reader.text(notices, kind="text")


def _as_dates(reader: _Reader, values: np.ndarray | None, notices: list[Notice]) -> TypedColumn:
    assert values is not None
    days = np.full(len(reader.different.counts), np.datetime64("NaT"), dtype="datetime64[s]")
    days[reader.keep] = values.astype("datetime64[s]")
    series = pd.Series(days[reader.different.codes])
    return TypedColumn(series, describe(reader.name, series, "date"), tuple(notices))


def _different(
    name: str, cells: pa.ChunkedArray, lines: np.ndarray, answers: Mapping[str, str]
) -> tuple[_Different, np.ndarray, list[Notice]]:
    encoded = cells.dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    # An apostrophe before what looks like a formula is an export's, ours among them, and no part of the value.
    trimmed = pc.replace_substring_regex(pc.utf8_trim_whitespace(encoded.dictionary), r"^'([=+\-@])", r"\1")
    # So exports keep Excel from reading 00123 as a number.
    trimmed = pc.replace_substring_regex(trimmed, r'^="([^"]*)"$', r"\1")
    again = trimmed.dictionary_encode()
    codes = again.indices.to_numpy(zero_copy_only=False)[encoded.indices.to_numpy(zero_copy_only=False)]
    texts = again.dictionary
    different = _Different(texts, np.bincount(codes, minlength=len(texts)), codes)
    # An empty cell is missing, whatever the user says about words.
    words = _EMPTY if answer_to(answers, "missing_words", name) == "keep" else _MISSING
    missing = pc.is_in(pc.utf8_lower(texts), value_set=words).to_numpy(zero_copy_only=False)
    said = [i for i in np.flatnonzero(missing) if texts[int(i)].as_py()]
    notices = []
    if said:
        shown = ", ".join(texts[int(i)].as_py() for i in said)
        place = Place(different.line_of(int(said[0]), lines), name)
        count = int(different.counts[said].sum())
        notices.append(notice("missing_words", place, shown, count=count, column=name, words=shown))
    return different, missing, notices


def _as_numbers(reader: _Reader, words: list[str], numbers: Numbers) -> tuple[np.ndarray, list[Notice], str | None] | None:
    """The column's different texts as numbers, or None if it is not a column of numbers (yet)."""
    name, counts = reader.name, reader.different.counts[reader.keep]
    notices: list[Notice] = []
    if numbers.unread.any():
        gaps = np.array(
            [bool(odd) and word.lower() in MISSING_AMONG_NUMBERS for odd, word in zip(numbers.unread, words, strict=True)]
        )
    else:
        gaps = numbers.unread
    odd = numbers.unread & ~gaps
    readable = int(counts[~numbers.unread].sum())
    if readable == 0 or numbers.how == "comma_meaning":
        return None
    if odd.any():
        if readable < _HALF * reader.n_values or reader.answer("numbers_mixed") not in ("missing", "limit", "half"):
            return None
        # The answer said so: what is no number is missing.
        gaps = numbers.unread.copy()
    if gaps.any():
        gone = ", ".join(sorted({words[int(i)] for i in np.flatnonzero(gaps)}))
        place = reader.place(int(np.argmax(gaps)))
        notices.append(notice("missing_words", place, gone, count=int(counts[gaps].sum()), column=name, words=gone))
    values = numbers.values.copy()
    infinite = np.abs(values) > TOO_LARGE
    if infinite.any():
        some = np.flatnonzero(infinite)
        cells = ", ".join(f"{words[int(i)][:20]} (row {reader.place(int(i)).row})" for i in some[:5])
        if reader.answer("infinite") is None:
            count, first = int(counts[infinite].sum()), int(some[0])
            notices.append(notice("infinite", reader.place(first), words[first][:60], count=count, column=name, cells=cells))
        values[infinite] = np.nan
    notices += _sentinels(reader, values)
    if numbers.how in ("decimal_comma", "thousands"):
        notices.append(notice(numbers.how, Place(None, name), column=name))
    if numbers.unit:
        notices.append(notice("unit_in_cells", Place(None, name), numbers.unit, column=name, unit=numbers.unit))
    return values, notices, numbers.unit


def _sentinels(reader: _Reader, values: np.ndarray) -> list[Notice]:
    """Ask about -9, 999 and the like where they lie far outside everything else; an answer empties them in `values`."""
    notices = []
    suspects = np.isin(values, SENTINELS)
    others = values[~suspects & np.isfinite(values)]
    if suspects.any() and len(others) > 2:
        low, high = float(others.min()), float(others.max())
        for which in np.flatnonzero(suspects):
            value = float(values[which])
            if (value < 0 <= low) or (value > 900 and high < value / 3):
                if reader.answer("sentinel") == "missing":
                    values[which] = np.nan
                elif reader.answer("sentinel") is None:
                    count = int(reader.different.counts[reader.keep[which]])
                    notices.append(notice("sentinel", reader.place(int(which)), f"{value:g}", count=count, column=reader.name))
    return notices


def _mixed(reader: _Reader, words: list[str], numbers: Numbers) -> list[Notice]:
    counts = reader.different.counts[reader.keep]
    readable = int(counts[~numbers.unread].sum())
    # Below the threshold, or with few different numbers, it is a column of words ("1", "2", "other").
    different = int((~numbers.unread).sum())
    mostly = readable >= _MOSTLY_NUMBERS * reader.n_values and different >= 5
    # Numbers in two styles, or many below a limit of detection: no model would see what nobody asked about.
    half = readable >= _HALF * reader.n_values and different >= max(_LEAST_DIFFERENT, _HALF * readable)
    if not mostly and not half:
        return []
    odd = np.flatnonzero(numbers.unread)
    shown = words[int(odd[0])][:60]
    count = int(counts[odd].sum())
    return [notice("numbers_mixed", reader.place(int(odd[0])), shown, column=reader.name, count=count)]


def _as_text(reader: _Reader, notices: list[Notice], kind: Kind | None) -> TypedColumn:
    name, missing = reader.name, reader.missing
    words: list[str | None] = [
        None if gone else word for word, gone in zip(reader.different.texts.to_pylist(), missing, strict=True)
    ]
    present = [word for word in words if word is not None]
    if kind is None:
        long_text = sum(" " in word or len(word) > 40 for word in present) > 0.5 * len(present)
        if is_identifier(name, len(present), reader.n_values, numeric=False, whole=False, long_text=long_text):
            kind = "identifier"
        elif len(present) > 20 and len(present) > 0.5 * reader.n_values:
            kind = "text"
        else:
            kind = "category"
    if kind in ("identifier", "category") and all(re.fullmatch(r"\d+\.0+", word) for word in present):
        # Some program wrote whole numbers with decimals: patient 1001.0 is patient 1001.
        words = [None if word is None else word.partition(".")[0] for word in words]
    if kind == "category":
        words, found = merge_spellings(name, words, reader.different.counts, reader.answers)
        notices = [*notices, *found]
    series = pa.array(words, pa.string()).take(pa.array(reader.different.codes)).to_pandas().astype("str")
    return TypedColumn(series, describe(name, series, kind), tuple(notices))
