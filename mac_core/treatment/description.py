"""Everything that a comparison says about its cohort, from predictions by models that did not see the patient."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from mac_core.errors import refuse
from mac_core.treatment.advice import amount, cohort_verdict
from mac_core.treatment.average_effects import average_effects
from mac_core.treatment.benefit import by_fourths
from mac_core.treatment.cohort import ArmCohort
from mac_core.treatment.harm import compare_harm
from mac_core.treatment.heterogeneity import Heterogeneity, heterogeneity, sequential_test, too_few
from mac_core.treatment.observation import observed_probability
from mac_core.treatment.overlap import UNSUPPORTED, floors, overlap
from mac_core.treatment.patient_effects import Covariates, Expectations, PatientEffects, blend_weight, with_level
from mac_core.treatment.policy import policy_gains, policy_values, resampled_sums, same_arm_first
from mac_core.treatment.ranges import conformal_radius
from mac_core.treatment.scores import aipw_scores, unseen_variance
from mac_core.treatment.sensitivity import sensitivity
from mac_core.treatment.similar_groups import SimilarGroups
from mac_core.treatment.stability import ResampledLinear

__all__ = ["blended", "describe", "inside", "treated_alike", "verdict_options"]


def describe(comparison: Any, cohort: ArmCohort, joint: np.ndarray, seeds: list[int], *, harm: Any = None) -> None:
    """Set everything that is said about the cohort on the comparison.

    Parameters
    ----------
    comparison : TreatmentComparison
        With its models fitted.
    cohort : ArmCohort
    joint : ndarray, shape (n, arms)
        What the joint model expects, by models that did not see the patient.
    seeds : list of int
        Five.
    harm : array-like or None, shape (n,)
    """
    arm, outcome, observed, clusters = cohort.arm, cohort.outcome, cohort.observed, cohort.clusters
    honest, count = comparison.assignment_.honest, len(comparison.arms_)
    per_arm, own = comparison.models_.expected, (np.flatnonzero(observed), arm[observed])
    comparison.blend_ = blend_weight(per_arm[own], joint[own], outcome[observed])
    expectations = blended(comparison, per_arm, joint)
    judgement = comparison.support_.judge(cohort.X, honest if comparison.design == "routine" else None, clusters=clusters)
    usable = judgement.support != UNSUPPORTED
    if not any((usable[:, a] & usable[:, b]).sum() >= 10 for a in range(count) for b in range(a)):
        raise refuse("no_overlap")
    clipped = np.maximum(honest, floors(comparison.assignment_.shares))
    Z = Covariates(cohort.X).encode(cohort.X)
    seen = observed_probability(Z, arm, observed, clusters, seed=seeds[1])
    scores = aipw_scores(expectations.blend, clipped * seen[:, None], arm, outcome)
    # What stands for the outcome of those who have none: what is expected under the arm that they got.
    filled = np.where(observed, outcome, expectations.blend[np.arange(len(arm)), arm])
    comparison.scores_ = scores
    comparison.observed_share_ = pd.Series(
        [observed[arm == a].mean() for a in range(count)], index=comparison.missing_outcome_.index
    )
    comparison.overlap_ = overlap(cohort.X, arm, honest, clipped, judgement, cohort.missing, comparison.arms_)
    unseen = _unseen(comparison, cohort)
    comparison.average_effects_ = average_effects(
        scores, usable, clusters, comparison.arms_, level=comparison.level, extra=unseen, observed=observed
    )
    comparison.removed_ = (1 - comparison.average_effects_["n"] / observed.sum()).rename("removed")
    comparison.effects_ = PatientEffects().fit(
        cohort.X,
        expectations,
        scores,
        usable,
        arm,
        outcome,
        observed,
        clusters,
        honest,
        binary=comparison.binary_,
        seed=seeds[2],
    )
    _choose(comparison, usable, clusters, filled, arm, unseen)
    comparison.resampled_ = resampled_sums(
        scores, usable, clusters, higher_is_better=comparison.higher_is_better, seed=seeds[0]
    )
    comparison.same_arm_first_ = same_arm_first(comparison.resampled_)
    comparison.heterogeneity_ = _test(comparison, cohort, Z, usable, seed=seeds[3])
    comparison.stability_ = ResampledLinear(Z, scores, clusters, seed=seeds[4]) if comparison.heterogeneity_.supported else None
    comparison.verdict_ = cohort_verdict(comparison.average_effects_, comparison.arms_, **verdict_options(comparison))
    _group(comparison, cohort, expectations, usable, clipped * seen[:, None])
    comparison.sensitivity_ = _sensitivity(comparison, cohort) if comparison.design == "routine" else None
    parts = (Z, arm, clipped, usable, clusters, comparison.arms_)
    found = None if harm is None else compare_harm(harm, *parts, level=comparison.level, seed=seeds[1])
    comparison.harm_by_arm_ = None if found is None else found.by_arm
    comparison.harm_effects_ = None if found is None else found.effects


def _choose(
    comparison: Any, usable: np.ndarray, clusters: np.ndarray, filled: np.ndarray, arm: np.ndarray, unseen: np.ndarray | None
) -> None:
    """Set what choosing by patient is worth, and what it gains over everything else."""
    sign = 1.0 if comparison.higher_is_better else -1.0
    honest, scores = comparison.effects_.honest_, comparison.scores_
    chosen = np.where(usable, sign * honest, -np.inf).argmax(axis=1)
    comparison.policy_value_ = policy_values(
        scores, usable, clusters, filled, comparison.arms_, level=comparison.level, extra=unseen, chosen=chosen
    )
    comparison.policy_gain_ = policy_gains(
        scores,
        usable,
        clusters,
        filled,
        honest,
        comparison.arms_,
        arm=arm,
        higher_is_better=comparison.higher_is_better,
        level=comparison.level,
    )


def verdict_options(comparison: Any) -> dict[str, Any]:
    """How the comparison's averages are judged, as `cohort_verdict` takes it."""
    return {
        "higher_is_better": comparison.higher_is_better,
        "smallest_difference": comparison.smallest_difference,
        "binary": comparison.binary_,
    }


