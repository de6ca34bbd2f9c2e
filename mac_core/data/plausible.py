"""Typed numbers against what the measurement can be: impossible and unlikely cells are named."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mac_core.data.answers import answer_to
from mac_core.data.limits import Measurement, Unit, measurement_of, unit_of
from mac_core.data.missing import SENTINELS
from mac_core.errors import Notice, Place, notice

__all__ = ["check_values", "doubtful_cells"]

_SHOWN = 5


def check_values(
    name: str,
    values: pd.Series,
    lines: np.ndarray,
    answers: Mapping[str, str],
    *,
    unit: str | None = None,
    sentinels_asked: bool = False,
) -> tuple[pd.Series, tuple[Notice, ...]]:
    """Look for values that cannot be.

    Parameters
    ----------
    name : str
    values : Series of float64, shape (n,)
    lines : ndarray of int, shape (n,)
    answers : mapping
        `impossible_value` with "missing" empties the impossible cells.
    unit : str, optional
        As the file says.
    sentinels_asked : bool
        Whether the user is asked already if 999 and the like mean missing.

    Examples
    --------
    >>> values, found = check_values("age", pd.Series([40.0, 430.0, 52.0]), np.array([2, 3, 4]), {})
    >>> found[0].code, found[0].place.row, found[0].value
    ('impossible_value', 3, '430')
    """
    measurement, chosen = _known(name, values, unit)
    if measurement is None or chosen is None:
        return values, ()
    numbers = values.to_numpy()
    impossible, unlikely = _doubtful(numbers, chosen)
    if sentinels_asked or answer_to(answers, "sentinel", name) is not None:
        # One question about a cell is enough.
        impossible &= ~np.isin(numbers, SENTINELS)
        unlikely &= ~np.isin(numbers, SENTINELS)
    notices: list[Notice] = []
    if impossible.any():
        answer = answer_to(answers, "impossible_value", name)
        if answer == "missing":
            values = values.mask(impossible)
        elif answer is None:
            low, high = f"{chosen.hard_low:g}", f"{chosen.hard_high:g} {chosen.name}".strip()
            found = _name("impossible_value", name, numbers, impossible, lines, measurement, chosen, low=low, high=high)
            notices.append(found)
    if unlikely.any():
        low, high = f"{chosen.low:g}", f"{chosen.high:g} {chosen.name}".strip()
        notices.append(_name("unlikely_value", name, numbers, unlikely, lines, measurement, chosen, low=low, high=high))
    return values, tuple(notices)


def doubtful_cells(name: str, values: pd.Series, *, unit: str | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Which values are impossible, and which are unlikely, for what a column of this name measures.

    Examples
    --------
    >>> impossible, unlikely = doubtful_cells("age", pd.Series([40.0, 52.0, 430.0, 112.0]))
    >>> impossible.tolist(), unlikely.tolist()
    ([False, False, True, False], [False, False, False, True])
    """
    _, chosen = _known(name, values, unit)
    if chosen is None:
        return np.zeros(len(values), dtype=bool), np.zeros(len(values), dtype=bool)
    return _doubtful(values.to_numpy(), chosen)


def _known(name: str, values: pd.Series, unit: str | None) -> tuple[Measurement | None, Unit | None]:
    measurement = measurement_of(name) if values.dtype.kind == "f" else None
    numbers = values.to_numpy()[np.isfinite(values.to_numpy())] if measurement is not None else np.array([])
    return measurement, unit_of(measurement, numbers, unit) if measurement is not None and len(numbers) else None


def _doubtful(numbers: np.ndarray, unit: Unit) -> tuple[np.ndarray, np.ndarray]:
    here = np.isfinite(numbers)
    impossible = here & ((numbers < unit.hard_low) | (numbers > unit.hard_high))
    return impossible, here & ~impossible & ((numbers < unit.low) | (numbers > unit.high))


def _name(
    code: str,
    column: str,
    numbers: np.ndarray,
    which: np.ndarray,
    lines: np.ndarray,
    measurement: Measurement,
    unit: Unit,
    *,
    low: str,
    high: str,
) -> Notice:
    rows = np.flatnonzero(which)
    cells = ", ".join(f"{numbers[i]:g} (row {lines[i]})" for i in rows[:_SHOWN]) + (", ..." if len(rows) > _SHOWN else "")
    place = Place(int(lines[rows[0]]), column)
    hint = _hint(float(numbers[rows[0]]), measurement, unit)
    return notice(
        code,
        place,
        f"{numbers[rows[0]]:g}",
        count=len(rows),
        column=column,
        measurement=measurement.title,
        cells=cells,
        hint=hint,
        low=low,
        high=high,
    )


def _hint(value: float, measurement: Measurement, unit: Unit) -> str:
    """Say what else the value could be: in another unit, or a gap written as 0."""
    if value == 0:
        return "a 0 often stands for not measured"
    other = next((u for u in measurement.units if u is not unit and u.low <= value <= u.high), None)
    return f"it would be likely in {other.name}" if other is not None and other.name else "perhaps a slip of the pen"
