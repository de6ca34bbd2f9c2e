"""`TreatmentComparison`: what is expected under each treatment, how far the treatments differ, and what may be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from mac_core.errors import Notice, Place, notice, refuse
from mac_core.treatment.advice import advise_patients, cohort_verdict
from mac_core.treatment.average_effects import average_effects
from mac_core.treatment.cohort import ArmCohort, make_arm_cohort
from mac_core.treatment.heterogeneity import NOT_TESTED
from mac_core.treatment.outcomes import ConstantOutcome, fit_outcomes
from mac_core.treatment.overlap import UNSUPPORTED, Support, floors, overlap
from mac_core.treatment.patient_tables import difference_table, outcome_table
from mac_core.treatment.policy import policy_values, same_arm_first
from mac_core.treatment.propensity import fit_assignment
from mac_core.treatment.ranges import conformal_radius
from mac_core.treatment.scores import aipw_scores
from mac_core.treatment.similar_groups import SimilarGroups
from mac_core.treatment.steps import OnStep, Steps

__all__ = ["Answers", "TreatmentComparison"]


@dataclass(frozen=True)
class Answers:
    """`outcomes`, `differences` and `advice` of the same patients, from one pass through the models."""

    outcomes: pd.DataFrame
    differences: pd.DataFrame
    advice: pd.DataFrame


class TreatmentComparison(BaseEstimator):
    """Compare two to six treatments on one outcome, for a cohort and for single patients.

    One MAC outcome model per arm and a MAC model of who got which arm give doubly robust scores, one per patient and arm. Their
    averages are the differences between the arms; their averages over similar patients are the group's intervals. All numbers
    about the cohort rest on predictions by models that did not see the patient. Nothing depends on which arm is the reference.

    Individual advice is closed in this version: the verdict rests on the averages and is the same for everybody.

    Parameters
    ----------
    model : MACClassifier, MACRegressor, mapping or None
        The MAC estimator that is cloned: a classifier serves the treatment and a binary outcome, a regressor a numeric one; for
        what it cannot serve, and with None, the default settings are used. ``{"outcome": ..., "treatment": ...}`` names both.
        Whatever its settings, subtasks are k-fold and grouped by patient: other drawings would predict another population.
    design : {"routine", "randomised"}
        How treatment was decided. Randomised: the arms' shares are the propensity, and it is checked that nothing predicts the
        arm.
    reference : label or None
        The arm that pages compare with. No number depends on it.
    higher_is_better : bool
    smallest_difference : float
        The smallest difference that would matter, in the outcome's unit (binary: a risk, 0 to 1).
    level : float
        Coverage of all intervals, 0 to 1.
    n_jobs : int or None
        Workers; overrides the model's where it is given. Results do not depend on it.
    random_state : int, RandomState or None

    Attributes
    ----------
    arms_ : list
        Labels, sorted by their text.
    reference_ : label
        `reference`, or the first arm.
    average_effects_ : DataFrame
        MultiIndex (arm, against), every ordered pair: difference, low, high, n. Over the patients supported in both arms,
        standard errors clustered by patient.
    missing_outcome_ : Series
        By arm, how many patients have no outcome. They are left out of the outcome models and of all averages; weighting for
        them comes later, so if outcomes are missing for a reason, the averages describe the others only.
    overlap_ : Overlap
        Per arm: n, effective sample size, shares outside [.05, .95], clipped probabilities, support; and covariate balance.
    removed_ : Series
        MultiIndex (arm, against): share of patients left out of the average since one of the two arms is unsupported for them.
    randomisation_ : RandomisationCheck or None
        None in routine care.
    policy_value_ : DataFrame
        MultiIndex (policy, arm): value, low, high, n of everybody getting one arm, and as it was given.
    heterogeneity_ : Heterogeneity
        (p, supported, reason).
    same_arm_first_ : float
        Share of 1000 resamples of the score matrix in which the same arm comes first on average; no model is refitted.
    scores_ : ndarray, shape (n, arms)
        Doubly robust scores of the patients with an outcome, in their order.
    group_size_ : int
        Patients in a group whose interval is shown, at least.
    notices_ : tuple of Notice

    References
    ----------
    Robins, Rotnitzky, Zhao, JASA 89, 1994 (doubly robust scores); Chernozhukov and others, Econometrics Journal 21, 2018
    (cross-fitting); METHOD section 5.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> from mac_core import MACRegressor
    >>> random = np.random.default_rng(0)
    >>> age = random.uniform(20, 80, 120)
    >>> arm = np.where(random.random(120) < 0.5, "new", "old")
    >>> outcome = age / 10 + 2 * (arm == "new") + random.normal(size=120)
    >>> light = MACRegressor(learners=(("line", LinearRegression()),), n_subtasks=5)
    >>> comparison = TreatmentComparison(light, design="randomised", random_state=0)
    >>> comparison = comparison.fit(pd.DataFrame({"age": age}), arm, outcome)
    >>> comparison.advise(pd.DataFrame({"age": [50.0]}))["arm"].tolist()
    ['new']
    """

    def __init__(
        self,
        model: Any = None,
        *,
        design: str = "routine",
        reference: Any = None,
        higher_is_better: bool = True,
        smallest_difference: float = 0.0,
        level: float = 0.95,
        n_jobs: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.model = model
        self.design = design
        self.reference = reference
        self.higher_is_better = higher_is_better
        self.smallest_difference = smallest_difference
        self.level = level
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X: Any, treatment: Any, outcome: Any, groups: Any = None) -> TreatmentComparison:
        """Fit the models per arm and the model of the treatment.

        Parameters
        ----------
        X : DataFrame or array, shape (n, features)
            What was known before treatment, mixed types and missing values allowed; in routine care with the site, if it drove
            the choice.
        treatment : array-like, shape (n,)
            Two to six labels.
        outcome : array-like, shape (n,)
            Numbers; two values 0 and 1 are a binary outcome. NaN: not observed.
        groups : array-like or None, shape (n,)
            Patient ids, where a patient may have several rows.

        Returns
        -------
        TreatmentComparison

        Raises
        ------
        InputError
            One arm, more than six, an arm with fewer than 10 patients with an outcome, an outcome that is no number or the same
            for everybody, lengths that differ, no overlap at all.
        ValueError
            A parameter that does not exist.
        """
        return self._fit(X, treatment, outcome, groups)

    def _fit(
        self, X: Any, treatment: Any, outcome: Any, groups: Any = None, *, on_step: OnStep | None = None
    ) -> TreatmentComparison:
        """`fit`, with a hook that is called as on_step(done, total, subtask, learner); its exception stops the fit."""
        if self.design not in ("randomised", "routine"):
            raise ValueError(f"design must be 'randomised' or 'routine', not {self.design!r}")
        if not 0 < self.level < 1:
            raise ValueError(f"level must lie between 0 and 1, not {self.level!r}")
        cohort = make_arm_cohort(X, treatment, outcome, groups)
        self.arms_ = cohort.arms
        self.reference_ = self._find_reference()
        self.binary_ = cohort.binary
        self.feature_names_in_ = np.array([str(name) for name in cohort.X.columns], dtype=object)
        self.n_features_in_ = cohort.X.shape[1]
        self.missing_outcome_ = pd.Series(cohort.missing, index=pd.Index(self.arms_, name="arm"), name="missing_outcome")
        random = check_random_state(self.random_state)
        seeds = [int(seed) for seed in random.randint(np.iinfo(np.int32).max, size=4)]
        outcome_model, treatment_model = self._models(seeds)
        modelled = sum(np.ptp(cohort.outcome[cohort.arm == a]) > 0 for a in range(len(self.arms_)))
        fits = [_fits(treatment_model), *[_fits(outcome_model)] * modelled]
        steps = None if on_step is None else Steps(on_step, fits)
        randomised = self.design == "randomised"
        self.assignment_ = fit_assignment(
            treatment_model,
            cohort.X,
            cohort.arm,
            cohort.clusters,
            randomised=randomised,
            level=self.level,
            on_step=None if steps is None else steps.part(),
        )
        self.models_ = fit_outcomes(
            outcome_model,
            cohort.X,
            cohort.arm,
            cohort.outcome,
            cohort.clusters,
            len(self.arms_),
            steps=None if steps is None else steps.part,
        )
        self.support_ = Support(cohort.X, cohort.arm, cohort.clusters, self.arms_, seed=seeds[2])
        self.randomisation_ = self.assignment_.check
        self._describe(cohort, bootstrap_seed=seeds[3])
        self.notices_ = self._notice()
        return self

    def _find_reference(self) -> Any:
        if self.reference is None:
            return self.arms_[0]
        for arm in self.arms_:
            if str(arm) == str(self.reference):
                return arm
        labels = ", ".join(str(arm) for arm in self.arms_)
        raise refuse("unknown_label", column="the treatment", value=self.reference, labels=labels)

    def _models(self, seeds: list[int]) -> tuple[Any, Any]:
        from mac_core.ensemble.estimator import MACClassifier, MACRegressor

        given = self.model if isinstance(self.model, dict) else {}
        if self.model is not None and not given:
            classifier = is_classifier(self.model)
            given = {
                **({"treatment": self.model} if classifier else {}),
                **({"outcome": self.model} if classifier == self.binary_ else {}),
            }
        outcome = clone(given.get("outcome") or (MACClassifier() if self.binary_ else MACRegressor()))
        treatment = clone(given.get("treatment") or MACClassifier())
        # Expected values, not votes or medians: whatever loss the study chose, the comparison needs means.
        outcome.set_params(loss="log" if self.binary_ else "squared", draw="kfold", random_state=seeds[0])
        treatment.set_params(loss="log", draw="kfold", random_state=seeds[1])
        if self.n_jobs is not None:
            outcome.set_params(n_jobs=self.n_jobs)
            treatment.set_params(n_jobs=self.n_jobs)
        return outcome, treatment

    def _describe(self, cohort: ArmCohort, *, bootstrap_seed: int) -> None:
        """Everything that is said about the cohort, from honest predictions."""
        count = len(self.arms_)
        expected = self.models_.expected
        honest = self.assignment_.honest
        propensity = honest if self.design == "routine" else None
        judgement = self.support_.judge(cohort.X, propensity, clusters=cohort.clusters)
        usable = judgement.support != UNSUPPORTED
        if not any((usable[:, a] & usable[:, b]).sum() >= 10 for a in range(count) for b in range(a)):
            raise refuse("no_overlap")
        clipped = np.maximum(honest, floors(self.assignment_.shares))
        scores = aipw_scores(expected, clipped, cohort.arm, cohort.outcome)
        self.scores_ = scores
        self.overlap_ = overlap(cohort.X, cohort.arm, honest, clipped, judgement, cohort.missing, self.arms_)
        self.average_effects_ = average_effects(scores, usable, cohort.clusters, self.arms_, level=self.level)
        self.removed_ = (1 - self.average_effects_["n"] / len(cohort.arm)).rename("removed")
        self.policy_value_ = policy_values(scores, usable, cohort.clusters, cohort.outcome, self.arms_, level=self.level)
        self.same_arm_first_ = same_arm_first(
            scores, usable, cohort.clusters, higher_is_better=self.higher_is_better, seed=bootstrap_seed
        )
        self.heterogeneity_ = NOT_TESTED
        self.verdict_ = cohort_verdict(
            self.average_effects_,
            self.arms_,
            higher_is_better=self.higher_is_better,
            smallest_difference=self.smallest_difference,
            binary=self.binary_,
        )
        self.radius_ = np.full(count, np.nan)
        self.arm_groups_, self.pair_groups_ = [], {}
        for a in range(count):
            rows, own = usable[:, a], cohort.arm == a
            if not self.binary_:
                self.radius_[a] = conformal_radius((cohort.outcome - expected[:, a])[own], self.level)
            self.arm_groups_.append(SimilarGroups(expected[rows, a], scores[rows, a], cohort.clusters[rows], self.level))
            for b in range(a + 1, count):
                both = usable[:, a] & usable[:, b]
                self.pair_groups_[a, b] = SimilarGroups(
                    expected[both, a] - expected[both, b], scores[both, a] - scores[both, b], cohort.clusters[both], self.level
                )
        self.group_size_ = min(group.size_ for group in [*self.arm_groups_, *self.pair_groups_.values()])

    def _notice(self) -> tuple[Notice, ...]:
        found = []
        if self.randomisation_ is not None and self.randomisation_.predictable:
            found.append(notice("treatment_predictable"))
        for arm, count in self.missing_outcome_.items():
            if count:
                found.append(notice("outcome_missing_in_arm", arm=arm, count=count))
        for arm, model in zip(self.arms_, self.models_.models, strict=True):
            if isinstance(model, ConstantOutcome):
                found.append(notice("same_outcome_in_arm", arm=arm, value=f"{model.value:g}"))
        return tuple(found)

    def answers(self, X: Any) -> Answers:
        """`outcomes`, `differences` and `advise` together, from one pass through the models.

        Parameters
        ----------
        X : DataFrame or array, shape (m, features)

        Returns
        -------
        Answers
        """
        check_is_fitted(self)
        frame = self._conform(X)
        propensity = self.assignment_.predict(frame)
        judgement = self.support_.judge(frame, propensity)
        expected = self.models_.predict(frame)
        expected = np.clip(expected, 0.0, 1.0) if self.binary_ else expected
        shown = np.where(judgement.support == UNSUPPORTED, np.nan, expected)
        return Answers(
            outcome_table(
                frame.index, self.arms_, shown, judgement.support, self.arm_groups_, self.radius_, binary=self.binary_
            ),
            difference_table(frame.index, self.arms_, shown, self.pair_groups_),
            advise_patients(self.verdict_, judgement, frame.index, self.arms_, self.same_arm_first_),
        )

    def outcomes(self, X: Any) -> pd.DataFrame:
        """Expected outcome of patients under every arm.

        `low` and `high` are the group's interval: the mean doubly robust score, with its interval, of the fifth of the cohort
        whose expected outcome under that arm is most similar. It speaks of the group, not of the patient. Where the patient's
        own expectation lies outside (at the ends of the cohort), the interval is widened to hold it. `range_low` and
        `range_high` hold one patient's own outcome: conformal, from the out-of-sample residuals of the arm; NaN for binary
        outcomes and for arms with too few patients.

        Parameters
        ----------
        X : DataFrame or array, shape (m, features)

        Returns
        -------
        DataFrame
            MultiIndex (row = X.index, arm): outcome, low, high, range_low, range_high, support (supported, thin, unsupported).
            An unsupported arm keeps its row; its numbers are NaN.
        """
        return self.answers(X).outcomes

    def differences(self, X: Any) -> pd.DataFrame:
        """Difference in expected outcome between every ordered pair of arms, for patients.

        Parameters
        ----------
        X : DataFrame or array, shape (m, features)

        Returns
        -------
        DataFrame
            MultiIndex (row, arm, against): difference (the outcome under arm minus that under against, exactly), low, high (the
            group's interval: the fifth of the cohort with the most similar expected difference, widened as in `outcomes`). NaN
            where one of the two arms is unsupported. The pair (b, a) is exactly the negative of (a, b).
        """
        return self.answers(X).differences

    def advise(self, X: Any) -> pd.DataFrame:
        """The verdict for patients. In this version it is the averages' and the same for everybody whose arms are supported.

        Parameters
        ----------
        X : DataFrame or array, shape (m, features)

        Returns
        -------
        DataFrame
            Index row: verdict (arm, no_clear_difference, cannot_tell), arm (NaN unless the verdict is arm), individual (False),
            same_arm_first (share of 1000 resampled score matrices in which the same arm comes first; no model is refitted),
            reason (a sentence).
        """
        return self.answers(X).advice

    def _conform(self, X: Any) -> pd.DataFrame:
        frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X))
        frame = frame.rename(columns=str)
        for name in self.feature_names_in_:
            if name not in frame.columns:
                raise refuse("missing_column", Place(column=name), column=name)
        return frame[list(self.feature_names_in_)]


def _fits(model: Any) -> int:
    """How many fits a MAC estimator with k-fold subtasks will make."""
    from mac_core.ensemble.learners import BASELINES, pool

    kind = "classes" if is_classifier(model) else "number"
    baselines = [name for name, learner in BASELINES.items() if kind in learner.kinds]
    return int(model.n_subtasks) * len({*pool(model.learners, kind), *baselines})
