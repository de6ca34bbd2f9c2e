"""One comparison, judged by the truth: what a row of the results holds.

Names that begin with "held:" are pairs [intervals that held the truth, intervals asked]; everything else is a number.
"""

from __future__ import annotations

import time
from collections import defaultdict
from itertools import combinations
from typing import Any
from unittest import mock

import numpy as np
from scipy.special import ndtr

from benchmarks.treatments.gains import judge_choice
from benchmarks.treatments.trials import Trial
from mac_core import MACClassifier, MACRegressor, TreatmentComparison
from mac_core.treatment import description, patient_effects
from mac_core.treatment.average_effects import average_effects
from mac_core.treatment.cohort import make_arm_cohort
from mac_core.treatment.contrast_learners import RidgeContrasts
from mac_core.treatment.heterogeneity import Heterogeneity
from mac_core.treatment.joint import fit_joint
from mac_core.treatment.outcomes import fit_outcomes
from mac_core.treatment.overlap import Support, floors
from mac_core.treatment.patient_effects import blend_weight
from mac_core.treatment.propensity import fit_assignment
from mac_core.treatment.scores import aipw_scores
from mac_core.treatment.similar_groups import SimilarGroups

__all__ = ["LIGHT", "averages_only", "fit", "measure", "odds_only", "peer"]

LIGHT = ("logistic_regression", "bent_lines")
"""Two learners and five subtasks, for what needs hundreds of comparisons."""


class _Remembering(SimilarGroups):
    """Groups that remember which patient stands where, so that the truth of a group can be known."""

    def __init__(self, expected: np.ndarray, *args: Any, **options: Any) -> None:
        super().__init__(expected, *args, **options)
        self.order_ = np.argsort(expected, kind="stable")


def models_for(trial: Trial, light: bool) -> dict[str, Any]:
    """MAC estimators: the default settings, or light ones."""
    binary = set(np.unique(trial.outcome[~np.isnan(trial.outcome)])) <= {0.0, 1.0}
    options: dict[str, Any] = {"learners": LIGHT, "n_subtasks": 5} if light else {}
    return {"outcome": (MACClassifier if binary else MACRegressor)(**options), "treatment": MACClassifier(**options)}


def fit(trial: Trial, seed: int, *, light: bool, **options: Any) -> TreatmentComparison:
    """Fit one comparison on a trial."""
    comparison = TreatmentComparison(models_for(trial, light), design=trial.design, random_state=seed, **options)
    with mock.patch.object(description, "SimilarGroups", _Remembering):
        return comparison._fit(trial.X, trial.arm, trial.outcome, site=trial.site)


def measure(trial: Trial, seed: int, *, light: bool = False, **options: Any) -> dict[str, Any]:
    """Fit one comparison, and judge everything that it says by the truth.

    Parameters
    ----------
    trial : Trial
    seed : int
    light : bool
        `LIGHT` learners instead of all.
    **options
        Of `TreatmentComparison`.

    Returns
    -------
    dict
    """
    begun = time.process_time()
    comparison = fit(trial, seed, light=light, **options)
    seconds = time.process_time() - begun
    found: dict[str, Any] = {"seconds": seconds, "open": float(comparison.heterogeneity_.supported)}
    found["p"] = float(comparison.heterogeneity_.p)
    judgement = comparison.support_.judge(
        trial.X, None if trial.design == "randomised" else comparison.assignment_.honest, clusters=np.arange(len(trial.X))
    )
    usable = judgement.support != "unsupported"
    found["unsupported"], found["thin"] = float((~usable).mean()), float((judgement.support == "thin").mean())
    # The new patients are read once for everything that is asked about them: half of the time otherwise.
    new = comparison._read(trial.X_new)
    comparison._read = lambda X: new
    answers = comparison.answers(trial.X_new)
    held: dict[str, list[float]] = defaultdict(lambda: [0, 0])
    _averages(comparison, trial, usable, held)
    sign = 1.0 if comparison.higher_is_better else -1.0
    judge_choice(comparison.effects_.honest_, usable, comparison.policy_value_, comparison.policy_gain_, trial, sign, held)
    found["gain shown"] = float((comparison.policy_gain_.loc[["everybody"], "low"] > 0).all())
    _patients(comparison, trial, usable, answers, held)
    found |= _errors(comparison, trial)
    found |= _advice(comparison, trial, answers)
    return {**found, **{f"held:{name}": pair for name, pair in sorted(held.items())}}


def _count(held: dict[str, list[float]], name: str, hits: Any) -> None:
    hits = np.atleast_1d(hits)
    held[name][0] += int(np.sum(hits)) if hits.dtype == bool else round(float(np.sum(hits)), 4)
    held[name][1] += int(hits.size)


