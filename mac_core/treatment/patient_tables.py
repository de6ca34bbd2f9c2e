"""The tables for single patients: outcome under every arm, difference for every ordered pair; one source of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd

from mac_core.treatment.similar_groups import SimilarGroups

__all__ = ["difference_table", "outcome_table"]


def outcome_table(
    index: pd.Index,
    arms: Sequence[Any],
    shown: np.ndarray,
    support: np.ndarray,
    groups: Sequence[SimilarGroups],
    radius: np.ndarray,
    *,
    binary: bool,
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
    radius : ndarray, shape (arms,)
        Half width of the conformal range; NaN where there is none.
    binary : bool
        Keep intervals inside [0, 1].

    Returns
    -------
    DataFrame
        As `TreatmentComparison.outcomes`.
    """
    low, high = np.empty(shown.shape), np.empty(shown.shape)
    for a, group in enumerate(groups):
        low[:, a], high[:, a] = _widened(group, shown[:, a])
    if binary:
        low, high = np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)
    columns = {"outcome": shown, "low": low, "high": high, "range_low": shown - radius, "range_high": shown + radius}
    table = pd.DataFrame({name: values.ravel() for name, values in columns.items()})
    table["support"] = support.ravel()
    return table.set_axis(_rows_by(index, [(arm,) for arm in arms], ["arm"]), axis=0)


def difference_table(
    index: pd.Index, arms: Sequence[Any], shown: np.ndarray, groups: Mapping[tuple[int, int], SimilarGroups]
) -> pd.DataFrame:
    """Difference between every ordered pair of arms for every patient; (b, a) is exactly the negative of (a, b).

    Parameters
    ----------
    index : Index, length m
    arms : sequence of labels
    shown : ndarray, shape (m, arms)
        Expected outcomes; NaN where the arm is unsupported.
    groups : mapping of (a, b) to SimilarGroups
        One orientation of every pair.

    Returns
    -------
    DataFrame
        As `TreatmentComparison.differences`.
    """
    pairs = list(permutations(range(len(arms)), 2))
    limits = {}
    for (a, b), group in groups.items():
        low, high = _widened(group, shown[:, a] - shown[:, b])
        limits[a, b], limits[b, a] = (low, high), (-high, -low)
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
