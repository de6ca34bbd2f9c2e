"""What a table's columns are: kind, unit, range, levels. The patient form and the checks at prediction are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Column", "Schema"]

Kind = Literal["number", "category", "date", "text", "identifier"]


@dataclass(frozen=True)
class Column:
    """One column. `low`, `high`, `typical` (the median) are set for numbers; `levels` (most frequent first) for categories."""

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
