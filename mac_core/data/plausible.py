"""Typed numbers against what the measurement can be: impossible and unlikely cells are named, mixed units suspected."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mac_core.data.answers import answer_to
from mac_core.data.limits import Measurement, Unit, measurement_of, unit_of
from mac_core.data.missing import SENTINELS
from mac_core.errors import Notice, Place, notice

__all__ = ["check_values", "doubtful_cells", "two_groups"]

_SHOWN = 5
# Of two groups of values, how much of the spread (of the logarithms) lies between them: one bell gives 0.64, a flat one 0.75.
_APART = 0.85
_LEAST_GROUP = 0.03


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
    here = np.isfinite(numbers)
    impossible, unlikely = _doubtful(numbers, chosen)
    if sentinels_asked or answer_to(answers, "sentinel", name) is not None:
        # One question about a cell is enough.
        impossible &= ~np.isin(numbers, SENTINELS)
        unlikely &= ~np.isin(numbers, SENTINELS)
    notices: list[Notice] = []
    mixed = _mixed_units(name, numbers[here], measurement, chosen)
    if mixed is not None:
        notices.append(mixed)
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


def _mixed_units(name: str, numbers: np.ndarray, measurement: Measurement, unit: Unit) -> Notice | None:
    positive = numbers[numbers > 0]
    if len(measurement.units) < 2 or len(positive) < 20:
        return None
    found = two_groups(positive)
    if found is None:
        return None
    low, high, share = found
    for other in measurement.units:
        if other is unit:
            continue
        ratio = high / low
        expected = max(unit.per / other.per, other.per / unit.per)
        if measurement.title == "body temperature":
            expected = 98.6 / 37.0
        if abs(np.log(ratio / expected)) < 0.2:
            return notice(
                "unit_mix",
                Place(None, name),
                f"{low:.3g} / {high:.3g}",
                column=name,
                low=f"{low:.3g}",
                high=f"{high:.3g}",
                share=f"{100 * share:.0f}",
                first=unit.name or "one unit",
                second=other.name or "another",
                ratio=f"{expected:.3g}",
            )
    return None


def two_groups(values: np.ndarray) -> tuple[float, float, float] | None:
    """Split positive numbers into a lower and a higher group, if they fall into two.

    Returns
    -------
    low, high, share : float
        The groups' medians and how many belong to the smaller group, 0 to 1; None if there is one group.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> kilograms = rng.normal(75, 10, 200)
    >>> two_groups(kilograms) is None
    True
    >>> low, high, share = two_groups(np.concatenate([kilograms[:150], 18 * rng.normal(5, 0.5, 50) * 8]))
    >>> round(share, 2)
    0.25
    """
    ordered = np.sort(np.log(values))
    n = len(ordered)
    total = float(((ordered - ordered.mean()) ** 2).sum())
    if ordered[-1] - ordered[0] < 1e-9:
        return None
    count = np.arange(1, n)
    left = np.cumsum(ordered)[:-1] / count
    right = (ordered.sum() - np.cumsum(ordered)[:-1]) / (n - count)
    between = count * (n - count) / n * (left - right) ** 2
    cut = int(np.argmax(between)) + 1
    share = min(cut, n - cut) / n
    if between[cut - 1] < _APART * total or share < _LEAST_GROUP:
        return None
    return float(np.exp(np.median(ordered[:cut]))), float(np.exp(np.median(ordered[cut:]))), share
