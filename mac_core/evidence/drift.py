"""Whether new patients look like those of the study: means, spreads, ranges and levels, column by column."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core.data.schema import Schema

__all__ = ["drift_table"]

_SHIFTED = 0.5
_FEWEST = 20  # of fewer patients a mean says too little
_CHANCE = 4.0  # standard errors: a table has many columns
_LEVELS = 20


def drift_table(rows: pd.DataFrame, new: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Compare new patients with the study's, column by column.

    Parameters
    ----------
    rows, new : DataFrame, shapes (n, p) and (m, p)
        Conformed to `schema`.
    schema : Schema

    Returns
    -------
    DataFrame, index column
        study, new (mean, or share of the level that differs most), smd (standardised mean difference; NaN where it cannot be
        told), outside (new patients below or above all of the study), unseen (new patients with a level that the study does not
        have), missing_study, missing_new (shares), shifted (bool: |smd| above 0.5 and beyond chance, in at least 20
        known values of each). The most different first.

    Examples
    --------
    >>> from mac_core.data.schema import describe
    >>> study = pd.DataFrame({"weight": np.linspace(50, 100, 40)})
    >>> table = drift_table(study, study * 2.2, Schema((describe("weight", study["weight"], "number"),)))
    >>> bool(table.at["weight", "shifted"]), int(table.at["weight", "outside"])
    (True, 40)
    """
    found = {}
    for column in schema.columns:
        old, now = rows[column.name], new[column.name]
        known_old, known_now = old.dropna(), now.dropna()
        outside = unseen = 0
        if column.kind == "number":
            first, then, smd = _numbers(known_old.to_numpy(dtype=float), known_now.to_numpy(dtype=float))
            if len(known_old):
                outside = int(((known_now < known_old.min()) | (known_now > known_old.max())).sum())
        else:
            first, then, smd = _levels(known_old.astype(str), known_now.astype(str))
            unseen = int((~known_now.astype(str).isin(set(known_old.astype(str)))).sum())
        enough = min(len(known_old), len(known_now)) >= _FEWEST
        shifted = bool(enough and abs(smd) > max(_SHIFTED, _CHANCE * np.sqrt(1 / len(known_old) + 1 / len(known_now))))
        found[column.name] = (first, then, smd, outside, unseen, float(old.isna().mean()), float(now.isna().mean()), shifted)
    names = ["study", "new", "smd", "outside", "unseen", "missing_study", "missing_new", "shifted"]
    table = pd.DataFrame.from_dict(found, orient="index", columns=names).rename_axis("column")
    order = table["smd"].abs().fillna(-1.0).sort_values(ascending=False, kind="stable").index
    return table.loc[order]


def _numbers(old: np.ndarray, new: np.ndarray) -> tuple[float, float, float]:
    if not len(old) or not len(new):
        return (np.nan, np.nan, np.nan)
    first, then = float(old.mean()), float(new.mean())
    # The study's own spread alone is the yardstick for a single patient.
    spread = float(np.sqrt((old.var() + new.var()) / 2)) if len(new) > 1 else float(old.std())
    if spread == 0:
        return first, then, 0.0 if first == then else np.copysign(np.inf, then - first)
    return first, then, (then - first) / spread


def _levels(old: pd.Series, new: pd.Series) -> tuple[float, float, float]:
    """The level whose shares differ most, by its standardised difference."""
    if old.empty or new.empty:
        return (np.nan, np.nan, np.nan)
    shares = pd.DataFrame({"old": old.value_counts(normalize=True), "new": new.value_counts(normalize=True)}).fillna(0.0)
    shares = shares.sort_index().nlargest(_LEVELS, ["old", "new"])
    spread = np.sqrt((shares["old"] * (1 - shares["old"]) + shares["new"] * (1 - shares["new"])) / 2)
    gap = shares["new"] - shares["old"]
    smd = (gap / spread.where(spread > 0)).where(gap != 0, 0.0).fillna(np.inf)
    which = smd.abs().idxmax()
    return float(shares["old"][which]), float(shares["new"][which]), float(smd[which])
