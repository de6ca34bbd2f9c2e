"""One column of numbers, two units: found by its two groups of values, and written in one unit when the user says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from mac_core.data.answers import answer_to
from mac_core.data.limits import Unit, convert_units, measurement_of, rescale, unit_of
from mac_core.errors import Notice, Place, notice

__all__ = ["TwoGroups", "UnitMix", "find_unit_mix", "settle_unit_mix", "two_groups"]

# Of two groups of values, how much of the spread (of the logarithms) lies between them: one bell gives 0.64, a flat one 0.75.
_APART = 0.85
_LEAST_GROUP = 0.03
_FEWEST = 20


class TwoGroups(NamedTuple):
    """The groups' medians, the share of the smaller group (0 to 1), and the value that parts them."""

    low: float
    high: float
    share: float
    cut: float


class UnitMix(NamedTuple):
    """Two groups that are one, written in two units: `low_unit` is the lower group's, `high_unit` the higher one's.

    `ratio` is how many times as large a value of the lower group becomes in the higher one's unit.
    """

    groups: TwoGroups
    low_unit: Unit
    high_unit: Unit
    ratio: float


def settle_unit_mix(
    name: str, values: pd.Series, answers: Mapping[str, str], *, unit: str | None = None
) -> tuple[pd.Series, str | None, Notice | None]:
    """Write all values in the unit that was answered, or ask.

    Parameters
    ----------
    name : str
    values : Series of float64, shape (n,)
    answers : mapping
        `unit_mix` with "keep" leaves the values; with a unit's name it writes the other group in that unit.
    unit : str, optional
        As the file says.

    Returns
    -------
    values : Series of float64, shape (n,)
    unit : str or None
        As answered, else as given.
    notice : Notice or None
        The question, if it is open.

    Examples
    --------
    >>> weights = pd.Series([70.0, 81.0, 65.0, 78.0] * 10 + [165.0, 176.0] * 5)
    >>> _, _, asked = settle_unit_mix("weight", weights, {})
    >>> asked.code, asked.choices
    ('unit_mix', ('keep', 'kg', 'lb'))
    >>> settled, unit, _ = settle_unit_mix("weight", weights, {"unit_mix": "kg"})
    >>> round(float(settled.max()), 1), unit
    (81.0, 'kg')
    """
    mix = find_unit_mix(name, values, unit=unit)
    if mix is None:
        return values, unit, None
    groups, low, high, ratio = mix
    answer = answer_to(answers, "unit_mix", name)
    if answer in (low.name, high.name):
        is_high = values > groups.cut
        own = high if answer == low.name else low
        convert = is_high if answer == low.name else ~is_high & values.notna()
        written = convert_units(name, values[convert].to_numpy(), [own.name] * int(convert.sum()), str(answer))
        if written is not None:
            return values.mask(convert, pd.Series(written[0], index=values.index[convert])), written[1], None
    if answer is not None:
        return values, unit, None
    return values, unit, _ask(name, mix)


def find_unit_mix(name: str, values: pd.Series, *, unit: str | None = None) -> UnitMix | None:
    """Find out whether a column of this name falls into two groups, of which one is the other in another of its units.

    Examples
    --------
    >>> percent = np.random.default_rng(0).normal(7.0, 0.6, 60)
    >>> mix = find_unit_mix("HbA1c", pd.Series([*percent[:40], *(10.93 * percent[40:] - 23.5)]))
    >>> mix.low_unit.name, mix.high_unit.name
    ('%', 'mmol/mol')
    """
    measurement = measurement_of(name) if values.dtype.kind == "f" else None
    numbers = values.to_numpy()
    positive = numbers[np.isfinite(numbers) & (numbers > 0)]
    if measurement is None or len(measurement.units) < 2 or len(positive) < _FEWEST:
        return None
    chosen, groups = unit_of(measurement, positive, unit), two_groups(positive)
    if chosen is None or groups is None:
        return None
    for other in measurement.units:
        if other is chosen:
            continue
        low, high = sorted((chosen, other), key=lambda known: known.high)
        expected = rescale(groups.low, low, high)
        if expected > 0 and abs(np.log(groups.high / expected)) < 0.2:
            return UnitMix(groups, low, high, expected / groups.low)
    return None


def _ask(name: str, mix: UnitMix) -> Notice:
    groups, low, high, ratio = mix
    named = tuple(unit.name for unit in (low, high))
    return notice(
        "unit_mix",
        Place(None, name),
        f"{groups.low:.3g} / {groups.high:.3g}",
        # A unit without a name (a share of 1) cannot be answered by it.
        choices=("keep", *named) if all(named) else (),
        column=name,
        low=f"{groups.low:.3g}",
        high=f"{groups.high:.3g}",
        share=f"{100 * groups.share:.0f}",
        first=low.name or "one unit",
        second=high.name or "another",
        ratio=f"{ratio:.3g}",
    )


def two_groups(values: np.ndarray) -> TwoGroups | None:
    """Split positive numbers into a lower and a higher group, if they fall into two.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> kilograms = rng.normal(75, 10, 200)
    >>> two_groups(kilograms) is None
    True
    >>> found = two_groups(np.concatenate([kilograms[:150], 18 * rng.normal(5, 0.5, 50) * 8]))
    >>> round(found.share, 2), 110 < found.cut < 500
    (0.25, True)
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
    low, high = float(np.exp(np.median(ordered[:cut]))), float(np.exp(np.median(ordered[cut:])))
    return TwoGroups(low, high, share, float(np.exp((ordered[cut - 1] + ordered[cut]) / 2)))
