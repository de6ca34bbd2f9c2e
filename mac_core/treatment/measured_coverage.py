"""How often the comparison's 95 % intervals held the truth, in simulated trials whose truth is known.

The table beside this file is written by `benchmarks/treatment.py`, never by hand: one line per kind of interval.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

__all__ = ["MeasuredCoverage", "measured_coverage", "say_measured_coverage"]

_TABLE = Path(__file__).with_suffix(".csv")
_NEAR = 1e-6
_SAID = {
    "averages": "In {trials} simulated trials whose truth is known, such intervals of an average difference held the truth in "
    "{held} of 100 (promised: {promised}).",
    "group_difference": "In {trials} simulated trials whose truth is known, such intervals held the group's true difference in "
    "{held} of 100 (promised: {promised}), and a single patient's own in {single} of 100.",
    "group_outcome": "In {trials} simulated trials whose truth is known, such intervals held the group's true mean in {held} "
    "of 100 (promised: {promised}), and a single patient's own expectation in {single} of 100.",
    "group_risk": "In {trials} simulated trials whose truth is known, such intervals held the group's true risk in {held} "
    "of 100 (promised: {promised}), and a single patient's own in {single} of 100.",
    "range": "In {trials} simulated trials, such ranges held a new patient's own outcome in {held} of 100 "
    "(promised: {promised}).",
    "risk_difference": "In {trials} simulated trials with one odds ratio for everybody, such intervals held a new patient's "
    "true difference in risk in {held} of 100 (promised: {promised}).",
    "policy_value": "In {trials} simulated trials whose truth is known, such intervals held the true value of choosing by "
    "patient in {held} of 100 (promised: {promised}).",
    "policy_gain": "In {trials} simulated trials whose truth is known, such intervals held the true gain of choosing by "
    "patient over one arm for everybody in {held} of 100 (promised: {promised}).",
}
_SINGLE = {"group_difference": "single_difference", "group_outcome": "single_outcome", "group_risk": "single_risk"}


class MeasuredCoverage(NamedTuple):
    """Shares, 0 to 1.

    Attributes
    ----------
    promised : float
    coverage : float
        Share of the intervals that held the truth.
    low, high : float
        95 % Monte Carlo interval of it; data sets are the draws.
    data_sets : int
    """

    promised: float
    coverage: float
    low: float
    high: float
    data_sets: int


@cache
def _known() -> dict[str, MeasuredCoverage]:
    if not _TABLE.exists():
        return {}
    table = pd.read_csv(_TABLE)
    columns = [table[name].tolist() for name in ("promised", "coverage", "low", "high", "data_sets")]
    return {name: MeasuredCoverage(*row) for name, *row in zip(table["interval"].tolist(), *columns, strict=True)}


def measured_coverage(interval: str, level: float = 0.95) -> MeasuredCoverage | None:
    """Look up what was measured.

    Parameters
    ----------
    interval : str
        averages, group_difference, group_outcome, group_risk, range, risk_difference, policy_value, policy_gain;
        single_difference, single_outcome and single_risk are how often the group's interval held a single patient's truth.
    level : float
        What the interval promises, 0 to 1.

    Returns
    -------
    MeasuredCoverage or None
        None where this kind was not measured, or not at this level.

    Examples
    --------
    >>> measured_coverage("averages").promised
    0.95
    >>> measured_coverage("averages", level=0.5) is None
    True
    """
    found = _known().get(interval)
    return found if found is not None and abs(found.promised - level) < _NEAR else None


def say_measured_coverage(interval: str, level: float = 0.95) -> str:
    """The sentence that stands beside an interval; empty where nothing was measured.

    Parameters
    ----------
    interval : str
        averages, group_difference, group_outcome, group_risk, range, risk_difference, policy_value, policy_gain.
    level : float
        0 to 1.

    Examples
    --------
    >>> "held the truth in" in say_measured_coverage("averages")
    True
    """
    found = measured_coverage(interval, level)
    if found is None:
        return ""
    said = {"trials": f"{found.data_sets:,}", "held": f"{100 * found.coverage:.0f}", "promised": f"{100 * found.promised:.0f}"}
    if interval in _SINGLE:
        single = measured_coverage(_SINGLE[interval], level)
        if single is None:
            return ""
        said["single"] = f"{100 * single.coverage:.0f}"
    return _SAID[interval].format(**said)
