"""The treatments that are compared: not one, not a dose, not too many, and what must be known about them."""

from __future__ import annotations

import pandas as pd

from mac_core.data.roles import Roles
from mac_core.data.schema import label_of, labels_of
from mac_core.data.table import PatientTable
from mac_core.errors import Notice, Place, notice, refuse

__all__ = ["FEWEST_PER_ARM", "MOST_ARMS", "MOST_CLASSES", "check_arms", "check_dose", "check_predictors", "notice_arms"]

MOST_CLASSES = 25
_HEAD = 200
MOST_ARMS = 6
FEWEST_PER_ARM = 10  # patients with an outcome
# As many different numbers are still names of treatments where none is compared with another.
_MOST_NUMBERS = 10
_SMALL_ARM = 20
# Percent of the patients of one arm without outcome, more than in another.
_GAP_BETWEEN_ARMS = 10.0


def check_dose(table: PatientTable, roles: Roles) -> None:
    """Refuse amounts of a drug, and more treatments than can be compared.

    Raises
    ------
    InputError
    """
    values = table.frame[roles.treatment].dropna()
    count = int(values.nunique())
    place = Place(None, roles.treatment)
    if pd.api.types.is_numeric_dtype(values.dtype) and count > (MOST_ARMS if roles.outcome else _MOST_NUMBERS):
        raise refuse("dose", place, column=roles.treatment, count=count)
    limit = MOST_ARMS if roles.outcome else MOST_CLASSES
    if count > limit:
        raise refuse("too_many_arms", place, column=roles.treatment, count=count, limit=limit)


def check_arms(treatment: pd.Series, roles: Roles, groups: pd.Series | None = None) -> None:
    """Refuse a single arm, and an arm with too few patients.

    Parameters
    ----------
    treatment : Series of str
        Of those with an outcome.
    roles : Roles
    groups : Series of str or None
        Whose rows they are, where a patient may have several.

    Raises
    ------
    InputError

    Examples
    --------
    >>> check_arms(pd.Series(["A"] * 12 + ["B"] * 3), Roles(treatment="drug", outcome="ill"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    mac_core.errors.InputError: Patients with an outcome who got B: 3. A comparison needs at least 10 under each treatment...
    """
    counts = treatment.value_counts() if groups is None else groups.groupby(treatment.to_numpy()).nunique()
    place = Place(None, roles.treatment)
    if len(counts) == 1:
        raise refuse("one_arm", place, arm=counts.index[0])
    if counts.min() < FEWEST_PER_ARM:
        raise refuse("tiny_arm", place, arm=counts.idxmin(), count=int(counts.min()), needed=FEWEST_PER_ARM)


def check_predictors(X: pd.DataFrame, treatment: pd.Series, outcome: pd.Series) -> None:
    """Refuse a predictor that is the treatment or the outcome under another name.

    A column that tells the arm by other words (a ward, a code) is refused by nobody here: it is a warning, and without any
    overlap the comparison says so.

    Parameters
    ----------
    X : DataFrame, shape (n, features)
    treatment, outcome : Series, shape (n,)
        The outcome as it stands in the table, or as numbers; equal gaps are equal.

    Raises
    ------
    InputError

    Examples
    --------
    >>> drug = pd.Series(["A", "B"] * 10)
    >>> check_predictors(pd.DataFrame({"group": drug}), drug, pd.Series(range(20)))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    mac_core.errors.InputError: The column group holds the treatment itself, so it ...
    """
    for name in X.columns:
        place, column = Place(None, str(name)), X[name].reset_index(drop=True)
        # The first patients tell most columns apart.
        if _same(labels_of(column.head(_HEAD)), labels_of(treatment.head(_HEAD))) and _same(
            labels_of(column), labels_of(treatment)
        ):
            raise refuse("predictor_is_treatment", place, column=name)
        if pd.api.types.is_numeric_dtype(column) == pd.api.types.is_numeric_dtype(outcome) and _same(column, outcome):
            raise refuse("predictor_is_outcome", place, column=name)


def _same(one: pd.Series, other: pd.Series) -> bool:
    left, right = one.reset_index(drop=True), other.reset_index(drop=True)
    return bool(((left == right) | (left.isna() & right.isna())).all())


def notice_arms(values: pd.Series, treatment: pd.Series, missing: pd.Series, column: str) -> list[Notice]:
    """Say what makes a comparison doubtful: numbers for names, gaps in one arm more than in another, small arms.

    Parameters
    ----------
    values : Series
        The treatment as read.
    treatment : Series of str
        The same as labels.
    missing : Series of int, index arm
        Patients without outcome.

    Examples
    --------
    >>> values = pd.Series(["A"] * 30 + ["B"] * 5)
    >>> [found.value for found in notice_arms(values, values, pd.Series({"A": 0, "B": 0}), "drug")]
    ['B']
    """
    counts = treatment.value_counts().sort_index()
    return [
        *_coded(values, column),
        *_missing_by_arm(counts, missing, column),
        *(
            notice("small_arm", Place(None, column), arm, count=int(count), arm=arm)
            for arm, count in counts.items()
            if count < _SMALL_ARM
        ),
    ]


def _coded(values: pd.Series, column: str) -> list[Notice]:
    """Numbers as names of treatments: nobody can read a result without their key."""
    if not pd.api.types.is_numeric_dtype(values.dtype):
        return []
    said = ", ".join(sorted(values.map(label_of).unique()))
    return [notice("coded_treatment", Place(None, column), None, column=column, values=said)]


def _missing_by_arm(present: pd.Series, missing: pd.Series, column: str) -> list[Notice]:
    share = {str(arm): 100 * missing[arm] / (missing[arm] + present[arm]) for arm in missing.index}
    worst, best = max(share, key=lambda arm: share[arm]), min(share, key=lambda arm: share[arm])
    if share[worst] - share[best] < _GAP_BETWEEN_ARMS:
        return []
    high, low = f"{share[worst]:.0f}", f"{share[best]:.0f}"
    return [notice("missing_by_arm", Place(None, column), None, arm=worst, other=best, high=high, low=low)]