def _inside(row: Any, truth: float) -> bool:
    return bool(row["low"] - 1e-12 <= truth <= row["high"] + 1e-12)


def _averages(comparison: Any, trial: Trial, usable: np.ndarray, held: dict[str, list[float]]) -> None:
    """Average differences: of the patients that they refer to, who are those supported in both arms."""
    for a, b in combinations(range(usable.shape[1]), 2):
        row = comparison.average_effects_.loc[(comparison.arms_[a], comparison.arms_[b])]
        both = usable[:, a] & usable[:, b]
        if both.sum() > 1:
            _count(held, "averages", _inside(row, (trial.truth[both, a] - trial.truth[both, b]).mean()))


def _patients(comparison: Any, trial: Trial, usable: np.ndarray, answers: Any, held: dict[str, list[float]]) -> None:
    """Intervals and ranges shown for new patients: the group's for the group's truth, the range for new outcomes."""
    count, m = trial.truth.shape[1], len(trial.X_new)
    table = answers.outcomes
    shown, support = (table[name].to_numpy().reshape(m, count) for name in ("outcome", "support"))
    low, high = (table[name].to_numpy().reshape(m, count) for name in ("low", "high"))
    range_low, range_high = (table[name].to_numpy().reshape(m, count) for name in ("range_low", "range_high"))
    level = np.nanmean(np.where(np.isnan(shown), trial.truth_new, shown), axis=1)
    fifth = np.searchsorted(np.quantile(level, [0.2, 0.4, 0.6, 0.8]), level) + 1
    opened = comparison.heterogeneity_.supported
    for a in range(count):
        known = ~np.isnan(shown[:, a])
        if not known.any():
            continue
        group = (comparison.arm_groups_ if opened else comparison.alike_groups_)[a]
        means = group_means(group, trial.truth[usable[:, a], a], shown[known, a])
        kept = (low[known, a] - 1e-9 <= means) & (means <= high[known, a] + 1e-9)
        _by(held, "group of an arm", kept, a, support[known, a], fifth[known])
        single = (low[known, a] <= trial.truth_new[known, a]) & (trial.truth_new[known, a] <= high[known, a])
        _count(held, "group of an arm, single patient's truth", single)
        if not comparison.binary_ and not np.isnan(comparison.radius_[a]):
            # Noise has spread 1 in all trials: how probable it is that the range holds a new outcome, instead of one draw.
            kept = ndtr(range_high[known, a] - trial.truth_new[known, a]) - ndtr(
                range_low[known, a] - trial.truth_new[known, a]
            )
            _by(held, "range", kept, a, support[known, a], fifth[known])
    table = comparison.differences(trial.X_new)
    for (a, b), group in comparison.pair_groups_.items():
        rows = table.xs((comparison.arms_[a], comparison.arms_[b]), level=("arm", "against"))
        known = rows["difference"].notna().to_numpy()
        both = usable[:, a] & usable[:, b]
        if not known.any() or both.sum() < 2:
            continue
        truth = trial.truth[both, a] - trial.truth[both, b]
        means = group_means(group, truth, rows["difference"].to_numpy()[known])
        kept = (rows["low"].to_numpy()[known] - 1e-9 <= means) & (means <= rows["high"].to_numpy()[known] + 1e-9)
        thin = np.where((support[:, [a, b]] == "supported").all(axis=1), "supported", "thin")[known]
        _by(held, "group of a difference", kept, f"{a}-{b}", thin, fifth[known])
        single = trial.truth_new[known, a] - trial.truth_new[known, b]
        kept = (rows["low"].to_numpy()[known] <= single) & (single <= rows["high"].to_numpy()[known])
        _count(held, "group of a difference, single patient's truth", kept)
    if comparison.binary_:
        _risks(comparison, trial, answers, held)


def _by(held: dict[str, list[float]], name: str, kept: np.ndarray, arm: Any, support: np.ndarray, fifth: np.ndarray) -> None:
    _count(held, name, kept)
    _count(held, f"{name}, arm {arm}", kept)
    for word in np.unique(support):
        _count(held, f"{name}, {word}", kept[support == word])
    for number in np.unique(fifth):
        _count(held, f"{name}, fifth {number}", kept[fifth == number])


