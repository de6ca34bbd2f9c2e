"""What is expected for one patient under every arm: the one source of numbers for sentence, table, icons and chart.

Whatever is shown is rounded here, once. A difference is the difference of the two numbers as they are shown, so that a reader
who subtracts finds what is written.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from mac_core.data.roles import Roles
from mac_core.data.target import Target
from mac_core.figures.wording import outcome_scale

__all__ = ["ALONE", "Expectation", "Harm", "Option", "expect", "expect_alone"]

ALONE = ""  # the arm's name where no treatments are compared


@dataclass(frozen=True)
class Harm:
    """The harm under one arm, over all patients: `value`, `low`, `high` per 100, or the mean of a number (`event` is "")."""

    name: str
    event: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Option:
    """What is expected under one arm, in the shown unit (risks per 100 patients); NaN in an unsupported arm.

    Attributes
    ----------
    support : {"supported", "thin", "unsupported"}
    expected, low, high : float
        The group's interval is that of the expected outcome.
    range_low, range_high : float
        Of one patient's own outcome; NaN for risks.
    """

    arm: str
    support: str
    expected: float
    low: float
    high: float
    range_low: float
    range_high: float
    harm: Harm | None = None

    @property
    def known(self) -> bool:
        """Whether there is a number."""
        return self.support != "unsupported" and not math.isnan(self.expected)


@dataclass(frozen=True)
class Expectation:
    """One patient's options in neutral order (by name), and the differences between them.

    Attributes
    ----------
    outcome, unit : str
        As `outcome_scale` names them.
    horizon : str or None
    risk : bool
        Whether the outcome is an event, counted per 100 patients.
    reference : str
        The arm that the others are compared with.
    design : {"randomised", "routine"}
    options : tuple of Option
    pairs : mapping
        (arm, against), every ordered pair, to difference, low and high in the shown unit; NaN with an unsupported arm.
    usual : float
        Where no treatments are compared: what was observed in the whole table. Else NaN.
    """

    outcome: str
    unit: str
    horizon: str | None
    risk: bool
    reference: str
    design: str
    options: tuple[Option, ...]
    pairs: Mapping[tuple[str, str], tuple[float, float, float]]
    usual: float = math.nan

    def __getitem__(self, arm: str) -> Option:
        for option in self.options:
            if option.arm == arm:
                return option
        raise KeyError(arm)

    def places(self, *, decimals: bool = False) -> int:
        """How many decimals are shown: none for risks, three significant digits for numbers; one more on demand."""
        if self.risk:
            return int(decimals)
        largest = max((abs(option.expected) for option in self.options if option.known), default=0.0)
        digits = 0 if largest == 0 else 2 - math.floor(math.log10(largest))
        return max(0, digits) + int(decimals)

    def shown(self, value: float, *, decimals: bool = False) -> float:
        """Round as everything is rounded: halves away from zero."""
        return _rounded(value, self.places(decimals=decimals))

    def amount(self, arm: str, *, decimals: bool = False) -> float:
        """The expected outcome as shown."""
        return self.shown(self[arm].expected, decimals=decimals)

    def count(self, arm: str) -> int | None:
        """Patients of 100 with the event: how a risk is shown without decimals. None for numbers and unsupported arms."""
        return int(self.amount(arm)) if self.risk and self[arm].known else None

    def difference(self, arm: str, against: str | None = None, *, decimals: bool = False) -> tuple[float, float, float]:
        """Difference, low and high as shown; the first is what a reader gets who subtracts the shown numbers."""
        other = self.reference if against is None else against
        shown = self.amount(arm, decimals=decimals) - self.amount(other, decimals=decimals)
        shown = _rounded(shown, self.places(decimals=decimals))
        if math.isnan(shown) or (arm, other) not in self.pairs:
            return (math.nan, math.nan, math.nan)
        low, high = (self.shown(end, decimals=decimals) for end in self.pairs[arm, other][1:])
        return shown, min(low, shown), max(high, shown)


def expect(
    outcomes: pd.DataFrame,
    differences: pd.DataFrame,
    target: Target,
    roles: Roles,
    *,
    harms: pd.DataFrame | None = None,
) -> Expectation:
    """Make one patient's options ready to be shown.

    Parameters
    ----------
    outcomes, differences : DataFrame
        One patient's rows of `TreatmentComparison.outcomes` and `.differences`; the index with or without the row.
    target : Target
    roles : Roles
    harms : DataFrame or None
        As `HarmComparison.by_arm`.

    Examples
    --------
    >>> from mac_core.data.cohort import Target
    >>> nan = float("nan")
    >>> table = pd.DataFrame({"outcome": [0.174, 0.086], "low": [0.1, 0.05], "high": [0.2, 0.1], "range_low": nan,
    ...                       "range_high": nan, "support": "supported"}, index=pd.Index(["A", "B"], name="arm"))
    >>> pairs = pd.MultiIndex.from_tuples([("A", "B"), ("B", "A")], names=["arm", "against"])
    >>> gaps = pd.DataFrame({"difference": [0.088, -0.088], "low": [0.04, -0.12], "high": [0.12, -0.04]}, index=pairs)
    >>> found = expect(table, gaps, Target("x", "relapse", "binary", ("no", "yes"), "yes"), Roles(reference="A"))
    >>> found.count("A"), found.count("B"), found.difference("B"), found.difference("B", decimals=True)
    (17, 9, (-8.0, -12.0, -4.0), (-8.8, -12.0, -4.0))
    """
    pairs = differences.droplevel(0) if differences.index.nlevels > 2 else differences
    table = outcomes.droplevel(0) if outcomes.index.nlevels > 1 else outcomes
    table = table.set_axis(table.index.map(str))
    scale = outcome_scale(target, roles)
    risk = getattr(target, "kind", None) == "binary"
    options = []
    for arm in sorted(table.index.map(str)):
        row = table.loc[arm]
        numbers = {name: scale.factor * float(row[name]) for name in ("low", "high", "range_low", "range_high")}
        expected = float(row["outcome"])
        # An arm that nobody comparable got has no number at all, not even one about other patients.
        harm = None if str(row["support"]) == "unsupported" else _harm(harms, arm, roles.harm)
        options.append(Option(arm, str(row["support"]), scale.factor * expected, **numbers, harm=harm))
    arms = [option.arm for option in options]
    reference = str(roles.reference) if roles.reference is not None and str(roles.reference) in arms else arms[0]
    gaps = {
        (str(pair[0]), str(pair[1])): (difference * scale.factor, low * scale.factor, high * scale.factor)
        for pair, difference, low, high in zip(pairs.index, pairs["difference"], pairs["low"], pairs["high"], strict=True)
    }
    return Expectation(scale.label, scale.unit, roles.horizon, risk, reference, roles.design, tuple(options), gaps)


def expect_alone(
    value: float, target: Target, roles: Roles, *, limits: tuple[float, float] = (math.nan, math.nan), usual: float = math.nan
) -> Expectation:
    """Make what is expected ready to be shown where no treatments are compared: one option without a name.

    Parameters
    ----------
    value : float
        The event's probability, 0 to 1, or the number.
    target : Target
    roles : Roles
    limits : (float, float)
        Where one patient's own number lies in 95 of 100 patients; NaN for risks.
    usual : float
        What was observed in the whole table: the share of the event, or the mean.

    Examples
    --------
    >>> from mac_core.data.cohort import Target
    >>> found = expect_alone(0.174, Target("x", "relapse", "binary", ("no", "yes"), "yes"), Roles(), usual=0.25)
    >>> found.count(ALONE), found.usual
    (17, 25.0)
    """
    scale = outcome_scale(target, roles)
    nan = math.nan
    low, high = (scale.factor * end for end in limits)
    only = Option(ALONE, "supported", scale.factor * value, nan, nan, low, high)
    risk = getattr(target, "kind", None) == "binary"
    return Expectation(
        scale.label, scale.unit, roles.horizon, risk, ALONE, roles.design, (only,), {}, usual=scale.factor * usual
    )


def _harm(harms: pd.DataFrame | None, arm: str, name: str | None) -> Harm | None:
    row = {} if harms is None or arm not in harms.index else harms.loc[arm].to_dict()
    if row.get("value") is None or pd.isna(row["value"]):
        return None
    factor = 100.0 if row["event"] else 1.0
    value, low, high = (factor * float(row[end]) for end in ("value", "low", "high"))
    return Harm(name or "harm", str(row["event"]), value, low, high, int(row["n"]))


def _rounded(value: float, places: int) -> float:
    if math.isnan(value):
        return math.nan
    factor = 10.0**places
    # The same on both sides of zero, so that a difference turned round is its negative.
    return math.copysign(math.floor(abs(value) * factor + 0.5 + 1e-9) / factor, value) + 0.0
