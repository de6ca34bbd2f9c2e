"""Subgroups of patients by one column, and what holds in each of them, with interval; small groups are hidden."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mac_core.data.schema import label_of
from mac_core.evidence.intervals import mean_interval, share_interval

__all__ = ["EVERYBODY", "FEWEST", "NOT_KNOWN", "OTHERS", "group_patients", "summarise_groups"]

FEWEST = 10
"""A group of fewer patients is not described: chance rules it, and somebody could be recognised."""
EVERYBODY = "everybody"
NOT_KNOWN = "(not known)"
OTHERS = "(other values)"
_FIFTHS = 5
_MOST_GROUPS = 12


def group_patients(values: pd.Series) -> pd.Series:
    """Put patients into groups by one column: its categories, or fifths of a number.

    Parameters
    ----------
    values : Series, shape (n,)
        Numbers or labels; missing allowed.

    Returns
    -------
    Series of ordered categories, shape (n,)
        A number of more than five different values is cut into fifths of as equal size as its ties allow, each named by its
        smallest and largest value. Of more than twelve categories the rarest are put together. Missing values are a group.

    Examples
    --------
    >>> list(group_patients(pd.Series([31.0, 42, 47, 55, 58, 60, 63, 66, 71, None])).cat.categories)
    ['31 to 42', '47 to 55', '58', '60 to 63', '66 to 71', '(not known)']
    """
    known = values.notna().to_numpy()
    if pd.api.types.is_numeric_dtype(values.dtype) and values.nunique() > _FIFTHS:
        of_row, names = _fifths(values.to_numpy(dtype=float), known)
    else:
        of_row, names = _levels(values, known)
    if not known.all():
        of_row, names = np.where(known, of_row, len(names)), [*names, NOT_KNOWN]
    return pd.Series(
        pd.Categorical.from_codes(of_row, categories=pd.Index(names, dtype="str"), ordered=True),
        index=values.index,
        name=values.name,
    )


def summarise_groups(
    groups: pd.Series,
    *,
    shares: Mapping[str, np.ndarray] | None = None,
    means: Mapping[str, np.ndarray] | None = None,
) -> pd.DataFrame:
    """Say what holds in each group.

    Parameters
    ----------
    groups : Series of ordered categories, shape (n,)
        As `group_patients` gives them.
    shares : mapping of str to ndarray of bool, shape (n,)
        Wilson's interval.
    means : mapping of str to ndarray of float, shape (n,)
        NaN where a patient has none; t-interval.

    Returns
    -------
    DataFrame, index group
        Everybody first. n, hidden (fewer than 10 patients: then n and all else are NaN), and for each share and mean: its name,
        name_low, name_high, and for each mean name_n; a mean of fewer than 10 patients is NaN.

    Examples
    --------
    >>> groups = group_patients(pd.Series(["f"] * 12 + ["m"] * 3))
    >>> summarise_groups(groups, shares={"named": np.arange(15) < 6})[["n", "hidden", "named"]].values.tolist()
    [[15.0, False, 0.4], [12.0, False, 0.5], [nan, True, nan]]
    """
    rows: dict[str, dict[str, object]] = {}
    everybody = np.ones(len(groups), dtype=bool)
    parts = [(EVERYBODY, everybody), *((name, (groups == name).to_numpy()) for name in groups.cat.categories)]
    for name, here in parts:
        n = int(here.sum())
        hidden = n < FEWEST
        row: dict[str, object] = {"n": np.nan if hidden else float(n), "hidden": hidden}
        for title, values in (shares or {}).items():
            count = int(values[here].sum())
            found = (count / n, *share_interval(count, n)) if not hidden else (np.nan,) * 3
            row |= dict(zip((title, f"{title}_low", f"{title}_high"), found, strict=True))
        for title, numbers in (means or {}).items():
            there = numbers[here & np.isfinite(numbers)]
            few = len(there) < FEWEST
            found = (np.nan,) * 3 if few else mean_interval(there)
            row |= dict(zip((title, f"{title}_low", f"{title}_high"), found, strict=True))
            row[f"{title}_n"] = np.nan if few else float(len(there))
        rows[str(name)] = row
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("group").astype({"hidden": bool})


def _fifths(numbers: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, list[str]]:
    # Equal values stay in one group, so that the cut does not depend on the order of the rows.
    edges = np.unique(np.quantile(numbers[known], np.linspace(0, 1, _FIFTHS + 1)[1:-1]))
    of_row = np.searchsorted(edges, np.where(known, numbers, 0.0), side="left")
    used = np.unique(of_row[known])
    of_row = np.searchsorted(used, of_row)
    ends = [(numbers[known & (of_row == i)].min(), numbers[known & (of_row == i)].max()) for i in range(len(used))]
    for digits in range(3, 18):
        names = [_span(low, high, digits) for low, high in ends]
        if len(set(names)) == len(names):
            break
    return of_row, names


def _span(low: float, high: float, digits: int) -> str:
    first, last = (label_of(float(f"{end:.{digits}g}")) for end in (low, high))
    return first if first == last else f"{first} to {last}"


def _levels(values: pd.Series, known: np.ndarray) -> tuple[np.ndarray, list[str]]:
    labels = values.map(label_of, na_action="ignore").astype(object).where(known, "")
    counts = labels[known].value_counts()
    common = sorted(counts.index, key=lambda level: (-counts[level], level))
    if len(common) > _MOST_GROUPS:
        common = common[: _MOST_GROUPS - 1]
        labels = labels.where(labels.isin(common), OTHERS)
        names = [*common, OTHERS]
    elif pd.api.types.is_numeric_dtype(values.dtype):
        names = sorted(common, key=float)
    else:
        names = common
    places = {name: i for i, name in enumerate(names)}
    return labels.map(places).fillna(0).to_numpy(dtype=int), names
