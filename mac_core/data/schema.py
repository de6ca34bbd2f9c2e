"""What a table's columns are: kind, unit, range, levels. The patient form and the checks at prediction are made from it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from typing import Literal

import numpy as np
import pandas as pd

__all__ = ["TOO_LARGE", "Column", "Kind", "Schema", "describe", "label_of", "labels_of", "template_csv"]

Kind = Literal["number", "category", "date", "text", "identifier"]

TOO_LARGE = 1e30
"""Nobody measures that, in a study's table or in a new patient; beyond 3e38 the learners cannot compute."""


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    name : str
    kind : {"number", "category", "date", "text", "identifier"}
    unit : str or None
        Of a number, as the file says it.
    levels : tuple of str
        Of a category, the most frequent first. A number that is only ever 0 or 1 has these two, so that a form can offer them
        as a choice.
    low, high : float or None
        The smallest and the largest value of a number.
    typical : float, str or None
        The median of a number, the most frequent level of a category.
    whole : bool
        Whether a number is whole in every row.
    missing : int
        Rows without a value.
    """

    name: str
    kind: Kind
    unit: str | None = None
    levels: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    typical: float | str | None = None
    whole: bool = False
    missing: int = 0


@dataclass(frozen=True)
class Schema:
    """The columns of a table, in its order."""

    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def describe(name: str, values: pd.Series, kind: Kind, *, unit: str | None = None) -> Column:
    """Describe a typed column.

    Examples
    --------
    >>> describe("age", pd.Series([40.0, 52.0, np.nan]), "number", unit="years")
    Column(name='age', kind='number', unit='years', levels=(), low=40.0, high=52.0, typical=46.0, whole=True, missing=1)
    """
    present = values.dropna()
    missing = len(values) - len(present)
    if kind == "number":
        if present.empty:
            return Column(name, kind, unit, missing=missing)
        low, high, typical = float(present.min()), float(present.max()), float(present.median())
        whole = bool((present == present.round()).all())
        levels = ("0", "1") if (low, high) == (0.0, 1.0) and whole else ()
        return Column(name, kind, unit, levels=levels, low=low, high=high, typical=typical, whole=whole, missing=missing)
    if kind == "category" and not present.empty:
        counts = present.value_counts()
        # Equal counts in the order of the alphabet: the order must not depend on the rows.
        words = sorted(counts.index, key=lambda level: (-counts[level], level))
        return Column(name, kind, unit, levels=tuple(map(str, words)), typical=str(words[0]), missing=missing)
    return Column(name, kind, unit, missing=missing)


def label_of(value: object) -> str:
    """Write a value as a label: 1.0 as 1.

    Examples
    --------
    >>> label_of(1.0), label_of("1_yes"), label_of(2.5)
    ('1', '1_yes', '2.5')
    """
    if isinstance(value, (float, np.floating)):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    return str(value).strip()


def labels_of(values: pd.Series) -> pd.Series:
    """Write each value as a label, and each different value only once; gaps stay gaps.

    Examples
    --------
    >>> labels_of(pd.Series([1.0, 2.5, 1.0])).tolist()
    ['1', '2.5', '1']
    """
    if isinstance(values.dtype, pd.StringDtype):
        return values.str.strip()
    codes, different = pd.factorize(values)
    labels = np.array([*map(label_of, different), None], dtype=object)
    return pd.Series(labels[codes], index=values.index, name=values.name, dtype="str")


def template_csv(schema: Schema) -> str:
    r"""Write a file to fill in: the names, and one example row of typical values, which `read_table` reads back.

    Examples
    --------
    >>> columns = Column("age", "number", typical=46.5), Column("sex", "category", levels=("f", "m"), typical="f")
    >>> template_csv(Schema(columns))
    'age,sex\r\n46.5,f\r\n'
    """
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(schema.names)
    writer.writerow(["" if column.typical is None else label_of(column.typical) for column in schema.columns])
    return out.getvalue()