def _unseen(comparison: Any, cohort: ArmCohort) -> np.ndarray | None:
    if not comparison.binary_:
        return None
    known = [cohort.outcome[cohort.observed & (cohort.arm == a)] for a in range(len(comparison.arms_))]
    return unseen_variance(np.array([y.sum() for y in known]), np.array([len(y) for y in known]), comparison.level)


def _test(comparison: Any, cohort: ArmCohort, Z: np.ndarray, usable: np.ndarray, *, seed: int) -> Heterogeneity:
    known = cohort.observed
    closed = too_few(cohort.arm[known], cohort.clusters[known], comparison.arms_)
    if closed is not None:
        return closed
    p = sequential_test(Z, comparison.scores_, usable, cohort.clusters, seed=seed)
    rows = comparison.policy_gain_.loc[["everybody"]]
    gains = [(label, *values) for label, *values in zip(comparison.arms_, rows["gain"], rows["low"], rows["high"], strict=True)]
    return heterogeneity(p, gains, level=comparison.level, amount=lambda value: amount(value, comparison.binary_))


def _group(comparison: Any, cohort: ArmCohort, expectations: Expectations, usable: np.ndarray, weight: np.ndarray) -> None:
    """Group intervals and ranges, for what is expected by patient and for what is expected when all are treated alike."""
    count, observed, clusters = len(comparison.arms_), cohort.observed, cohort.clusters
    honest = None if comparison.design == "randomised" else comparison.assignment_.honest
    per_patient = inside(comparison, with_level(expectations.blend, comparison.effects_.honest_, usable), usable)
    alike = treated_alike(comparison, expectations, honest, usable)
    comparison.radius_ = np.full(count, np.nan)
    comparison.arm_groups_, comparison.alike_groups_, comparison.pair_groups_ = [], [], {}
    events = cohort.outcome == 1
    seen = [(observed & (cohort.arm == a), observed & (cohort.arm == a) & events) for a in range(count)]
    shown = per_patient if comparison.heterogeneity_.supported else alike
    for a in range(count):
        rows, own = usable[:, a], (cohort.arm == a) & observed
        if not comparison.binary_:
            weights = 1 / weight[own, a] if comparison.design == "routine" or not observed.all() else None
            comparison.radius_[a] = conformal_radius((cohort.outcome - shown[:, a])[own], comparison.level, weights)
        for expected, groups in ((per_patient, comparison.arm_groups_), (alike, comparison.alike_groups_)):
            known = [tuple(part[rows] for part in seen[a])] if comparison.binary_ else []
            groups.append(
                SimilarGroups(expected[rows, a], comparison.scores_[rows, a], clusters[rows], comparison.level, known)
            )
        for b in range(a + 1, count):
            both = usable[:, a] & usable[:, b]
            known = [tuple(part[both] for part in seen[arm]) for arm in (a, b)] if comparison.binary_ else []
            comparison.pair_groups_[a, b] = SimilarGroups(
                per_patient[both, a] - per_patient[both, b],
                comparison.scores_[both, a] - comparison.scores_[both, b],
                clusters[both],
                comparison.level,
                known,
            )
    comparison.group_size_ = min(group.size_ for group in [*comparison.arm_groups_, *comparison.pair_groups_.values()])
    comparison.odds_limits_ = _odds_limits(comparison)
    fourths = (comparison.scores_, usable, clusters, comparison.arms_)
    comparison.benefit_calibration_ = by_fourths(None, per_patient, *fourths, level=comparison.level)
    risk = comparison.effects_.honest_risk_ if comparison.binary_ else alike.mean(axis=1)
    comparison.benefit_by_risk_ = by_fourths(risk, alike, *fourths, level=comparison.level)


