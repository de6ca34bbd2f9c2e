"""The use case: a table and its roles in, a finished run out."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from mac_core.data.arm_choices import settle_arms
from mac_core.data.cohort import Cohort, make_cohort
from mac_core.data.roles import Roles
from mac_core.data.table import PatientTable
from mac_core.evidence.weighing import weigh
from mac_core.runs.run import Progress, Run
from mac_core.runs.settings import DEFAULT, Settings
from mac_core.runs.verdict import judge
from mac_core.runs.workers import plan_workers, worker_pool

__all__ = ["OnProgress", "run_study"]

OnProgress = Callable[[Progress], None]

_WATCHED_PACKAGES = ("numpy", "pandas", "scipy", "scikit-learn", "joblib", "skops")
_COMPARING = "models per treatment, subtask {number}"
_LEARNING = "subtask {number} of {total}"
_FINISHING = "how far the predictions can be trusted"


def run_study(
    table: PatientTable, roles: Roles, *, settings: Settings | None = None, on_progress: OnProgress | None = None
) -> Run:
    r"""Learn from a table of patients.

    Parameters
    ----------
    table : PatientTable
        What `read_table` gave.
    roles : Roles
        What each column is for; at least a treatment or an outcome. With both, the treatments are compared.
    settings : Settings or None
        None: the default ones.
    on_progress : callable or None
        Called with a `Progress` after every fit (with workers: after every finished task). Raising in it stops the study.

    Returns
    -------
    Run
        The same, but for times, for the same table, roles, settings and versions, whatever the number of workers.

    Raises
    ------
    InputError
        If the table makes a study impossible; the sentence says why.

    Examples
    --------
    >>> from mac_core.data.reading import read_table
    >>> rows = "\n".join(f"{40 + i},{'AB'[i > 20]}" for i in range(40))
    >>> table = read_table(f"age,arm\n{rows}".encode())
    >>> run = run_study(table, Roles(treatment="arm"), settings=Settings(learners=("logistic_regression",)))
    >>> run.question, run.verdict.code
    ('treatment', 'better')
    """
    settings = settings or DEFAULT
    begun = time.perf_counter()
    created = datetime.now(UTC).isoformat(timespec="seconds")
    cohort = make_cohort(table, roles)
    roles = settle_arms(table, roles).roles
    arms = 0 if cohort.treatment is None else cohort.treatment.nunique()
    counter = _Counter(on_progress, later_fits=arms + 2 if arms else 0, settings=settings)
    with worker_pool():
        model = _estimator(cohort, settings)
        groups = cohort.site if settings.draw == "site" else cohort.groups
        model._fit(cohort.X, cohort.y, groups=groups, on_step=counter.learning(model))
        comparison = None
        if cohort.question == "both":
            comparison = _comparison(cohort, roles, settings)
            _compare(comparison, cohort, counter.comparing())
    counter.finishing()
    return Run(
        name=table.name,
        created=created,
        question=cohort.question,
        roles=roles,
        settings=settings,
        schema=cohort.schema,
        target=cohort.target,
        notices=(*table.notices, *cohort.notices, *(() if comparison is None else comparison.notices_)),
        flow=cohort.flow,
        source_name=table.name,
        source_sha256=table.sha256,
        answers=dict(table.answers),
        rows=cohort.X,
        lines=cohort.lines,
        observed=cohort.y,
        given=cohort.treatment,
        splits=_splits(model, len(cohort.y)),
        errors=_named(model.errors_, model),
        ranking=model.ranking_,
        averages=_named(model.averages_, model),
        selected=_named(model.selected_, model),
        article_error=model.article_error_,
        honest_error=model.honest_error_,
        honest_gain=model.honest_gain_,
        baseline_error=model.baseline_error_,
        loss=model.loss_,
        out_of_sample=_out_of_sample(model, cohort),
        dropped=dict(model.dropped_),
        single_class_subtasks=model.single_class_subtasks_,
        verdict=judge(
            model.honest_error_,
            model.honest_gain_,
            model.baseline_error_,
            loss=model.loss_,
            label=cohort.target.label,
            sites=model.site_errors_,
        ),
        site_errors=model.site_errors_,
        site=cohort.site,
        patients=None if cohort.groups is None else pd.Series(pd.factorize(cohort.groups)[0], name="patient"),
        seconds=time.perf_counter() - begun,
        versions={"python": platform.python_version(), **{name: version(name) for name in _WATCHED_PACKAGES}},
        evidence=_evidence(model, cohort, settings),
        model=model,
        **({} if comparison is None else _compared(comparison, cohort)),
    )


def _estimator(cohort: Cohort, settings: Settings) -> Any:
    return _mac(cohort.target.kind == "number", settings, _workers(len(cohort.y), settings)).set_params(
        draw=settings.draw,
        subtask_size=settings.subtask_size,
        test_size=settings.test_size,
        loss=settings.loss,
        choice=settings.choice,
        refit=settings.refit,
        random_state=settings.seed,
    )


def _mac(number: bool, settings: Settings, n_jobs: int) -> Any:
    from mac_core.ensemble.estimator import MACClassifier, MACRegressor

    cls = MACRegressor if number else MACClassifier
    return cls(
        settings.learners, n_subtasks=settings.n_subtasks, top_k=settings.top_k, moderate=settings.moderate, n_jobs=n_jobs
    )


def _workers(rows: int, settings: Settings) -> int:
    from mac_core.ensemble.learners import LEARNERS

    size = min(rows, settings.subtask_size or rows)
    subtasks = rows // size if settings.draw == "block" else settings.n_subtasks
    learners = len(LEARNERS if settings.learners is None else settings.learners)
    return plan_workers(rows=size, learners=learners, subtasks=subtasks, asked=settings.n_jobs)


def _comparison(cohort: Cohort, roles: Roles, settings: Settings) -> Any:
    from mac_core.treatment.comparison import TreatmentComparison

    n_jobs = _workers(len(cohort.y), settings)
    # Blocks and sites are a way to draw for the averaged model only: the comparison always draws k-fold subtasks.
    size = None if settings.draw in ("block", "site") else settings.subtask_size
    models = {
        "outcome": _mac(cohort.target.kind == "number", settings, n_jobs).set_params(subtask_size=size),
        "treatment": _mac(False, settings, n_jobs).set_params(subtask_size=size),
    }
    return TreatmentComparison(
        models,
        design=roles.design,
        reference=roles.reference,
        higher_is_better=True if roles.higher_is_better is None else roles.higher_is_better,
        smallest_difference=roles.smallest_difference or 0.0,
        random_state=settings.seed,
    )


def _compare(comparison: Any, cohort: Cohort, on_step: Any) -> None:
    """Fit the comparison, with the patients who got a treatment but have no outcome: others of their arm stand for them."""
    parts: list[Any] = [cohort.X, cohort.treatment, cohort.groups, cohort.site]
    outcome = _outcome(cohort)
    harm = cohort.harm if cohort.harm is None else cohort.harm.to_numpy()
    rest = cohort.unobserved
    if rest is not None:
        more: list[Any] = [rest.X, rest.treatment, rest.groups, rest.site]
        parts = [a if a is None else pd.concat([a, b], ignore_index=True) for a, b in zip(parts, more, strict=True)]
        outcome = np.append(outcome, np.full(len(rest.X), np.nan))
        harm = None if harm is None or rest.harm is None else np.append(harm.astype(object), rest.harm.to_numpy(dtype=object))
    X, treatment, groups, site = parts
    comparison._fit(X, treatment, outcome, groups=groups, site=site, harm=harm, on_step=on_step)


def _outcome(cohort: Cohort) -> np.ndarray:
    """The outcome as the comparison wants it: numbers, or 1 for the event and 0 for the other class."""
    if cohort.target.kind == "number":
        return cohort.y.to_numpy(dtype=float)
    return (cohort.y == cohort.target.event).to_numpy(dtype=float)


def _named(frame: Any, model: Any) -> Any:
    """The same with the subtasks' names: a site's name says more than its number."""
    return frame.set_axis(model.subtask_names_, axis="index")


def _splits(model: Any, n: int) -> pd.DataFrame:
    words = np.array(["unused", "trained", "tested"], dtype=object)
    columns = {}
    for name, subtask in zip(model.subtask_names_, model.subtasks_, strict=True):
        place = np.zeros(n, dtype=int)
        place[subtask.train] = 1
        place[subtask.test] = 2
        columns[name] = pd.Series(words[place], dtype="str")
    return pd.DataFrame(columns).rename_axis(columns="subtask")


def _out_of_sample(model: Any, cohort: Cohort) -> pd.DataFrame:
    if cohort.target.kind == "number":
        return pd.DataFrame({"prediction": model.out_of_sample_})
    return pd.DataFrame(model.out_of_sample_, columns=pd.Index(model.classes_, dtype="str"))


def _arms(cohort: Cohort) -> pd.DataFrame:
    assert cohort.treatment is not None
    assert cohort.outcome_missing is not None
    by_arm = pd.Series(_outcome(cohort)).groupby(cohort.treatment.to_numpy())
    arms = pd.DataFrame({"n": by_arm.size(), "outcome": by_arm.mean()})
    return arms.assign(missing_outcome=cohort.outcome_missing.reindex(arms.index, fill_value=0)).rename_axis("arm")


def _compared(comparison: Any, cohort: Cohort) -> dict[str, Any]:
    """What a run holds of the comparison of treatments."""
    return {
        "average_effects": comparison.average_effects_,
        "arms": _arms(cohort),
        "harms": comparison.harm_by_arm_,
        "heterogeneity": comparison.heterogeneity_._asdict(),
        "advice": _advice(comparison),
        "treatment_evidence": comparison.evidence_,
        "comparison": comparison,
    }


def _advice(comparison: Any) -> dict[str, Any]:
    found = comparison.verdict_
    return {
        "verdict": found.verdict,
        "arm": None if found.arm is None else str(comparison.arms_[found.arm]),
        "reason": found.reason,
        "same_arm_first": float(comparison.same_arm_first_),
    }


def _evidence(model: Any, cohort: Cohort, settings: Settings) -> dict[str, pd.DataFrame]:
    clusters = (cohort.X, _splits(model, len(cohort.y))) if settings.draw == "cluster" else None
    out_of_sample = _out_of_sample(model, cohort)
    tables = weigh(cohort.y, out_of_sample, cohort.target, groups=cohort.groups, clusters=clusters, seed=settings.seed)
    weights = {} if model.weights_ is None else {"weights": model.weights_.to_frame()}
    return {**tables, **weights, "choices": _named(model.choices_, model)}


class _Counter:
    """One count of progress over the averaged model and, after it, the models of the comparison."""

    def __init__(self, on_progress: OnProgress | None, *, later_fits: int, settings: Settings) -> None:
        self._on_progress, self._later_fits, self._settings = on_progress, later_fits, settings
        self._begun = time.perf_counter()
        self._learned = 0
        self._ahead = 0
        self._total = 0

    def learning(self, model: Any) -> Any:
        """Hook of the averaged model."""
        if self._on_progress is None:
            return None

        def step(done: int, total: int, subtask: int, learner: str) -> None:
            subtasks = len(model.subtasks_)
            # The comparison's own count is known when it begins; until then, what its settings will bring.
            self._ahead = self._later_fits * self._settings.n_subtasks * (total // subtasks)
            self._learned = total
            self._report(done, total + self._ahead, _LEARNING.format(number=subtask + 1, total=subtasks), learner)

        return step

    def comparing(self) -> Any:
        """Hook of the comparison."""
        if self._on_progress is None:
            return None

        def step(done: int, total: int, subtask: int, learner: str) -> None:
            self._report(self._learned + done, self._learned + total, _COMPARING.format(number=subtask + 1), learner)

        return step

    def finishing(self) -> None:
        """Say that everything is learned, and what is left to do."""
        if self._on_progress is not None:
            self._on_progress(Progress(self._total, self._total, _FINISHING, "", None))

    def _report(self, done: int, total: int, subtask: str, learner: str) -> None:
        from mac_core.ensemble.learners import BASELINES, LEARNERS

        assert self._on_progress is not None
        self._total = total
        entry = {**LEARNERS, **BASELINES}.get(learner)
        left = (time.perf_counter() - self._begun) / done * (total - done) if done else None
        self._on_progress(Progress(done, total, subtask, learner if entry is None else entry.title, left))
