"""Find a patient of a run's table by words, numbers and filters; what comes back is a short list to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mac_core.data.schema import label_of
from mac_core.runs.run import Run

__all__ = ["Found", "find_patients"]

_MOST = 50
_NAMED = 4  # values that stand behind a row's number
_LONGEST = 28


@dataclass(frozen=True)
class Found:
    """Patients of the table.

    Attributes
    ----------
    count : int
        How many there are.
    patients : Series, index line (in the file)
        What tells the first 50 of them apart, in words, in the table's order.
    """

    count: int
    patients: pd.Series


def find_patients(
    run: Run, words: str = "", filters: Mapping[str, tuple[float, float] | Sequence[str]] | None = None, *, most: int = _MOST
) -> Found:
    """Find the patients in whom every word stands, and who pass every filter.

    Parameters
    ----------
    run : Run
    words : str
        Each must be one of the patient's numbers, or be part of one of the other values; upper and lower case are the same.
    filters : mapping, optional
        Column to (lowest, highest) of a number, or to the levels of a category.
    most : int
        How many of them are listed.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from mac_core.data.schema import Schema, describe
    >>> rows = pd.DataFrame({"age": [51.0, 62.0], "sex": pd.Series(["female", "male"], dtype="str")})
    >>> schema = Schema((describe("age", rows["age"], "number"), describe("sex", rows["sex"], "category")))
    >>> run = SimpleNamespace(rows=rows, schema=schema, lines=pd.Series([2, 3]))
    >>> find_patients(run, "62").patients.to_dict(), find_patients(run, filters={"age": (50.0, 70.0)}).count
    ({3: 'age 62, sex male'}, 2)
    """
    rows, filters = run.rows, filters or {}
    kept = np.ones(len(rows), dtype=bool)
    for name, allowed in filters.items():
        values = rows[name]
        if run.schema[name].kind == "number":
            low, high = (float(end) for end in allowed)
            kept &= values.between(low, high).to_numpy()
        else:
            kept &= values.map(label_of, na_action="ignore").isin([str(level) for level in allowed]).to_numpy()
    for word in words.split():
        kept &= _holds(run, word)
    places = np.flatnonzero(kept)
    # What was filtered by first: it is what tells these patients apart.
    named = list(dict.fromkeys([*filters, *run.schema.names]))[:_NAMED]
    said = [_in_words(row, named) for _, row in rows.iloc[places[:most]][named].iterrows()]
    lines = pd.Index(run.lines.to_numpy()[places[:most]].astype(int), name="line")
    return Found(len(places), pd.Series(said, index=lines, dtype="str"))


def _holds(run: Run, word: str) -> np.ndarray:
    found = np.zeros(len(run.rows), dtype=bool)
    try:
        number: float | None = float(word.replace(",", "."))
    except ValueError:
        number = None
    for column in run.schema.columns:
        values = run.rows[column.name]
        if column.kind == "number":
            found |= (values == number).to_numpy() if number is not None else False
            continue
        levels = [level for level in values.dropna().unique() if word.casefold() in label_of(level).casefold()]
        found |= values.isin(levels).to_numpy()
    return found


def _in_words(row: pd.Series, named: list[str]) -> str:
    return ", ".join(f"{_cut(name)} {'unknown' if pd.isna(row[name]) else _cut(label_of(row[name]))}" for name in named)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"
