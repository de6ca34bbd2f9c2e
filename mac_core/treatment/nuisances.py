"""The models behind the scores: who got which arm, and what is expected under each arm, one by one and all arms together.

All of them always draw k-fold subtasks grouped by patient, whatever drawing the study uses, so that everybody is predicted by
models that did not see the patient.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone, is_classifier

from mac_core.treatment.cohort import ArmCohort
from mac_core.treatment.joint import JointModel, fit_joint
from mac_core.treatment.outcomes import OutcomeModels, fit_outcomes
from mac_core.treatment.propensity import Assignment, fit_assignment
from mac_core.treatment.steps import OnStep, Steps, count_fits

__all__ = ["Nuisances", "choose_models", "fit_nuisances"]


class Nuisances(NamedTuple):
    """The fitted models, and `expected_jointly` (n, arms): what the joint model expects of patients that it did not see."""

    assignment: Assignment
    outcomes: OutcomeModels
    joint: JointModel
    expected_jointly: np.ndarray


def choose_models(model: Any, *, binary: bool, seeds: tuple[int, int], n_jobs: int | None = None) -> tuple[Any, Any]:
    """The MAC estimators of the outcome and of the treatment, cloned from what the user gave.

    Parameters
    ----------
    model : MACClassifier, MACRegressor, mapping or None
        As `TreatmentComparison.model`.
    binary : bool
        Of the outcome.
    seeds : tuple of int
        Of the outcome's and of the treatment's models.
    n_jobs : int or None
        Overrides the models' own.

    Examples
    --------
    >>> outcome, treatment = choose_models(None, binary=False, seeds=(1, 2))
    >>> type(outcome).__name__, outcome.loss, treatment.loss
    ('MACRegressor', 'squared', 'log')
    """
    from mac_core.ensemble.estimator import MACClassifier, MACRegressor

    given = model if isinstance(model, dict) else {}
    if model is not None and not given:
        classifier = is_classifier(model)
        given = {**({"treatment": model} if classifier else {}), **({"outcome": model} if classifier == binary else {})}
    outcome = clone(given.get("outcome") or (MACClassifier() if binary else MACRegressor()))
    treatment = clone(given.get("treatment") or MACClassifier())
    # Expected values, not votes or medians: whatever loss the study chose, the comparison needs means.
    # Predictions for patients whom a subtask did not see need each subtask's own models and choice.
    own = {"draw": "kfold", "choice": "per_subtask", "refit": False}
    outcome.set_params(loss="log" if binary else "squared", random_state=seeds[0], **own)
    treatment.set_params(loss="log", random_state=seeds[1], **own)
    # One round of five folds predicts everybody once; a second one hardly changes weights, and costs as much as a study.
    treatment.set_params(n_subtasks=min(5, treatment.n_subtasks))
    if n_jobs is not None:
        outcome.set_params(n_jobs=n_jobs)
        treatment.set_params(n_jobs=n_jobs)
    return outcome, treatment


def fit_nuisances(
    models: tuple[Any, Any],
    cohort: ArmCohort,
    *,
    randomised: bool,
    level: float = 0.95,
    site: Any = None,
    on_step: OnStep | None = None,
) -> Nuisances:
    """Fit them on a cohort, with one count of progress over all.

    Parameters
    ----------
    models : tuple
        As `choose_models` gives them.
    cohort : ArmCohort
    randomised : bool
    level : float
        Of the check of the randomisation.
    site : array-like of labels or None, shape (n,)
    on_step : callable or None
        Called as on_step(done, total, subtask, learner).

    Returns
    -------
    Nuisances
    """
    outcome, treatment = models
    count = len(cohort.arms)
    modelled = sum(np.ptp(cohort.outcome[cohort.observed & (cohort.arm == a)]) > 0 for a in range(count))
    fits = [count_fits(treatment), *[count_fits(outcome)] * (modelled + 1)]
    steps = None if on_step is None else Steps(on_step, fits)
    hook = None if steps is None else steps.part
    assignment = fit_assignment(
        treatment,
        cohort.X,
        cohort.arm,
        cohort.clusters,
        randomised=randomised,
        level=level,
        site=None if site is None else np.asarray(site, dtype=object),
        on_step=None if hook is None else hook(),
    )
    table = (cohort.X, cohort.arm, cohort.outcome)
    outcomes = fit_outcomes(outcome, *table, cohort.clusters, count, observed=cohort.observed, steps=hook)
    joint, expected = fit_joint(
        outcome, *table, cohort.observed, cohort.clusters, count, on_step=None if hook is None else hook()
    )
    return Nuisances(assignment, outcomes, joint, np.where(np.isnan(expected), outcomes.expected, expected))
