"""Whether new patients look like those of the study: means, spreads, ranges and levels, column by column.

References
----------
Yurdakul: Statistical properties of population stability index. Dissertation, Western Michigan University, 2018.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core.data.schema import Schema

__all__ = ["drift_table", "stability_index"]

_SHIFTED = 0.5
_FEWEST = 20  # of fewer patients a mean says too little
_CHANCE = 4.0  # standard errors: a table has many columns
_LEVELS = 20
_TENTHS = 10
_LARGE = 0.25  # of the stability index, by custom


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
        told), psi (population stability index, over tenths of the study or levels; NaN likewise), outside (new patients below
        or above all of the study), unseen (new patients with a level that the study does not have), missing_study,
        missing_new (shares), shifted (bool: |smd| above 0.5 or psi above 0.25, and beyond chance, in at least 20 known values
        of each). The most different first.

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
        psi, cells = float("nan"), 1
        if column.kind == "number":
            numbers = known_old.to_numpy(dtype=float), known_now.to_numpy(dtype=float)
            first, then, smd = _numbers(*numbers)
            psi, cells = _stability(*_in_tenths(*numbers))
            if len(known_old):
                outside = int(((known_now < known_old.min()) | (known_now > known_old.max())).sum())
        else:
            first, then, smd = _levels(known_old.astype(str), known_now.astype(str))
            psi, cells = _stability(*_in_levels(known_old.astype(str), known_now.astype(str)))
            unseen = int((~known_now.astype(str).isin(set(known_old.astype(str)))).sum())
        enough = min(len(known_old), len(known_now)) >= _FEWEST
        noise = 1 / len(known_old) + 1 / len(known_now) if enough else np.inf
        shifted = bool(
            enough and (abs(smd) > max(_SHIFTED, _CHANCE * np.sqrt(noise)) or psi > max(_LARGE, _highest(cells) * noise))
        )
        gaps = float(old.isna().mean()), float(now.isna().mean())
        found[column.name] = (first, then, smd, psi, outside, unseen, *gaps, shifted)
    names = ["study", "new", "smd", "psi", "outside", "unseen", "missing_study", "missing_new", "shifted"]
    table = pd.DataFrame.from_dict(found, orient="index", columns=names).rename_axis("column")
    order = table["smd"].abs().fillna(-1.0).sort_values(ascending=False, kind="stable").index
    return table.loc[order]


def stability_index(study: np.ndarray, new: np.ndarray) -> float:
    """Return the population stability index of two counts of the same cells: 0 for equal shares.

    Parameters
    ----------
    study, new : ndarray, shape (cells,)
        Patients in each cell. An empty cell of one side counts as half a patient; cells empty on both sides are left out.

    Returns
    -------
    float
        The sum of (new share - study share) times the logarithm of new share / study share. By custom, below 0.1 alike, above
        0.25 much changed; of few patients it is large by chance alone.

    Examples
    --------
    >>> round(stability_index(np.array([25, 25, 25, 25]), np.array([40, 30, 20, 10])), 4)
    0.2282
    """
    used = (study > 0) | (new > 0)
    first, then = (np.where(counts[used] > 0, counts[used], 0.5) / counts.sum() for counts in (study, new))
    return float(((then - first) * np.log(then / first)).sum())


def _stability(study: np.ndarray, new: np.ndarray) -> tuple[float, int]:
    if not study.sum() or not new.sum():
        return float("nan"), 1
    return stability_index(study, new), int(((study > 0) | (new > 0)).sum())


def _in_tenths(old: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not len(old):
        return np.zeros(1), np.zeros(1)
    # What lies below or above all of the study belongs to the outermost tenths; equal values stay in one cell.
    edges = np.unique(np.quantile(old, np.linspace(0, 1, _TENTHS + 1)[1:-1]))
    before, now = (np.bincount(np.searchsorted(edges, part, side="left"), minlength=len(edges) + 1) for part in (old, new))
    return before, now


def _in_levels(old: pd.Series, new: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    counts = pd.DataFrame({"old": old.value_counts(), "new": new.value_counts()}).fillna(0.0).sort_index()
    counts = counts.sort_values(["old", "new"], ascending=False, kind="stable")
    if len(counts) > _LEVELS:
        rest = counts.iloc[_LEVELS - 1 :].sum()
        counts = pd.concat([counts.iloc[: _LEVELS - 1], rest.to_frame().T])
    return counts["old"].to_numpy(), counts["new"].to_numpy()


def _highest(cells: int) -> float:
    """What chance alone reaches in 1 of 10,000 columns: of chi squared, by Wilson and Hilferty's cube."""
    freedom = max(1, cells - 1)
    return float(freedom * (1 - 2 / (9 * freedom) + 3.72 * np.sqrt(2 / (9 * freedom))) ** 3)


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
