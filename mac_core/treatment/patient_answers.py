"""What a fitted comparison says about patients: by patient, and as if all patients were alike."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mac_core.treatment.advice import CohortVerdict, advise_individually, advise_patients, verdict_among
from mac_core.treatment.description import blended, inside, treated_alike, verdict_options
from mac_core.treatment.overlap import THIN, UNSUPPORTED, Judgement
from mac_core.treatment.patient_effects import Expectations, with_level
from mac_core.treatment.patient_tables import Limits, both_ways, group_limits, outcome_table, widened
from mac_core.treatment.policy import same_arm_first
from mac_core.treatment.ranges import radius_where_thin
from mac_core.treatment.similar_groups import SimilarGroups

__all__ = ["Patients", "advice_table", "by_patient", "for_all", "outcomes_of", "read_patients"]


class Patients(NamedTuple):
    """New patients, and what the models say about them."""

    rows: pd.Index
    frame: pd.DataFrame
    propensity: np.ndarray | None
    judgement: Judgement
    usable: np.ndarray
    expectations: Expectations


def read_patients(comparison: Any, frame: pd.DataFrame) -> Patients:
    """Ask the models about patients, once for everything that is said about them."""
    propensity = comparison.assignment_.predict(frame)
    judgement = comparison.support_.judge(frame, propensity)
    plain = frame.reset_index(drop=True)
    expectations = blended(comparison, comparison.models_.predict(plain), comparison.joint_.predict(plain))
    return Patients(frame.index, plain, propensity, judgement, judgement.support != UNSUPPORTED, expectations)


def by_patient(comparison: Any, found: Patients) -> tuple[np.ndarray, Limits]:
    """Expected outcomes by the stack, NaN where unsupported, and the limits of all differences."""
    potential = comparison.effects_.predict(found.frame, found.expectations, found.propensity)
    expected = inside(comparison, with_level(found.expectations.blend, potential, found.usable), found.usable)
    shown = np.where(found.usable, expected, np.nan)
    return shown, group_limits(shown, comparison.pair_groups_)


def for_all(comparison: Any, found: Patients) -> tuple[np.ndarray, Limits]:
    """The same when all patients are treated alike; limits are those of the averages."""
    expected = treated_alike(comparison, found.expectations, found.propensity, found.usable)
    shown = np.where(found.usable, expected, np.nan)
    limits = {}
    risk = None if comparison.effects_.odds_ is None else comparison.effects_.risk(found.expectations, found.propensity)
    for a in range(len(comparison.arms_)):
        for b in range(a + 1, len(comparison.arms_)):
            value = shown[:, a] - shown[:, b]
            row = comparison.average_effects_.loc[(comparison.arms_[a], comparison.arms_[b])]
            low, high = (np.full(len(value), float(row[end])) for end in ("low", "high"))
            if risk is not None and (a, b) in comparison.odds_limits_:
                ends = comparison.odds_limits_[a, b]
                low, high = comparison.effects_.odds_.interval(a, b, risk, ends, comparison.level)
            limits[a, b] = widened(low, high, value)
    return shown, both_ways(limits)


def outcomes_of(comparison: Any, found: Patients, shown: np.ndarray, groups: list[SimilarGroups]) -> pd.DataFrame:
    """As `TreatmentComparison.outcomes`."""
    limits = (0.0, 1.0) if comparison.binary_ else (getattr(comparison, "least_", -np.inf), np.inf)
    support, apart = found.judgement.support, found.expectations.per_arm - found.expectations.joint
    radius = radius_where_thin(comparison.radius_, support == THIN, apart, comparison.level)
    return outcome_table(found.rows, comparison.arms_, shown, support, groups, radius, limits=limits)


def advice_table(comparison: Any, found: Patients, known: tuple[np.ndarray, Limits] | None = None) -> pd.DataFrame:
    """The verdict for each patient, as `TreatmentComparison.advise`; `known` is what `by_patient` gave, if asked before."""
    if comparison.stability_ is None:
        parts = (comparison.verdict_, found.judgement, found.rows, comparison.arms_, comparison.same_arm_first_)
        return advise_patients(*parts, among=lambda arms: _among(comparison, arms))
    shown, limits = by_patient(comparison, found) if known is None else known
    sign = 1.0 if comparison.higher_is_better else -1.0
    Z = comparison.effects_.covariates_.encode(found.frame)
    first = comparison.stability_.first(Z, np.nan_to_num(shown), found.usable, sign=sign)
    return advise_individually(
        shown,
        limits,
        found.judgement,
        found.rows,
        comparison.arms_,
        first,
        **verdict_options(comparison),
    )


def _among(comparison: Any, arms: tuple[int, ...]) -> tuple[CohortVerdict, float]:
    """What the averages say of some of the arms, and in how many resamples the same one of them comes first."""
    found = verdict_among(comparison.average_effects_, comparison.arms_, arms, **verdict_options(comparison))
    # Comparisons of before kept no resamples.
    sums = getattr(comparison, "resampled_", None)
    return found, float("nan") if sums is None else same_arm_first(sums, arms)
