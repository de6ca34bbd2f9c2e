"""Turn a table of numbers, words and dates, with gaps, into the matrices that learners read.

Two steps. The *codebook* of a table says of what kind each column is and gives every level a number; it holds names, no
statistics, so it may be shared by all subtasks. The *encoder* of a subtask (medians, scales, rare levels, knots) is fitted on
the subtask's training rows alone and makes three representations from the same codes:

- ``scaled``: numbers centred and scaled, levels as 0/1 columns, a 0/1 column where a number was missing;
- ``splines``: the same, with each number bent at its quartiles, for curves from linear models;
- ``ordinal``: one column per column, for trees, and the same 0/1 columns for missing numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from mac_core.errors import Place, refuse

__all__ = ["Codebook", "Encoder", "Representation", "fit_encoder", "read_codebook"]

Representation = Literal["scaled", "splines", "ordinal"]

_MOST_LEVELS = 30
_RARE_SHARE = 0.01
_NUMBERS = {"integer", "floating", "mixed-integer-float", "boolean", "decimal"}


@dataclass(frozen=True)
class Codebook:
    """What a table's columns are.

    Attributes
    ----------
    names : tuple of str
        Column names in the table's order.
    levels : tuple
        Per column: None for numbers and dates (days since 1970), else a mapping from level to its code, 0 to K - 1.
    """

    names: tuple[str, ...]
    levels: tuple[Mapping[str, int] | None, ...]

    def codes(self, X: Any) -> np.ndarray:
        """Rewrite a table as numbers.

        Parameters
        ----------
        X : DataFrame or ndarray, shape (n, p)
            Columns in the codebook's order.

        Returns
        -------
        ndarray of float, shape (n, p)
            Numbers as they are, dates in days, levels as codes; a level that the codebook does not know is K; missing is NaN.

        Raises
        ------
        InputError
            If a column of numbers holds a word, or infinity.
        """
        if isinstance(X, np.ndarray) and X.dtype.kind in "fiub" and not any(level is not None for level in self.levels):
            codes = np.asarray(X, dtype=float)
            _refuse_infinity(codes, self.names)
            return codes
        frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(X)
        codes = np.empty((len(frame), len(self.names)))
        for position, (name, levels) in enumerate(zip(self.names, self.levels, strict=True)):
            column = frame.iloc[:, position]
            codes[:, position] = _as_numbers(column, name) if levels is None else _as_levels(column, levels)
        _refuse_infinity(codes, self.names)
        return codes


def read_codebook(X: Any) -> Codebook:
    """Read the kinds and levels of a table's columns.

    Parameters
    ----------
    X : DataFrame or ndarray, shape (n, p)
        Numbers, booleans, dates and text, with missing values.

    Examples
    --------
    >>> book = read_codebook(pd.DataFrame({"age": [61, None], "sex": ["f", "m"]}))
    >>> book.codes(pd.DataFrame({"age": [50], "sex": ["m"]})).tolist()
    [[50.0, 1.0]]
    """
    frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(X)
    levels = tuple(_levels(frame.iloc[:, position]) for position in range(frame.shape[1]))
    return Codebook(tuple(str(name) for name in frame.columns), levels)


def _levels(column: pd.Series) -> dict[str, int] | None:
    dtype = column.dtype
    if not isinstance(dtype, pd.CategoricalDtype):
        if pd.api.types.is_numeric_dtype(dtype) or dtype.kind in "mM":
            return None
        if dtype.kind == "O" and pd.api.types.infer_dtype(column, skipna=True) in {*_NUMBERS, "empty"}:
            return None
    found = {str(value) for value in pd.unique(column.dropna())}
    return {level: code for code, level in enumerate(sorted(found, key=_level_order))}


def _level_order(level: str) -> tuple[int, float, str]:
    # "2" before "10": grades and stages keep their order for the trees.
    try:
        value = float(level)
    except ValueError:
        return (1, 0.0, level)
    return (0, value if np.isfinite(value) else 0.0, level)


def _as_numbers(column: pd.Series, name: str) -> np.ndarray:
    kind = column.dtype.kind
    if kind in "mM":
        days = column.to_numpy(dtype="datetime64[s]" if kind == "M" else "timedelta64[s]")
        return np.where(np.isnat(days), np.nan, days.astype("int64") / 86400.0)
    if isinstance(column.dtype, np.dtype) and kind in "fiub":
        return column.to_numpy(dtype=float)
    try:
        return pd.to_numeric(column).to_numpy(dtype=float, na_value=np.nan)
    except (ValueError, TypeError):
        read = pd.to_numeric(column.astype(object), errors="coerce")
        row = int(np.flatnonzero(read.isna().to_numpy() & column.notna().to_numpy())[0])
        raise refuse("word_among_numbers", Place(None, name), column=name, value=column.iloc[row]) from None


def _as_levels(column: pd.Series, levels: Mapping[str, int]) -> np.ndarray:
    numbers, found = pd.factorize(column)
    codes = np.array([*(float(levels.get(str(level), len(levels))) for level in found), np.nan])
    return codes[numbers]


def _refuse_infinity(codes: np.ndarray, names: tuple[str, ...]) -> None:
    if np.isinf(codes).any():
        name = names[int(np.flatnonzero(np.isinf(codes).any(axis=0))[0])]
        raise refuse("infinite_value", Place(None, name), column=name)


@dataclass(frozen=True)
class Encoder:
    """What a subtask's training rows say about how to encode a patient. Made by `fit_encoder`; all arrays are its own.

    Attributes
    ----------
    numbers, words : ndarray of int
        Positions of the columns of numbers and of levels.
    medians, centres, scales : ndarray, shape (n_numbers,)
        What replaces a missing number, and its scaling.
    gaps : ndarray of int
        Which of the numbers get a column that says "was missing".
    slots : tuple of ndarray of int
        Per column of levels, code (0 to K - 1, K unseen, K + 1 missing) to the 0/1 column it sets, or -1 for none.
    widths : ndarray of int
        How many 0/1 columns each column of levels has.
    knots : ndarray, shape (n_bends, 2)
        Position among the numbers, and the scaled value where the line may bend.
    """

    numbers: np.ndarray
    words: np.ndarray
    medians: np.ndarray
    centres: np.ndarray
    scales: np.ndarray
    gaps: np.ndarray
    slots: tuple[np.ndarray, ...]
    widths: np.ndarray
    knots: np.ndarray

    def encode(self, codes: np.ndarray, representation: Representation) -> np.ndarray:
        """Encode patients.

        Parameters
        ----------
        codes : ndarray, shape (n, p)
            From `Codebook.codes`.
        representation : {"scaled", "splines", "ordinal"}

        Returns
        -------
        ndarray of float, shape (n, q)
            Finite; q depends on the training rows and the representation only.
        """
        numbers = codes[:, self.numbers]
        missing = np.isnan(numbers)
        numbers = np.where(missing, self.medians, numbers)
        gaps = missing[:, self.gaps].astype(float)
        if representation == "ordinal":
            levels = np.empty((len(codes), len(self.words)))
            for position, slots in enumerate(self.slots):
                levels[:, position] = slots[self._level_codes(codes, position)]
            return np.hstack([numbers, levels, gaps])
        scaled = (numbers - self.centres) / self.scales
        parts = [scaled, gaps, self._zero_one(codes)]
        if representation == "splines" and len(self.knots):
            bends = scaled[:, self.knots[:, 0].astype(int)] - self.knots[:, 1]
            parts.append(np.maximum(bends, 0.0))
        encoded = np.hstack(parts)
        # A table of one constant word has no column left; learners want one.
        return encoded if encoded.shape[1] else np.zeros((len(codes), 1))

    def _level_codes(self, codes: np.ndarray, position: int) -> np.ndarray:
        column = codes[:, self.words[position]]
        return np.where(np.isnan(column), len(self.slots[position]) - 1, column).astype(int)

    def _zero_one(self, codes: np.ndarray) -> np.ndarray:
        encoded = np.zeros((len(codes), int(self.widths.sum())))
        start = 0
        for position, (slots, width) in enumerate(zip(self.slots, self.widths, strict=True)):
            if width:
                slot = slots[self._level_codes(codes, position)]
                # Two levels need one column: the first is the reference.
                slot = slot - 1 if width == 1 else slot
                rows = np.flatnonzero(slot >= 0)
                encoded[rows, start + slot[rows]] = 1.0
            start += width
        return encoded


def fit_encoder(codes: np.ndarray, book: Codebook) -> Encoder:
    """Fit a subtask's encoder.

    Parameters
    ----------
    codes : ndarray, shape (n, p)
        The subtask's training rows, from `book.codes`.
    book : Codebook

    Returns
    -------
    Encoder

    Examples
    --------
    >>> frame = pd.DataFrame({"age": [40.0, 60.0, None], "sex": ["f", "m", "m"]})
    >>> book = read_codebook(frame)
    >>> fit_encoder(book.codes(frame), book).encode(book.codes(frame), "ordinal").tolist()
    [[40.0, 0.0, 0.0], [60.0, 1.0, 0.0], [50.0, 1.0, 1.0]]
    """
    numbers = np.array([position for position, level in enumerate(book.levels) if level is None], dtype=int)
    words = np.array([position for position, level in enumerate(book.levels) if level is not None], dtype=int)
    values = codes[:, numbers]
    missing = np.isnan(values)
    empty = missing.all(axis=0)
    ordered = np.sort(values, axis=0)  # missing ones come last
    quartiles = _quartiles(ordered, missing)
    medians = np.where(empty, 0.0, quartiles[1])
    values = np.where(missing, medians, values)
    centres = values.mean(axis=0) if len(values) else medians
    spreads = values.std(axis=0)
    # Rounding leaves a constant column with a spread of about 1e-16 of its size.
    scales = np.where(spreads > 1e-12 * np.maximum(np.abs(centres), 1e-300), spreads, 1.0)
    gaps = np.flatnonzero(missing.any(axis=0) & ~empty)
    knots = _knots(ordered, quartiles, centres, scales)
    tables = [_slots(codes[:, position], len(book.levels[position] or ())) for position in words]
    slots = tuple(table for table, _ in tables)
    widths = np.array([0 if count < 2 else 1 if count == 2 else count for _, count in tables], dtype=int)
    return Encoder(numbers, words, medians, centres, scales, gaps, slots, widths, knots)


def _quartiles(ordered: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """Quartiles of each sorted column without its missing values, shape (3, n_numbers)."""
    last = np.maximum((~missing).sum(axis=0) - 1, 0)
    at = np.array([[0.25], [0.5], [0.75]]) * last
    below = np.floor(at).astype(int)
    columns = np.arange(ordered.shape[1])
    low, high = ordered[below, columns], ordered[np.minimum(below + 1, last), columns]
    return low + (at - below) * (high - low)


def _knots(ordered: np.ndarray, quartiles: np.ndarray, centres: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """Where lines may bend: at the quartiles of numbers with six values or more, unless nobody is beyond."""
    bends: list[tuple[int, float]] = []
    with np.errstate(invalid="ignore"):
        several = (np.diff(ordered, axis=0) > 0).sum(axis=0) >= 5
    for position in np.flatnonzero(several):
        low, high = ordered[0, position], np.nanmax(ordered[:, position])
        inside = sorted({float(quartile) for quartile in quartiles[:, position] if low < quartile < high})
        bends.extend((int(position), (knot - centres[position]) / scales[position]) for knot in inside)
    return np.array(bends, dtype=float).reshape(-1, 2)


def _slots(column: np.ndarray, n_levels: int) -> tuple[np.ndarray, int]:
    """Give each level that is frequent enough a 0/1 column; the rare share one; missing has its own if it occurs."""
    missing = np.isnan(column)
    counts = np.bincount(column[~missing].astype(int), minlength=n_levels + 1)[:n_levels]
    enough = max(2, int(np.ceil(_RARE_SHARE * len(column)))) if len(column) >= 30 else 1
    kept = np.flatnonzero(counts >= enough)
    if len(kept) > _MOST_LEVELS:
        kept = np.sort(kept[np.argsort(-counts[kept], kind="stable")[:_MOST_LEVELS]])
    slots = np.full(n_levels + 2, -1)
    slots[kept] = np.arange(len(kept))
    used = len(kept)
    if counts.sum() > counts[kept].sum():
        slots[slots < 0] = used
        used += 1
    if missing.any():
        slots[-1] = used
        used += 1
    return slots, used
