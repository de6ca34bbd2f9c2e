"""A finished study: everything that pages, reports and the command line show, and what predicts for a new patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pandas as pd

from mac_core.data.cohort import Target
from mac_core.data.roles import Roles
from mac_core.data.schema import Schema
from mac_core.errors import Notice
from mac_core.runs.settings import Settings

if TYPE_CHECKING:
    from mac_core.ensemble.estimator import MACClassifier, MACRegressor
    from mac_core.ensemble.honesty import Estimate
    from mac_core.treatment.comparison import TreatmentComparison

__all__ = ["Progress", "Run", "Target", "Verdict"]


class Progress(NamedTuple):
    """How far a study is. `subtask` and `learner` are what was finished last, in words; `seconds_left` is None until known."""

    done: int
    total: int
    subtask: str
    learner: str
    seconds_left: float | None


@dataclass(frozen=True)
class Verdict:
    """Whether the averaged model learned anything: pages print `sentence` first."""

    code: Literal["better", "no_better"]
    sentence: str


@dataclass(frozen=True)
class Run:
    """The result of `run_study`; `RunStore` keeps it whole.

    Attributes
    ----------
    name, source_name : str
        Both the file's name; the first is what people call the run.
    created : str
        When the study began, UTC, ISO 8601.
    question : {"treatment", "outcome", "both"}
        What was asked of the table (METHOD section 4). With "both", the averaged model predicts the outcome without knowing
        the treatment, and `comparison` holds the models per arm.
    roles : Roles
        As used: where arms were joined, the reference is the joined one.
    settings : Settings
    schema : Schema
        Of the predictors, in the table's order.
    target : Target
    notices : tuple of Notice
        Of reading, of the choice of patients, of the comparison; and of a model that could not be kept or opened.
    source_sha256 : str
        Of the uploaded bytes.
    rows : DataFrame, shape (n, predictors)
        The cleaned predictors of the patients that were used.
    lines : Series, shape (n,)
        Their physical lines in the file.
    observed : Series, shape (n,)
        The target: class labels as text, or numbers.
    given : Series or None, shape (n,)
        The treatment each patient got, when the table has one besides the outcome.
    splits : DataFrame, shape (n, subtasks)
        Of the words "trained", "tested", "unused". Subtasks are numbered from 0 here and in `errors`, `averages`, `selected`
        and the evidence "choices"; where every subtask is a site, they bear the site's name.
    errors, ranking, averages, selected, article_error, honest_error, honest_gain, baseline_error, loss
        As the fitted attributes of the estimator; `honest_error` and `honest_gain` are `Estimate`s.
    out_of_sample : DataFrame, shape (n, classes) or (n, 1)
        Each patient's prediction by models that did not see the patient: a column per class (probability), or "prediction".
        NaN where every model saw the patient.
    dropped : mapping
        Learner to the reason why it was dropped.
    single_class_subtasks : int
        Subtasks whose training patients were all of one class.
    verdict : Verdict
    seconds : float
        From the table to the finished run.
    versions : mapping
        Package to its version.
    flow : tuple of (str, int)
        Rows uploaded, excluded (why), used.
    average_effects : DataFrame or None
        As `TreatmentComparison.average_effects_`.
    arms : DataFrame or None
        Index arm: n, outcome (observed mean or event rate), missing_outcome.
    harms : DataFrame or None
        As `HarmComparison.by_arm`: what is expected of the harm under each arm, when the roles name one; runs of before hold
        what was observed, without the column observed.
    heterogeneity : mapping
        With question "both": p (NaN when not tested), supported, reason.
    advice : mapping
        With question "both", what the averages say for everybody: verdict, arm (None unless the verdict is "arm"), reason,
        same_arm_first.
    treatment_evidence : mapping of str to DataFrame
        With question "both", the tables of the comparison that pages draw: policy_value, policy_gain, benefit_calibration,
        benefit_by_risk, overlap, balance, propensity, sensitivity (routine care), harm. Empty in runs of before.
    answers : mapping of str to str
        The user's answers about the table: with them the raw file reads again to the table that was used.
    site_errors : DataFrame or None
        Where every subtask is a site: index site, the error there by models that learned from the other sites, as the
        estimator's `site_errors_`. None otherwise, and in runs of before.
    site, patients : Series or None, shape (n,)
        Where each patient was treated, if the roles name a column for it; and the number (not the id) of the patient of each
        row, if there is an id. None in runs of before.
    evidence : mapping of str to DataFrame
        How far the out-of-sample predictions can be trusted: the tables that `mac_core.evidence.weighing.weigh` makes; and
        choices, as the estimator's `choices_`; where learners have weights, weights (column weight), as its `weights_`.
    model, comparison : estimators or None
        What predicts: the averaged model, and with question "both" the comparison. None where a run was opened without them, or
        they could not be kept.
    id : str or None
        Given by `RunStore.save`.
    """

    name: str
    created: str
    question: Literal["treatment", "outcome", "both"]
    roles: Roles
    settings: Settings
    schema: Schema
    target: Target
    notices: tuple[Notice, ...]
    flow: tuple[tuple[str, int], ...]
    source_name: str
    source_sha256: str
    rows: pd.DataFrame
    lines: pd.Series
    observed: pd.Series
    given: pd.Series | None
    splits: pd.DataFrame
    errors: pd.DataFrame
    ranking: pd.DataFrame
    averages: pd.DataFrame
    selected: pd.Series
    article_error: float
    honest_error: Estimate
    honest_gain: Estimate
    baseline_error: float
    loss: str
    out_of_sample: pd.DataFrame
    dropped: Mapping[str, str]
    single_class_subtasks: int
    verdict: Verdict
    seconds: float
    versions: Mapping[str, str]
    average_effects: pd.DataFrame | None = None
    arms: pd.DataFrame | None = None
    harms: pd.DataFrame | None = None
    site_errors: pd.DataFrame | None = None
    site: pd.Series | None = None
    patients: pd.Series | None = None
    heterogeneity: Mapping[str, Any] = field(default_factory=dict)
    advice: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    treatment_evidence: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    model: MACClassifier | MACRegressor | None = None
    comparison: TreatmentComparison | None = None
    id: str | None = None

    @property
    def n_patients(self) -> int:
        """Patients whose rows were used; as many as rows, unless an id stands in several of them."""
        return len(self.rows) if self.patients is None else int(self.patients.nunique())
