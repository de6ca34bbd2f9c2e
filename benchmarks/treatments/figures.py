"""Figures with their Monte Carlo error, from rows of results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Figure", "mean_of", "mean_share_of", "number", "of", "ratio_of", "share_of", "table"]

Row = dict[str, Any]


class Figure(NamedTuple):
    """A value, half of its 95 % Monte Carlo interval, and the replications (data sets) behind it; NaN where there are none."""

    value: float
    error: float
    count: int

    @property
    def ends(self) -> tuple[float, float]:
        """Of the Monte Carlo interval; the value itself where there is no error."""
        error = 0.0 if np.isnan(self.error) else self.error
        return self.value - error, self.value + error

    @property
    def written(self) -> str:
        """As it stands in a table."""
        if not self.count:
            return "not measured"
        return number(self.value) + ("" if np.isnan(self.error) else f" ± {number(self.error)}")


def of(rows: dict[str, Row], part: str, *names: str) -> list[Row]:
    """Rows of a part, of these names or of all."""
    found = []
    for key, row in rows.items():
        own, rest = key.split("/", 1)
        if own == part and (not names or rest.rsplit("/", 1)[0] in names):
            found.append(row)
    return found


def mean_of(values: Iterable[float]) -> Figure:
    """Mean over data sets; NaN are left out."""
    known = np.array([value for value in values if value == value], dtype=float)
    if not len(known):
        return Figure(np.nan, np.nan, 0)
    error = 1.96 * known.std(ddof=1) / np.sqrt(len(known)) if len(known) > 1 else np.nan
    return Figure(float(known.mean()), float(error), len(known))


def share_of(rows: Sequence[Row], name: str, limit: float | None = None) -> Figure:
    """Share of data sets in which a value is true (or, with a limit, below it), with a Wilson half width."""
    known = [row[name] for row in rows if name in row and row[name] == row[name]]
    if not known:
        return Figure(np.nan, np.nan, 0)
    hits, n = sum(bool(value) if limit is None else value < limit for value in known), len(known)
    return Figure(hits / n, wilson(hits / n, n), n)


def wilson(p: float, n: int) -> float:
    """Half of Wilson's 95 % interval of a share: not nothing where everybody, or nobody, was counted."""
    z = 1.96
    return float(z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n))


def mean_share_of(values: Iterable[float]) -> Figure:
    """Mean of shares of patients; the error is that of a share of data sets, since patients of one get the same verdict."""
    found = mean_of(values)
    return Figure(found.value, wilson(found.value, found.count), found.count) if found.count else found


def ratio_of(rows: Sequence[Row], name: str) -> Figure:
    """Hits over trials of a "held:" pair; the error treats each data set as one draw, whose intervals depend on each other."""
    pairs = np.array([row[name] for row in rows if row.get(name, [0, 0])[1]], dtype=float)
    if not len(pairs):
        return Figure(np.nan, np.nan, 0)
    hits, asked = pairs.T
    p = hits.sum() / asked.sum()
    n = len(pairs)
    if n < 2:
        return Figure(float(p), np.nan, n)
    error = 1.96 * np.sqrt(n / (n - 1) * np.sum((hits - p * asked) ** 2)) / asked.sum()
    # Where every interval held, or none, the spread between data sets says nothing.
    return Figure(float(p), float(max(error, wilson(p, n) if p in (0, 1) else 0.0)), n)


def number(value: float) -> str:
    """Three digits; a dash where there is nothing."""
    return "-" if value != value else f"{value:.3g}"


def table(head: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    """A table in Markdown."""
    cells = [[number(cell) if isinstance(cell, float) else str(cell) for cell in line] for line in lines]
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(c) + " |" for c in cells)])
