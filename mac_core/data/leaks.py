"""Columns that know the answer: known only afterwards by their name, or telling the target almost perfectly on their own.

Nothing here blocks a study. Each finding is a question, "is it known beforehand?", and the user answers it.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from mac_core.data.answers import answer_to
from mac_core.data.roles import Roles, sounds_afterwards
from mac_core.data.table import PatientTable
from mac_core.errors import Notice, Place, notice

__all__ = ["association", "find_leaks"]

# From here on a column alone is too good to be a cause known beforehand.
_ALMOST_PERFECT = 0.99
# A test of the same kind right beside the target in the table.
_SIBLING = 0.3
_MOST_ROWS = 20_000
_MOST_LEVELS = 20
_LEAST_ROWS = 20
_WORDS = re.compile(r"follow[- ]?up|discharge|after |died|death|deceased|post[- ]?op", re.IGNORECASE)


def find_leaks(table: PatientTable, roles: Roles) -> tuple[Notice, ...]:
    r"""Ask about the columns that a model would see and perhaps must not.

    Parameters
    ----------
    table : PatientTable
    roles : Roles
        Columns with a role, or ignored, are passed over; answers of `table.answers` settle a question.

    Examples
    --------
    >>> from mac_core.data.reading import read_table
    >>> rows = "\n".join(f"{40 + i % 9},{'Z51' if i % 3 else 'Z09'},{int(i % 3 > 0)}" for i in range(60))
    >>> found = find_leaks(read_table(f"age,icd_at_end,ill\n{rows}".encode()), Roles(outcome="ill"))
    >>> [(notice.code, notice.place.column) for notice in found]
    [('leak', 'icd_at_end')]
    """
    target = roles.outcome if roles.outcome is not None else roles.treatment
    if target not in table.schema.names:
        return ()
    names = [name for name in table.schema.names if name not in roles.taken]
    frame = table.frame
    frame = frame[frame[target].notna()]
    if len(frame) > _MOST_ROWS:
        frame = frame.iloc[np.linspace(0, len(frame) - 1, _MOST_ROWS).astype(int)]
    enough = len(frame) >= _LEAST_ROWS and frame[target].nunique() > 1
    siblings = _siblings(table, str(target), frame) if enough else frozenset()
    notices = []
    for name in names:
        if sounds_afterwards(name):
            if answer_to(table.answers, "after_treatment", name) is None:
                notices.append(notice("after_treatment", Place(None, name), None, column=name))
            continue
        code = _code(frame[name], frame[target], table.schema[name].kind) if enough else None
        code = code or ("leak_sibling" if name in siblings else None)
        if code and answer_to(table.answers, code, name) is None:
            notices.append(notice(code, Place(None, name), None, column=name, target=target))
    notices += [
        notice("afterwards_ignored", Place(None, name), None, column=name) for name in roles.ignore if sounds_afterwards(name)
    ]
    if enough and roles.treatment is not None and roles.outcome is not None:
        notices += _decides_treatment(frame, names, roles.treatment, table)
    return tuple(notices)


def association(values: pd.Series, target: pd.Series) -> float:
    """How well one column alone tells another, from 0 (not at all) to 1 (perfectly); the direction does not matter.

    For a target of two values the area under the curve of the column's order (its levels ordered by how often they go with
    the second value), stretched from 0.5..1 to 0..1. For classes, the share of the errors of "always the commonest class" that
    knowing the column avoids. For numbers, the absolute rank correlation, or of a category the share of the ranks' variance.

    Examples
    --------
    >>> association(pd.Series([1.0, 2, 3, 4]), pd.Series(["a", "a", "b", "b"]))
    1.0
    """
    both = values.notna() & target.notna()
    values, target = values[both], target[both]
    if len(values) < 2 or target.nunique() < 2 or values.nunique() < 2:
        return 0.0
    numeric_target = pd.api.types.is_numeric_dtype(target.dtype) and target.nunique() > 10
    number = pd.api.types.is_numeric_dtype(values.dtype)
    if not number and values.nunique() > min(_MOST_LEVELS, len(values) / 5):
        return 0.0
    if numeric_target:
        ranks = target.rank().to_numpy()
        if number:
            return abs(float(np.corrcoef(values.rank().to_numpy(), ranks)[0, 1]))
        means = pd.Series(ranks).groupby(values.to_numpy()).transform("mean").to_numpy()
        return float(np.sqrt(means.var() / ranks.var()))
    classes = pd.factorize(target)[0]
    if target.nunique() == 2:
        order = values.rank().to_numpy() if number else pd.Series(classes).groupby(values.to_numpy()).transform("mean").rank()
        ranks, ones = np.asarray(order, dtype=float), classes == 1
        n1, n0 = int(ones.sum()), int((~ones).sum())
        area = (ranks[ones].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)
        return float(abs(2 * area - 1))
    codes = pd.qcut(values, _MOST_LEVELS, labels=False, duplicates="drop") if number and values.nunique() > 20 else values
    counts = pd.crosstab(codes.to_numpy(), classes).to_numpy()
    base = counts.sum(axis=0).max()
    return float((counts.max(axis=1).sum() - base) / (counts.sum() - base))


def _code(values: pd.Series, target: pd.Series, kind: str) -> str | None:
    perfect = 2 * _ALMOST_PERFECT - 1
    if kind in ("number", "category") and association(values, target) >= perfect:
        return "leak"
    if kind == "category" and values.nunique() <= _MOST_LEVELS and values.dropna().astype(str).str.contains(_WORDS).any():
        return "leak_words"
    gaps = values.isna()
    # Missing or not, as with a date of death; both must be frequent, or one patient would be proof.
    if min(gaps.sum(), (~gaps).sum()) >= 5 and association(gaps.astype(float), target) >= perfect:
        return "leak_gap"
    return None


def _siblings(table: PatientTable, target: str, frame: pd.DataFrame) -> frozenset[str]:
    """Columns of 0 and 1 in one row beside a target of 0 and 1, each going together with it: tests of one kind."""
    if frame[target].nunique() != 2:
        return frozenset()
    names, here = table.schema.names, table.schema.names.index(target)
    found = set()
    for step in (-1, 1):
        position = here + step
        while 0 <= position < len(names):
            values = frame[names[position]]
            same_values = set(values.dropna().unique()) == set(frame[target].unique())
            if not same_values or _phi(values, frame[target]) < _SIBLING:
                break
            found.add(names[position])
            position += step
    return frozenset(found)


def _phi(values: pd.Series, target: pd.Series) -> float:
    both = values.notna()
    first = (values[both] == target.max()).to_numpy(float)
    second = (target[both] == target.max()).to_numpy(float)
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return abs(float(np.corrcoef(first, second)[0, 1]))


def _decides_treatment(frame: pd.DataFrame, names: list[str], treatment: str, table: PatientTable) -> list[Notice]:
    arms = frame[treatment].map(str, na_action="ignore")
    return [
        notice("treatment_decided_by", Place(None, name), None, column=name)
        for name in names
        if table.schema[name].kind in ("number", "category") and association(frame[name], arms) >= 2 * _ALMOST_PERFECT - 1
    ]
