"""`TreatmentComparison`: what is expected under each treatment, how far the treatments differ, and what may be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from mac_core.errors import Notice, Place, notice, refuse
from mac_core.treatment.cohort import make_arm_cohort
from mac_core.treatment.description import describe
from mac_core.treatment.nuisances import choose_models, fit_nuisances
from mac_core.treatment.outcomes import ConstantOutcome
from mac_core.treatment.overlap import Support
from mac_core.treatment.patient_answers import Patients, advice_table, by_patient, for_all, outcomes_of, read_patients
from mac_core.treatment.patient_tables import difference_table
from mac_core.treatment.ranges import least_possible
from mac_core.treatment.steps import OnStep

__all__ = ["Answers", "TreatmentComparison"]


@dataclass(frozen=True)
class Answers:
    """`outcomes`, `differences` and `advice` of the same patients, from one pass through the models."""

    outcomes: pd.DataFrame
    differences: pd.DataFrame
    advice: pd.DataFrame


class TreatmentComparison(BaseEstimator):
    """Compare two to six treatments on one outcome, for a cohort and for single patients.

    MAC outcome models (one per arm, and one with the arm as a column) and a MAC model of who got which arm give doubly robust
    scores, one per patient and arm. Their averages are the differences between the arms; their averages over similar patients
    are the group's intervals. What is expected of a single patient is a shrunken stack (`patient_effects`). All numbers about
    the cohort rest on predictions by models that did not see the patient. Nothing depends on which arm is the reference.

    Individual advice is closed unless a test finds that the difference depends on the patient, and choosing by patient is shown
    to be better than any one arm for everybody (`heterogeneity_`).

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
    missing_outcome_, observed_share_ : Series
        By arm, how many patients have no outcome, and which share has one. Averages are about all patients: those with an
        outcome are weighted by the inverse probability of having one, given covariates and arm.
    overlap_ : Overlap
        Per arm: n, effective sample size, shares outside [.05, .95], clipped probabilities, support; and covariate balance.
    removed_ : Series
        MultiIndex (arm, against): share of patients left out of the average since one of the two arms is unsupported for them.
    randomisation_ : RandomisationCheck or None
        None in routine care.
    policy_value_ : DataFrame
        MultiIndex (policy, arm): value, low, high, n of everybody getting one arm, as it was given, and choosing by patient.
    policy_gain_ : DataFrame
        MultiIndex (policy, arm): gain, low, high, n of choosing by patient over each of the others, paired; above 0 is better.
    heterogeneity_ : Heterogeneity
        (p, supported, reason).
    effects_ : PatientEffects
        The shrunken stack, with the weights of its candidates.
    benefit_calibration_, benefit_by_risk_ : DataFrame
        As `benefit.by_fourths`: expected and doubly robust differences in fourths of the expected difference, and of the
        outcome that is expected when the arm is not known (what is shown when individual advice is closed).
    sensitivity_ : DataFrame or None
        As `sensitivity.sensitivity`; None in a randomised design.
    same_arm_first_ : float
        Share of 1000 resamples of the score matrix in which the same arm comes first on average; no model is refitted.
    harm_by_arm_, harm_effects_ : DataFrame or None
        Of a study's second outcome, as `harm.HarmComparison`: expected under every arm, and as `average_effects_`.
    least_ : float
        What no outcome can be below: 0 for counts (whole numbers, none of them negative), else minus infinity.
    evidence_ : dict of str to DataFrame
        The tables above that pages draw.
    scores_ : ndarray, shape (n, arms)
        Doubly robust scores of the patients, in their order.
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
        self,
        X: Any,
        treatment: Any,
        outcome: Any,
        groups: Any = None,
        *,
        site: Any = None,
        harm: Any = None,
        on_step: OnStep | None = None,
    ) -> TreatmentComparison:
        """`fit`, with what only a study knows.

        Parameters
        ----------
        site : array-like of labels or None, shape (n,)
            Where each patient was treated; enters the model of the treatment in routine care.
        harm : array-like or None, shape (n,)
            A second, unwanted outcome: two values or numbers, NaN where not known; compared by `harm.compare_harm`.
        on_step : callable or None
            Called as on_step(done, total, subtask, learner); its exception stops the fit.
        """
        if self.design not in ("randomised", "routine"):
            raise ValueError(f"design must be 'randomised' or 'routine', not {self.design!r}")
        if not 0 < self.level < 1:
            raise ValueError(f"level must lie between 0 and 1, not {self.level!r}")
        cohort = make_arm_cohort(X, treatment, outcome, groups)
        observed = cohort.observed
        self.arms_ = cohort.arms
        self.reference_ = self._find_reference()
        self.binary_ = cohort.binary
        self.least_ = least_possible(cohort.outcome)
        self.feature_names_in_ = np.array([str(name) for name in cohort.X.columns], dtype=object)
        self.n_features_in_ = cohort.X.shape[1]
        self.missing_outcome_ = pd.Series(cohort.missing, index=pd.Index(self.arms_, name="arm"), name="missing_outcome")
        random = check_random_state(self.random_state)
        seeds = [int(seed) for seed in random.randint(np.iinfo(np.int32).max, size=8)]
        models = choose_models(self.model, binary=self.binary_, seeds=(seeds[0], seeds[1]), n_jobs=self.n_jobs)
        randomised = self.design == "randomised"
        found = fit_nuisances(models, cohort, randomised=randomised, level=self.level, site=site, on_step=on_step)
        self.assignment_, self.models_, self.joint_ = found.assignment, found.outcomes, found.joint
        known = cohort.X[observed].reset_index(drop=True)
        self.support_ = Support(known, cohort.arm[observed], cohort.clusters[observed], self.arms_, seed=seeds[2])
        self.randomisation_ = self.assignment_.check
        describe(self, cohort, found.expected_jointly, seeds[3:], harm=harm)
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

    @property
    def evidence_(self) -> dict[str, pd.DataFrame]:
        """Tables about the cohort that pages draw."""
        names = ("policy_value", "policy_gain", "benefit_calibration", "benefit_by_risk", "sensitivity", "harm_effects")
        tables = {name.replace("_effects", ""): getattr(self, f"{name}_") for name in names}
        tables |= {"overlap": self.overlap_.arms, "balance": self.overlap_.balance, "propensity": self.overlap_.histogram}
        return {name: table for name, table in tables.items() if table is not None}

    def answers(self, X: Any) -> Answers:
        """What may be shown of patients, from one pass through the models.

        As long as individual advice is closed (`heterogeneity_`), the differences are the averages' for everybody; of a binary
        outcome, one odds ratio on each patient's own risk, so that the difference in risk grows with the risk. Once it is open,
        they are those of `outcomes` and `differences`.

        Parameters
        ----------
        X : DataFrame or array, shape (m, features)

        Returns
        -------
        Answers
        """
        found, opened = self._read(X), self.heterogeneity_.supported
        shown, limits = (by_patient if opened else for_all)(self, found)
        return Answers(
            outcomes_of(self, found, shown, self.arm_groups_ if opened else self.alike_groups_),
            difference_table(found.rows, self.arms_, shown, limits),
            advice_table(self, found, (shown, limits) if opened else None),
        )

    def _read(self, X: Any) -> Patients:
        check_is_fitted(self)
        return read_patients(self, self._conform(X))

    def outcomes(self, X: Any) -> pd.DataFrame:
        """Expected outcome of patients under every arm.

        `low` and `high` are the group's interval: the mean doubly robust score, with its interval, of the fifth of the cohort
        whose expected outcome under that arm is most similar. It speaks of the group, not of the patient. Where the patient's
        own expectation lies outside (at the ends of the cohort), the interval is widened to hold it, and ends exactly there
        (`patient_tables.widened` says why). `range_low` and `range_high` hold one patient's own outcome: conformal, from the
        out-of-sample residuals of the arm, wider where support is thin (`ranges.radius_where_thin`); NaN for binary outcomes
        and for arms with too few patients.

        Parameters
        ----------
        X : DataFrame or array, shape (m, features)

        Returns
        -------
        DataFrame
            MultiIndex (row = X.index, arm): outcome, low, high, range_low, range_high, support (supported, thin, unsupported).
            An unsupported arm keeps its row; its numbers are NaN.
        """
        found = self._read(X)
        return outcomes_of(self, found, by_patient(self, found)[0], self.arm_groups_)

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
        found = self._read(X)
        return difference_table(found.rows, self.arms_, *by_patient(self, found))

    def advise(self, X: Any) -> pd.DataFrame:
        """The verdict for patients: the same for everybody whose arms are supported, unless individual advice is open.

        Parameters
        ----------
        X : DataFrame or array, shape (m, features)

        Returns
        -------
        DataFrame
            Index row: verdict (arm, no_clear_difference, cannot_tell), arm (NaN unless the verdict is arm), individual (whether
            the verdict depends on the patient), same_arm_first, reason (a sentence). An arm that is not supported for the
            patient is not spoken of, but for why it is missing. same_arm_first is the share of resampled cohorts in which the
            same arm comes first: for the averages, of 1000 resampled score matrices, without refitting; for a patient, of 100
            in which the linear learner of the differences is refitted (`stability`).
        """
        return advice_table(self, self._read(X))

    def _conform(self, X: Any) -> pd.DataFrame:
        frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X))
        frame = frame.rename(columns=str)
        for name in self.feature_names_in_:
            if name not in frame.columns:
                raise refuse("missing_column", Place(column=name), column=name)
        return frame[list(self.feature_names_in_)]
