"""The tables for single patients: outcome under every arm, difference for every ordered pair; one source of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd

from mac_core.treatment.similar_groups import SimilarGroups

__all__ = ["Limits", "both_ways", "difference_table", "group_limits", "outcome_table", "widened"]

Limits = Mapping[tuple[int, int], tuple[np.ndarray, np.ndarray]]


def outcome_table(
    index: pd.Index,
    arms: Sequence[Any],
    shown: np.ndarray,
    support: np.ndarray,
    groups: Sequence[SimilarGroups],
    radius: np.ndarray,
    *,
    limits: tuple[float, float] = (-np.inf, np.inf),
) -> pd.DataFrame:
    """Expected outcome of every patient under every arm.

    Parameters
    ----------
    index : Index, length m
        Of the patients.
    arms : sequence of labels
    shown : ndarray, shape (m, arms)
        Expected outcomes; NaN where the arm is unsupported.
    support : ndarray of str, shape (m, arms)
    groups : sequence of SimilarGroups
        One per arm.
    radius : ndarray, shape (arms,) or (m, arms)
        Half width of the conformal range; NaN where there is none.
    limits : tuple of float
        What no outcome can be below and above; intervals and ranges are kept inside.

    Returns
    -------
    DataFrame
        As `TreatmentComparison.outcomes`.
    """
    low, high = np.empty(shown.shape), np.empty(shown.shape)
    for a, group in enumerate(groups):
        low[:, a], high[:, a] = _widened(group, shown[:, a])
    ends = {"low": low, "high": high, "range_low": shown - radius, "range_high": shown + radius}
    columns = {"outcome": shown, **{name: np.clip(values, *limits) for name, values in ends.items()}}
    table = pd.DataFrame({name: values.ravel() for name, values in columns.items()})
    table["support"] = support.ravel()
    return table.set_axis(_rows_by(index, [(arm,) for arm in arms], ["arm"]), axis=0)


def group_limits(shown: np.ndarray, groups: Mapping[tuple[int, int], SimilarGroups]) -> Limits:
    """Limits of every ordered pair's difference: the group's interval, widened to hold what is shown.

    Parameters
    ----------
    shown : ndarray, shape (m, arms)
        Expected outcomes; NaN where the arm is unsupported.
    groups : mapping of (a, b) to SimilarGroups
        One orientation of every pair.

    Returns
    -------
    mapping of (a, b) to (low, high), each of shape (m,)
        Of every ordered pair; those of (b, a) are exactly the negatives of those of (a, b), exchanged.
    """
    return both_ways({(a, b): _widened(group, shown[:, a] - shown[:, b]) for (a, b), group in groups.items()})


def both_ways(limits: Limits) -> Limits:
    """Add the reversed pairs."""
    return {**limits, **{(b, a): (-high, -low) for (a, b), (low, high) in limits.items()}}


def widened(low: np.ndarray, high: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Limits that hold the value; NaN where the value is.

    At the ends of the cohort, more is expected of a patient than of the nearest fifth on average, so that the limit often is
    the patient's own expectation. It stays so, since the alternatives hold the truth less often (simulated trials, the
    outermost 4 % of patients, "Why the group's interval is stretched" in `benchmarks/results/treatment.md`): stretched, the
    intervals held the group's true mean in 96 to 98 of 100; left as they are, in 86 to 94; moved to the patient's expectation
    instead, they held the true mean of those of whom as much is expected in 75 to 87.
    """
    return np.where(np.isnan(values), np.nan, np.fmin(low, values)), np.where(np.isnan(values), np.nan, np.fmax(high, values))


def difference_table(index: pd.Index, arms: Sequence[Any], shown: np.ndarray, limits: Limits) -> pd.DataFrame:
    """Difference between every ordered pair of arms for every patient; (b, a) is exactly the negative of (a, b).

    Parameters
    ----------
    index : Index, length m
    arms : sequence of labels
    shown : ndarray, shape (m, arms)
        Expected outcomes; NaN where the arm is unsupported.
    limits : mapping of (a, b) to (low, high), each of shape (m,)
        Of every ordered pair.

    Returns
    -------
    DataFrame
        As `TreatmentComparison.differences`.
    """
    pairs = list(permutations(range(len(arms)), 2))
    table = pd.DataFrame(
        {
            "difference": np.column_stack([shown[:, a] - shown[:, b] for a, b in pairs]).ravel(),
            "low": np.column_stack([limits[pair][0] for pair in pairs]).ravel(),
            "high": np.column_stack([limits[pair][1] for pair in pairs]).ravel(),
        }
    )
    labels = [(arms[a], arms[b]) for a, b in pairs]
    return table.set_axis(_rows_by(index, labels, ["arm", "against"]), axis=0)


def _widened(group: SimilarGroups, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The group's interval for each value, widened to hold the value; NaN where the value is."""
    low, high = np.full(len(values), np.nan), np.full(len(values), np.nan)
    known = ~np.isnan(values)
    if known.any():
        low[known], high[known] = group.interval(values[known]).T
        low[known], high[known] = np.minimum(low[known], values[known]), np.maximum(high[known], values[known])
    return low, high


def _rows_by(index: pd.Index, labels: list[tuple[Any, ...]], names: list[str]) -> pd.MultiIndex:
    """Every row of `index` with every label."""
    rows = index.repeat(len(labels))
    parts = [pd.Index([label[i] for label in labels] * len(index)) for i in range(len(names))]
    return pd.MultiIndex.from_arrays([rows, *parts], names=["row", *names])
