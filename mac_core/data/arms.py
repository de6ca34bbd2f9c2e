"""The treatments that are compared: not one, not a dose, not too many, and what must be known about them."""

from __future__ import annotations

import pandas as pd

from mac_core.data.roles import Roles
from mac_core.data.schema import label_of
from mac_core.data.table import PatientTable
from mac_core.errors import Notice, Place, notice, refuse

__all__ = ["MOST_CLASSES", "check_arms", "check_dose", "notice_arms"]

MOST_CLASSES = 25
_MOST_ARMS = 6
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
    if pd.api.types.is_numeric_dtype(values.dtype) and count > (_MOST_ARMS if roles.outcome else _MOST_NUMBERS):
        raise refuse("dose", place, column=roles.treatment, count=count)
    limit = _MOST_ARMS if roles.outcome else MOST_CLASSES
    if count > limit:
        raise refuse("too_many_arms", place, column=roles.treatment, count=count, limit=limit)


def check_arms(treatment: pd.Series, roles: Roles) -> None:
    """Refuse a single arm, and an arm of a single patient.

    Raises
    ------
    InputError
    """
    counts = treatment.value_counts()
    place = Place(None, roles.treatment)
    if len(counts) == 1:
        raise refuse("one_arm", place, arm=counts.index[0])
    if counts.min() < 2:
        raise refuse("tiny_arm", place, arm=counts.idxmin(), count=int(counts.min()))


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
