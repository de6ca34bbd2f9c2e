"""Who the patients are, arm by arm: the table that stands first in every trial's report."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core.data.cohort import Cohort
from mac_core.data.schema import label_of

__all__ = ["SMALL_CELL", "table_one"]

# A count from 1 to 10 can point at a person; agencies ask that it is not published.
SMALL_CELL = 11
_MOST_LEVELS = 12
_ALL = "all patients"


def table_one(cohort: Cohort) -> pd.DataFrame:
    r"""Describe the predictors per arm.

    Numbers as mean (standard deviation), levels of a category as patients (percent of those with a value). The difference is
    the standardised one of Austin, the largest between any two arms: (m1 - m2) / sqrt((s1^2 + s2^2) / 2), of a level with
    s^2 = p (1 - p).

    Returns
    -------
    DataFrame of str
        Columns: characteristic, one per arm (or "all patients"), and with arms "difference". Counts from 1 to 10 end in
        "(<11)": shown to the table's owner, but not to be published.

    References
    ----------
    Austin: Balance diagnostics for comparing the distribution of baseline covariates between treatment groups in
    propensity-score matched samples. Statistics in Medicine 28, 2009.

    Examples
    --------
    >>> from mac_core.data.cohort import make_cohort
    >>> from mac_core.data.examples import example, open_example
    >>> cohort = make_cohort(open_example("indo_rct"), example("indo_rct").roles)
    >>> table_one(cohort).iloc[1].tolist()
    ['age', '46.0 (13.1)', '44.5 (13.5)', '0.12']
    """
    given = cohort.treatment
    if given is None and cohort.question == "treatment":
        given = cohort.y
    arm_of = pd.Series(_ALL, index=cohort.X.index) if given is None else given.astype(str)
    arms = sorted(arm_of.unique())
    places = {arm: np.flatnonzero((arm_of == arm).to_numpy()) for arm in arms}
    rows = [["patients", *(_count(len(places[arm])) for arm in arms), ""]]
    for column in cohort.schema.columns:
        parts = [cohort.X[column.name].iloc[places[arm]] for arm in arms]
        if column.kind == "number" and column.levels != ("0", "1"):
            unit = None if column.unit and column.unit in column.name else column.unit
            rows += _numbers(column.name, unit, parts)
        else:
            rows += _levels(column.name, parts)
    names = ["characteristic", *arms, "difference"]
    # An arm may be called like another column of this table.
    table = pd.DataFrame(rows, columns=pd.Index(_distinct(names)))
    return table if len(arms) > 1 else table.iloc[:, :-1]


def _numbers(name: str, unit: str | None, parts: list[pd.Series]) -> list[list[str]]:
    values = [part.dropna().to_numpy(dtype=float) for part in parts]
    cells = [_mean(value) for value in values]
    moments = [(float(value.mean()), _spread(value) ** 2) for value in values if len(value)]
    return [[f"{name} ({unit})" if unit else name, *cells, _difference(moments)], *_missing(name, parts)]


def _levels(name: str, parts: list[pd.Series]) -> list[list[str]]:
    levels = pd.concat(parts).dropna().value_counts().index[:_MOST_LEVELS]
    rows = []
    for level in sorted(levels, key=label_of):
        if level == 0 and len(levels) == 2:
            # Of yes and no as numbers, yes says both.
            continue
        counts = [int((part == level).sum()) for part in parts]
        known = [int(part.notna().sum()) for part in parts]
        shares = [count / n if n else np.nan for count, n in zip(counts, known, strict=True)]
        cells = [
            f"{_count(count)}" if not n else f"{count:,} ({100 * share:.0f} %)" + _mark(count)
            for count, n, share in zip(counts, known, shares, strict=True)
        ]
        moments = [(share, share * (1 - share)) for share in shares if np.isfinite(share)]
        rows.append([f"{name}: {label_of(level)}", *cells, _difference(moments)])
    return [*rows, *_missing(name, parts)]


def _missing(name: str, parts: list[pd.Series]) -> list[list[str]]:
    gaps = [int(part.isna().sum()) for part in parts]
    return [[f"{name}: missing", *map(_count, gaps), ""]] if any(gaps) else []


def _difference(moments: list[tuple[float, float]]) -> str:
    largest = 0.0
    for i, (mean, variance) in enumerate(moments):
        for other, spread in moments[:i]:
            pooled = np.sqrt((variance + spread) / 2)
            if pooled > 0:
                largest = max(largest, abs(mean - other) / pooled)
            elif mean != other:
                return "all"
    return f"{largest:.2f}"


def _mean(values: np.ndarray) -> str:
    if not len(values):
        return "none"
    places = ".1f" if abs(values.mean()) >= 10 else ".3g"
    return f"{values.mean():{places}} ({_spread(values):{places}})"


def _spread(values: np.ndarray) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else 0.0


def _count(count: int) -> str:
    return f"{count:,}{_mark(count)}"


def _mark(count: int) -> str:
    return f" (<{SMALL_CELL})" if 0 < count < SMALL_CELL else ""


def _distinct(names: list[str]) -> list[str]:
    made: list[str] = []
    for name in names:
        while name in made:
            name += " "
        made.append(name)
    return made
