"""A table and its roles to what a study learns from; and everything that makes a study impossible, said in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from mac_core.data.arm_choices import alike_arms, settle_arms
from mac_core.data.arms import check_arms, check_dose, check_predictors, notice_arms
from mac_core.data.leaks import find_leaks
from mac_core.data.plain_names import plain_name
from mac_core.data.roles import Roles, check_roles
from mac_core.data.schema import Column, Schema, labels_of
from mac_core.data.table import PatientTable
from mac_core.data.target import Target, check_label, find_target
from mac_core.errors import Notice, Place, notice, refuse

__all__ = ["MIN_PATIENTS", "Cohort", "Target", "Unobserved", "make_cohort"]


MIN_PATIENTS = 20
_TIME = re.compile(
    r"(time|futime|survtime|survivaltime|survival|os|pfs|dfs|(os|pfs|dfs)?(days|months|weeks|years)|(days|months|time)to\w+|followup\w*)"
)
_STATUS = re.compile(r"(status|event|cens(or(ed|ing)?)?|dead|death|died|delta|relapse|fustat)")


@dataclass(frozen=True)
class Unobserved:
    """Patients who got a known treatment but have no outcome: a comparison weighs others of their arm for them."""

    X: pd.DataFrame
    treatment: pd.Series
    groups: pd.Series | None
    site: pd.Series | None
    harm: pd.Series | None = None


@dataclass(frozen=True)
class Cohort:
    """The patients of a study.

    The site is a grouping column, not a predictor: a model must work for a patient of another hospital. Neither the harm nor,
    when outcomes are compared, the treatment stands in `X`.

    Attributes
    ----------
    X : DataFrame, shape (n, predictors)
        float64 or `str`, missing NaN; index 0..n-1, as everywhere below.
    y : Series, shape (n,)
        The target: class labels as `str`, or float64. Never missing.
    treatment : Series of str, shape (n,), or None
        With question "both", the arm of each patient.
    outcome_missing : Series of int, index arm, or None
        With question "both", the patients of each arm that have no outcome and are not among the n.
    groups, site : Series of str, shape (n,), or None
        The patient's id, and where the patient was treated. A row without id is a patient of its own.
    harm : Series, shape (n,), or None
        The second outcome.
    lines : Series of int, shape (n,)
        Physical lines in the file.
    target : Target
    question : {"treatment", "outcome", "both"}
    schema : Schema
        Of the predictors.
    notices : tuple of Notice
        What was left out, assumed, or is doubtful.
    flow : tuple of (str, int)
        Rows in the file, excluded and why, used.
    unobserved : Unobserved or None
        With question "both", the patients of `outcome_missing`, where there are any.
    """

    X: pd.DataFrame
    y: pd.Series
    treatment: pd.Series | None
    outcome_missing: pd.Series | None
    groups: pd.Series | None
    site: pd.Series | None
    harm: pd.Series | None
    lines: pd.Series
    target: Target
    question: Literal["treatment", "outcome", "both"]
    schema: Schema
    notices: tuple[Notice, ...]
    flow: tuple[tuple[str, int], ...]
    unobserved: Unobserved | None = None

    @property
    def patients(self) -> int:
        """How many patients the n rows are of: fewer than n where an id stands in several rows."""
        return len(self.X) if self.groups is None else int(self.groups.nunique())


def make_cohort(table: PatientTable, roles: Roles) -> Cohort:
    r"""Choose the patients and columns that a study learns from.

    Raises
    ------
    InputError
        If the roles do not fit the table, or if nothing could be learned: too few patients, one class, one arm, a dose instead
        of treatments, a time until an event instead of an outcome at a horizon, no predictors.

    Examples
    --------
    >>> from mac_core.data.reading import read_table
    >>> rows = "\n".join(f"{40 + i},{'AB'[i % 2]}" for i in range(30))
    >>> cohort = make_cohort(read_table(f"age,arm\n{rows}".encode()), Roles(treatment="arm"))
    >>> cohort.question, cohort.X.shape, cohort.target.classes
    ('treatment', (30, 1), ('A', 'B'))
    """
    check_roles(table, roles)
    notices = list(find_leaks(table, roles))
    question: Literal["treatment", "outcome", "both"] = (
        "both" if roles.treatment and roles.outcome else "treatment" if roles.treatment else "outcome"
    )
    target_name = roles.outcome if roles.outcome is not None else roles.treatment
    assert target_name is not None  # check_roles saw to it
    if roles.outcome is not None:
        _refuse_time_to_event(table, roles.outcome)
    settled = settle_arms(table, roles)
    if roles.treatment is not None:
        notices += alike_arms(table, roles)
        table, roles = settled.table, settled.roles
        check_dose(table, roles)
    frame = table.frame
    if frame[target_name].isna().all():
        raise refuse("target_missing", Place(None, target_name), column=target_name)
    with_treatment, use, flow, found = _choose_rows(frame, roles, int(settled.left_out.sum()))
    notices += found
    used = frame.loc[use].reset_index(drop=True)
    target, y, found = find_target(used[target_name], target_name, question, roles)
    notices += found
    treatment = outcome_missing = None
    if question == "both":
        assert roles.treatment is not None
        treatment = labels_of(used[roles.treatment])
        blank = labels_of(frame.loc[with_treatment & ~use, roles.treatment])
        for arm in sorted(set(blank) - set(treatment)):
            raise refuse("arm_without_outcome", Place(None, roles.treatment), arm=arm)
        check_arms(treatment, roles, _groups(used[roles.patient_id]) if roles.patient_id else None)
        outcome_missing = blank.value_counts().reindex(sorted(treatment.unique()), fill_value=0)
        notices += notice_arms(used[roles.treatment], treatment, outcome_missing, roles.treatment)
    if roles.reference is not None and roles.treatment is not None:
        check_label(roles.treatment, roles.reference, labels_of(used[roles.treatment]))
    schema, left_out = _predictors(table, used, roles)
    if treatment is not None:
        check_predictors(used[list(schema.names)], treatment, used[target_name])
    if len(schema.columns) >= len(used):
        notices.append(notice("more_columns_than_patients", columns=len(schema.columns), rows=len(used)))
    return Cohort(
        X=used[list(schema.names)],
        y=y,
        treatment=treatment,
        outcome_missing=outcome_missing,
        groups=_groups(used[roles.patient_id]) if roles.patient_id else None,
        site=labels_of(used[roles.site].fillna("not recorded")) if roles.site else None,
        harm=used[roles.harm] if roles.harm else None,
        lines=pd.Series(table.lines[use]),
        target=target,
        question=question,
        schema=schema,
        notices=tuple(notices + left_out),
        flow=tuple(flow),
        unobserved=None if treatment is None else _unobserved(frame[with_treatment & ~use], schema, roles),
    )


def _choose_rows(
    frame: pd.DataFrame, roles: Roles, left_out: int
) -> tuple[np.ndarray, np.ndarray, list[tuple[str, int]], list[Notice]]:
    """Which rows have a treatment, and which of them are learned from; how many are excluded, why, and what is said of it.

    `left_out` are the rows whose treatment was emptied, since the user left it out.
    """
    flow, notices = [("rows in the file", len(frame))], []
    use = np.ones(len(frame), dtype=bool)
    if roles.treatment is not None:
        use &= frame[roles.treatment].notna().to_numpy()
        if left_out:
            flow.append(("excluded: treatment left out, as answered", left_out))
        without = len(frame) - int(use.sum()) - left_out
        if without:
            place = Place(None, roles.treatment)
            notices.append(notice("treatment_missing", place, count=without, column=roles.treatment))
            flow.append(("excluded: no treatment recorded", without))
    with_treatment = use.copy()
    if roles.outcome is not None:
        use &= frame[roles.outcome].notna().to_numpy()
        without = int(with_treatment.sum() - use.sum())
        if without:
            compared = roles.treatment is not None
            code = "outcome_missing_compared" if compared else "outcome_missing"
            notices.append(notice(code, Place(None, roles.outcome), count=without, column=roles.outcome))
            why = "excluded: no outcome recorded"
            if compared:
                why = "excluded from the learning: no outcome, others of their arm stand for them"
            flow.append((why, without))
    flow.append(("rows used", int(use.sum())))
    if use.sum() < MIN_PATIENTS:
        raise refuse("too_few_rows", rows=int(use.sum()), needed=MIN_PATIENTS)
    return with_treatment, use, flow, notices


def _unobserved(rest: pd.DataFrame, schema: Schema, roles: Roles) -> Unobserved | None:
    if rest.empty:
        return None
    rest = rest.reset_index(drop=True)
    treatment = labels_of(rest[roles.treatment])
    groups = None if roles.patient_id is None else _groups(rest[roles.patient_id], "without outcome")
    site = labels_of(rest[roles.site].fillna("not recorded")) if roles.site else None
    return Unobserved(rest[list(schema.names)], treatment, groups, site, rest[roles.harm] if roles.harm else None)


def _refuse_time_to_event(table: PatientTable, outcome: str) -> None:
    column = table.schema[outcome]
    if column.kind != "number" or not _TIME.fullmatch(plain_name(outcome)) or table.frame[outcome].nunique() <= 10:
        return
    for other in table.schema.names:
        if other != outcome and _STATUS.fullmatch(plain_name(other)) and table.frame[other].nunique() == 2:
            raise refuse("time_to_event", Place(None, outcome), column=outcome, status=other)


def _groups(ids: pd.Series, alone: str = "row") -> pd.Series:
    """The patient of each row; a row without id is a patient of its own."""
    if not ids.isna().any():
        return labels_of(ids)
    own = pd.Series([f"({alone} {i + 1})" for i in range(len(ids))], dtype="str")
    return labels_of(ids.where(ids.notna(), own))


def _predictors(table: PatientTable, used: pd.DataFrame, roles: Roles) -> tuple[Schema, list[Notice]]:
    kept: list[Column] = []
    notices = []
    for column in table.schema.columns:
        if column.name in roles.taken:
            continue
        found = _why_not(column, used[column.name])
        if found is None:
            kept.append(column)
        else:
            notices.append(found)
    if not kept:
        raise refuse("all_ignored")
    return Schema(tuple(kept)), notices


def _why_not(column: Column, values: pd.Series) -> Notice | None:
    place, name = Place(None, column.name), column.name
    count = values.nunique()
    if count == 0:
        return notice("empty_dropped", place, column=name)
    if column.kind == "identifier":
        return notice("identifier_dropped", place, column=name)
    if column.kind == "text":
        return notice("text_dropped", place, column=name)
    if column.kind == "date":
        return notice("date_dropped", place, column=name)
    if count == 1 and not values.isna().any():
        return notice("constant_dropped", place, column=name)
    return None