def _odds_limits(comparison: Any) -> dict[tuple[int, int], Any]:
    odds = comparison.effects_.odds_
    if odds is None:
        return {}
    found = {}
    for a in range(len(comparison.arms_)):
        for b in range(a + 1, len(comparison.arms_)):
            row = comparison.average_effects_.loc[(comparison.arms_[a], comparison.arms_[b])]
            if not np.isnan(row["low"]):
                found[a, b] = odds.at_limits(a, b, (float(row["low"]), float(row["high"])))
    return found


def blended(comparison: Any, per_arm: np.ndarray, joint: np.ndarray) -> Expectations:
    """Join what the models per arm and the joint model expect."""
    return Expectations(per_arm, joint, comparison.blend_ * per_arm + (1 - comparison.blend_) * joint)


def inside(comparison: Any, expected: np.ndarray, usable: np.ndarray | None = None) -> np.ndarray:
    """Keep risks between 0 and 1, and counts from 0 on: there all of a patient's arms are raised alike.

    The differences between the arms of a count stay as they are, so that they are still those that were found on average.
    Arms that are not `usable` (m, arms) are not looked at; None: all are.
    """
    if comparison.binary_:
        return np.clip(expected, 0.0, 1.0)
    # Comparisons that were kept before counts were known have no such limit.
    least = getattr(comparison, "least_", -np.inf)
    if not np.isfinite(least):
        return expected
    lowest = (expected if usable is None else np.where(usable, expected, np.inf)).min(axis=1, keepdims=True)
    return np.asarray(expected + np.maximum(least - lowest, 0.0))


def treated_alike(comparison: Any, expectations: Expectations, propensity: np.ndarray | None, usable: np.ndarray) -> np.ndarray:
    """Outcomes under every arm when all are treated alike: one odds ratio for everybody, or one difference."""
    if comparison.effects_.odds_ is not None:
        return comparison.effects_.odds_.predict(comparison.effects_.risk(expectations, propensity))
    return inside(
        comparison, with_level(expectations.blend, comparison.effects_.constant(expectations, propensity), usable), usable
    )


def _sensitivity(comparison: Any, cohort: ArmCohort) -> pd.DataFrame:
    known = cohort.observed
    parts = [Covariates(cohort.X[[name]]).encode(cohort.X[[name]])[known] for name in cohort.X.columns]
    owners = np.repeat(np.arange(len(parts)), [part.shape[1] for part in parts])
    means = comparison.policy_value_.loc["everybody", "value"].reindex(comparison.arms_).to_numpy(dtype=float)
    return sensitivity(
        comparison.average_effects_,
        means,
        cohort.outcome[known],
        np.hstack(parts),
        cohort.arm[known],
        comparison.arms_,
        binary=comparison.binary_,
        names=[str(name) for name in cohort.X.columns],
        owners=owners,
    )