def group_means(group: Any, truth: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """True mean of the group of each asked value, shape (m,); `truth` is of the patients among whom groups are formed."""
    sums = np.concatenate([[0.0], np.cumsum(truth[group.order_])])
    start, end = group.windows(asked).T
    return np.asarray((sums[end] - sums[start]) / (end - start))


def _risks(comparison: Any, trial: Trial, answers: Any, held: dict[str, list[float]]) -> None:
    """Differences in risk that are shown for binary outcomes, against each patient's own."""
    rows = answers.differences.xs((comparison.arms_[1], comparison.arms_[0]), level=("arm", "against"))
    truth = trial.truth_new[:, 1] - trial.truth_new[:, 0]
    known = rows["difference"].notna().to_numpy()
    kept = ((rows["low"].to_numpy() <= truth) & (truth <= rows["high"].to_numpy()))[known]
    base = trial.truth_new[:, 0]
    fifth = np.searchsorted(np.quantile(base, [0.2, 0.4, 0.6, 0.8]), base) + 1
    _count(held, "risk difference", kept)
    for number in range(1, 6):
        own = fifth[known] == number
        _count(held, f"risk difference, fifth {number}", kept[own])
        gap = 100 * (rows["difference"].to_numpy()[known] - truth[known])[own]
        held[f"bias per 100, fifth {number}"] = [float(gap.sum()), int(own.sum())]


def odds_only(trial: Trial, seed: int) -> dict[str, Any]:
    """The differences in risk by one odds ratio alone: the same models and intervals, without what does not touch them.

    The test of heterogeneity is left out (advice by patient stays closed), and the stack's trees are no trees.
    """
    light = {"ForestContrasts": lambda seed: RidgeContrasts(), "BoostedContrasts": lambda seed: RidgeContrasts()}
    closed = mock.patch.object(description, "_test", lambda *_, **__: Heterogeneity(np.nan, False, ""))
    begun = time.process_time()
    with closed, mock.patch.multiple(patient_effects, **light):
        comparison = fit(trial, seed, light=True, higher_is_better=False)
    answers = comparison.answers(trial.X_new)
    held: dict[str, list[float]] = defaultdict(lambda: [0, 0])
    _risks(comparison, trial, answers, held)
    return {"seconds": time.process_time() - begun, **{f"held:{name}": pair for name, pair in sorted(held.items())}}


def _pairs_of(values: np.ndarray) -> np.ndarray:
    return values[:, 1:] - values[:, :1]


def _errors(comparison: Any, trial: Trial) -> dict[str, float]:
    """PEHE and regret of the differences by patient.

    As shown: where an arm has no number, the average stands, and only supported arms can be chosen. Everybody: the stack's
    differences, though some are not shown.
    """
    average = comparison.effects_.average_ - comparison.effects_.average_[0]
    found = comparison._read(trial.X_new)
    potential = comparison.effects_.predict(found.frame, found.expectations, found.propensity)
    shown = comparison.outcomes(trial.X_new)["outcome"].to_numpy().reshape(len(trial.X_new), -1)
    differences = np.where(np.isnan(_pairs_of(shown)), average[1:], _pairs_of(shown))
    sign = 1.0 if comparison.higher_is_better else -1.0
    truth, rows = sign * trial.truth_new, np.arange(len(shown))
    advised = np.where(found.usable, sign * potential, -np.inf).argmax(axis=1)
    everybody = int(np.argmax(sign * average))
    gated = advised if comparison.heterogeneity_.supported else np.full(len(shown), everybody)
    best = truth.max(axis=1)
    return {
        "PEHE": float(np.sqrt(np.mean((differences - _pairs_of(trial.truth_new)) ** 2))),
        "PEHE, everybody": float(np.sqrt(np.mean((_pairs_of(potential) - _pairs_of(trial.truth_new)) ** 2))),
        "PEHE, average for all": float(np.sqrt(np.mean((average[1:] - _pairs_of(trial.truth_new)) ** 2))),
        "regret": float(np.mean(best - truth[rows, advised])),
        "regret, everybody": float(np.mean(best - truth[rows, (sign * potential).argmax(axis=1)])),
        "regret, gated": float(np.mean(best - truth[rows, gated])),
        "regret, average for all": float(np.mean(best - truth[:, everybody])),
    }


def _advice(comparison: Any, trial: Trial, answers: Any) -> dict[str, float]:
    """Verdicts for new patients: firm ones, wrong ones (another arm is truly better, or no arm is), and abstentions."""
    advice = answers.advice
    sign = 1.0 if comparison.higher_is_better else -1.0
    truth, rows = sign * trial.truth_new, np.arange(len(advice))
    firm = (advice["verdict"] == "arm").to_numpy()
    individual = firm & advice["individual"].to_numpy()
    chosen = np.array([comparison.arms_.index(arm) if arm == arm else 0 for arm in advice["arm"]])
    worse = truth[rows, chosen] < truth.max(axis=1) - 1e-9
    alike = np.ptp(truth, axis=1) < 1e-9
    average = sign * trial.truth.mean(axis=0)
    misled = np.ptp(average) < 1e-9 or int(chosen[firm][0] if firm.any() else 0) != int(average.argmax())
    supported = (answers.outcomes["support"].to_numpy().reshape(len(advice), -1) == "supported").all(axis=1)
    away = comparison.verdict_.verdict != "cannot_tell" and not comparison.heterogeneity_.supported
    abstained = (advice["verdict"] == "cannot_tell").to_numpy()
    found = {
        "firm": float(firm.mean()),
        "firm, individual": float(individual.mean()),
        "firm, individual, wrong": float((individual & (worse | alike)).mean()),
        "firm, individual, regret": float(np.where(individual, truth.max(axis=1) - truth[rows, chosen], 0.0).mean()),
        "firm for all": float((firm & ~individual).mean()),
        "firm for all, wrong on average": float((firm & ~individual).mean() * misled),
        "abstained": float(abstained.mean()),
    }
    if away and supported.any():
        found["abstained where supported"] = float(abstained[supported].mean())
    if {"a", "age"} <= set(trial.X_new):
        old = (trial.X_new["age"] > 70).to_numpy()
        found["advised above 70"] = float((firm & old & (chosen == 2)).mean())
        young = ~old & supported
        found["not advised below 70, all supported"] = float((~firm)[young].mean()) if young.any() else np.nan
        found["all supported below 70"] = float(supported[~old].mean())
    return found


def averages_only(trial: Trial, seed: int, *, light: bool = True) -> dict[str, Any]:
    """The average differences alone: the same models, scores and intervals, without what does not touch them."""
    from sklearn.utils import check_random_state

    seeds = check_random_state(seed).randint(np.iinfo(np.int32).max, size=2)
    models = models_for(trial, light)
    models["outcome"].set_params(random_state=int(seeds[0]))
    models["treatment"].set_params(random_state=int(seeds[1]))
    begun = time.process_time()
    cohort = make_arm_cohort(trial.X, trial.arm, trial.outcome, None)
    count = len(cohort.arms)
    shares = np.bincount(cohort.arm) / len(cohort.arm)
    honest = np.tile(shares, (len(cohort.arm), 1))
    routine = trial.design == "routine"
    if routine:
        honest = fit_assignment(models["treatment"], cohort.X, cohort.arm, cohort.clusters, randomised=False).honest
    parts = (models["outcome"], cohort.X, cohort.arm, cohort.outcome)
    per_arm = fit_outcomes(*parts, cohort.clusters, count, observed=cohort.observed).expected
    _, joint = fit_joint(*parts, cohort.observed, cohort.clusters, count)
    joint = np.where(np.isnan(joint), per_arm, joint)
    own = np.arange(len(cohort.arm)), cohort.arm
    weight = blend_weight(per_arm[own], joint[own], cohort.outcome)
    expected = weight * per_arm + (1 - weight) * joint
    judge = Support(cohort.X, cohort.arm, cohort.clusters, cohort.arms)
    usable = judge.judge(cohort.X, honest if routine else None, clusters=cohort.clusters).support != "unsupported"
    scores = aipw_scores(expected, np.maximum(honest, floors(shares)), cohort.arm, cohort.outcome)
    effects = average_effects(scores, usable, cohort.clusters, cohort.arms)
    row = effects.loc[(cohort.arms[1], cohort.arms[0])]
    both = usable.all(axis=1)
    truth = float((trial.truth[both, 1] - trial.truth[both, 0]).mean()) if both.any() else np.nan
    return {
        "seconds": time.process_time() - begun,
        "held:averages": [int(_inside(row, truth)), 1],
        "error": float(row["difference"] - truth),
        "half width": float(row["high"] - row["low"]) / 2,
        "unsupported": float((~usable).mean()),
    }


def peer(trial: Trial, seed: int) -> dict[str, float]:
    """Measure econml's CausalForestDML, untuned, on the same trial; empty where it is not installed."""
    try:
        from econml.dml import CausalForestDML
    except ImportError:
        return {}
    begun = time.process_time()
    forest = CausalForestDML(discrete_treatment=True, random_state=seed, n_jobs=1)
    forest.fit(trial.outcome, trial.arm, X=trial.X.to_numpy(dtype=float))
    seconds = time.process_time() - begun
    new = trial.X_new.to_numpy(dtype=float)
    found = np.column_stack([forest.effect(new, T0=0, T1=a) for a in range(1, trial.truth.shape[1])])
    advised = np.column_stack([np.zeros(len(found)), found]).argmax(axis=1)
    truth = trial.truth_new
    return {
        "seconds": seconds,
        "PEHE": float(np.sqrt(np.mean((found - _pairs_of(truth)) ** 2))),
        "regret": float(np.mean(truth.max(axis=1) - truth[np.arange(len(found)), advised])),
    }
