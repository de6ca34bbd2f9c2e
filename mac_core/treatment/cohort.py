"""The patients of a comparison, checked: arms by position, outcome as numbers, who is who."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mac_core.data.arms import FEWEST_PER_ARM, MOST_ARMS, check_predictors
from mac_core.errors import refuse

__all__ = ["ArmCohort", "make_arm_cohort"]


@dataclass(frozen=True)
class ArmCohort:
    """Patients with a known treatment.

    Attributes
    ----------
    X : DataFrame, shape (n, features)
        Index 0..n-1, columns as text.
    arms : list
        Labels, sorted by their text.
    arm : ndarray of int, shape (n,)
        Position among `arms`.
    outcome : ndarray of float, shape (n,)
        NaN where it was not observed.
    observed : ndarray of bool, shape (n,)
        Whether there is an outcome.
    clusters : ndarray of int, shape (n,)
        Which patient each row belongs to.
    missing : ndarray of int, shape (arms,)
        Rows without outcome.
    binary : bool
        The outcome is 0 or 1.
    """

    X: pd.DataFrame
    arms: list[Any]
    arm: np.ndarray
    outcome: np.ndarray
    observed: np.ndarray
    clusters: np.ndarray
    missing: np.ndarray
    binary: bool


def make_arm_cohort(X: Any, treatment: Any, outcome: Any, groups: Any = None) -> ArmCohort:
    """Check what a comparison is given.

    Parameters
    ----------
    X : DataFrame or array, shape (n, features)
    treatment, outcome : array-like, shape (n,)
    groups : array-like or None, shape (n,)
        Patient ids; a missing id is a patient of its own.

    Returns
    -------
    ArmCohort

    Raises
    ------
    InputError
        Codes lengths_differ, treatment_unknown, not_a_number, one_arm, too_many_arms, arm_without_outcome, tiny_arm, one_class,
        predictor_is_treatment, predictor_is_outcome.

    Examples
    --------
    >>> cohort = make_arm_cohort(np.zeros((22, 1)), [2, 10] * 11, [0, 1, 1, 0] * 5 + [1, np.nan])
    >>> cohort.arms, cohort.missing.tolist(), cohort.binary
    ([10, 2], [1, 0], True)
    """
    frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X))
    frame = frame.rename(columns=str).reset_index(drop=True).infer_objects()
    given = pd.Series(np.asarray(treatment, dtype=object))
    lengths = {"patients": len(frame), "treatments": len(given), "outcomes": len(outcome)}
    if groups is not None:
        lengths["patient identifiers"] = len(groups)
    if len(set(lengths.values())) > 1:
        raise refuse("lengths_differ", lengths=", ".join(f"{count} {name}" for name, count in lengths.items()))
    if given.isna().any():
        raise refuse("treatment_unknown", count=int(given.isna().sum()))
    # An outcome that no arm can be compared on is said first: with it, nothing else can be judged.
    numbers = _numbers(outcome)
    arms = sorted(given.unique().tolist(), key=str)
    if len(arms) < 2:
        raise refuse("one_arm", arm=arms[0] if arms else "-")
    if len(arms) > MOST_ARMS:
        raise refuse("too_many_arms", column="The treatment", count=len(arms), limit=MOST_ARMS)
    arm = given.map({label: position for position, label in enumerate(arms)}).to_numpy(dtype=int)
    known = ~np.isnan(numbers)
    patients = pd.Series(np.arange(len(frame)), dtype=object) if groups is None else pd.Series(np.asarray(groups, dtype=object))
    clusters, _ = pd.factorize(patients)
    alone = clusters < 0
    clusters[alone] = clusters.max(initial=-1) + 1 + np.arange(alone.sum())
    for a, label in enumerate(arms):
        count = len(np.unique(clusters[known & (arm == a)]))
        if count == 0:
            raise refuse("arm_without_outcome", arm=label)
        if count < FEWEST_PER_ARM:
            raise refuse("tiny_arm", count=count, arm=label, needed=FEWEST_PER_ARM)
    if np.ptp(numbers[known]) == 0:
        raise refuse("one_class", column="the outcome", value=f"{numbers[known][0]:g}")
    check_predictors(frame, given, pd.Series(numbers))
    return ArmCohort(
        frame,
        arms,
        arm,
        numbers,
        known,
        clusters,
        np.bincount(arm[~known], minlength=len(arms)),
        bool(np.isin(numbers[known], (0.0, 1.0)).all()),
    )


def _numbers(outcome: Any) -> np.ndarray:
    column = pd.Series(outcome.to_numpy() if isinstance(outcome, pd.Series) else np.asarray(outcome, dtype=object))
    try:
        numbers = pd.to_numeric(column).to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise refuse("not_a_number", column="The outcome") from None
    if np.isinf(numbers).any():
        raise refuse("infinite_outcome", count=int(np.isinf(numbers).sum()))
    return np.asarray(numbers)
