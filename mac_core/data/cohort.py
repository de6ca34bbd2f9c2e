"""A table and its roles to what a study learns from; and everything that makes a study impossible, said in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from mac_core.data.arm_choices import alike_arms, settle_arms
from mac_core.data.arms import MOST_CLASSES, check_arms, check_dose, check_predictors, notice_arms
from mac_core.data.leaks import find_leaks
from mac_core.data.roles import Roles, check_roles
from mac_core.data.schema import Column, Schema, label_of, labels_of
from mac_core.data.table import PatientTable
from mac_core.errors import Notice, Place, notice, refuse

__all__ = ["MIN_PATIENTS", "Cohort", "Target", "Unobserved", "make_cohort"]

MIN_PATIENTS = 20
# Up to this many different whole numbers are classes (grades, stages); more are amounts (counts, scores).
_MOST_WHOLE_CLASSES = 5
_TIME = re.compile(
    r"(time|futime|survtime|survivaltime|survival|os|pfs|dfs|(os|pfs|dfs)?(days|months|weeks|years)|(days|months|time)to\w+|followup\w*)"
)
_STATUS = re.compile(r"(status|event|cens(or(ed|ing)?)?|dead|death|died|delta|relapse|fustat)")
_EVENTS = (
    "1",
    "yes",
    "true",
    "y",
    "event",
    "dead",
    "died",
    "positive",
    "case",
    "relapse",
    "ja",
    "oui",
    "si",
    "sí",
    "是",
    "1_yes",
    "present",
)


@dataclass(frozen=True)
class Target:
    """What is predicted. `kind` decides the estimator; `event` is the class that counts of a binary target."""

    name: str
    label: str
    kind: Literal["binary", "classes", "number"]
    classes: tuple[str, ...] = ()
    event: str | None = None
    unit: str | None = None


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
    flow = [("rows in the file", len(frame))]
    use = np.ones(len(frame), dtype=bool)
    if roles.treatment is not None:
        use &= frame[roles.treatment].notna().to_numpy()
        chosen = int(settled.left_out.sum())
        if chosen:
            flow.append(("excluded: treatment left out, as answered", chosen))
        without = len(frame) - int(use.sum()) - chosen
        if without:
            place = Place(None, roles.treatment)
            notices.append(notice("treatment_missing", place, count=without, column=roles.treatment))
            flow.append(("excluded: no treatment recorded", without))
    with_treatment = use.copy()
    if roles.outcome is not None:
        use &= frame[roles.outcome].notna().to_numpy()
        without = int(with_treatment.sum() - use.sum())
        if without:
            compared = question == "both"
            code = "outcome_missing_compared" if compared else "outcome_missing"
            notices.append(notice(code, Place(None, roles.outcome), count=without, column=roles.outcome))
            why = (
                "excluded from the learning: no outcome, others of their arm stand for them"
                if compared
                else "excluded: no outcome recorded"
            )
            flow.append((why, without))
    flow.append(("rows used", int(use.sum())))
    if use.sum() < MIN_PATIENTS:
        raise refuse("too_few_rows", rows=int(use.sum()), needed=MIN_PATIENTS)
    used = frame.loc[use].reset_index(drop=True)
    target, y, found = _target(used[target_name], target_name, question, roles)
    notices += found
    treatment = outcome_missing = None
    if question == "both":
        assert roles.treatment is not None
        treatment = _labels(used[roles.treatment])
        blank = _labels(frame.loc[with_treatment & ~use, roles.treatment])
        for arm in sorted(set(blank) - set(treatment)):
            raise refuse("arm_without_outcome", Place(None, roles.treatment), arm=arm)
        check_arms(treatment, roles, _groups(used[roles.patient_id]) if roles.patient_id else None)
        outcome_missing = blank.value_counts().reindex(sorted(treatment.unique()), fill_value=0)
        notices += notice_arms(used[roles.treatment], treatment, outcome_missing, roles.treatment)
    if roles.reference is not None and roles.treatment is not None:
        _check_label(roles.treatment, roles.reference, _labels(used[roles.treatment]))
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
        site=_labels(used[roles.site].fillna("not recorded")) if roles.site else None,
        harm=used[roles.harm] if roles.harm else None,
        lines=pd.Series(table.lines[use]),
        target=target,
        question=question,
        schema=schema,
        notices=tuple(notices + left_out),
        flow=tuple(flow),
        unobserved=None if treatment is None else _unobserved(frame[with_treatment & ~use], schema, roles),
    )


def _unobserved(rest: pd.DataFrame, schema: Schema, roles: Roles) -> Unobserved | None:
    if rest.empty:
        return None
    rest = rest.reset_index(drop=True)
    treatment = _labels(rest[roles.treatment])
    groups = None
    if roles.patient_id is not None:
        ids = rest[roles.patient_id]
        alone = pd.Series([f"(without outcome {i + 1})" for i in range(len(ids))], dtype="str")
        groups = _labels(ids.where(ids.notna(), alone)) if ids.isna().any() else _labels(ids)
    site = _labels(rest[roles.site].fillna("not recorded")) if roles.site else None
    return Unobserved(rest[list(schema.names)], treatment, groups, site, rest[roles.harm] if roles.harm else None)


def _refuse_time_to_event(table: PatientTable, outcome: str) -> None:
    column = table.schema[outcome]
    if (
        column.kind != "number"
        or not _TIME.fullmatch(re.sub(r"[\s_.\-]+", "", outcome.lower()))
        or table.frame[outcome].nunique() <= 10
    ):
        return
    for other in table.schema.names:
        plain = re.sub(r"[\s_.\-]+", "", other.lower())
        if other != outcome and _STATUS.fullmatch(plain) and table.frame[other].nunique() == 2:
            raise refuse("time_to_event", Place(None, outcome), column=outcome, status=other)


def _check_label(column: str, value: str, labels: pd.Series) -> None:
    known = sorted(labels.unique())
    if value not in known:
        raise refuse("unknown_label", Place(None, column), column=column, value=value, labels=", ".join(known))


def _labels(values: pd.Series) -> pd.Series:
    """Values as text: the treatment 1.0 is the arm "1"."""
    return labels_of(values)


def _groups(ids: pd.Series) -> pd.Series:
    alone = pd.Series([f"(row {i + 1})" for i in range(len(ids))], dtype="str")
    return _labels(ids.where(ids.notna(), alone)) if ids.isna().any() else _labels(ids)


def _target(values: pd.Series, name: str, question: str, roles: Roles) -> tuple[Target, pd.Series, list[Notice]]:
    place = Place(None, name)
    count = int(values.nunique())
    if count == 1:
        only = label_of(values.iloc[0])
        raise (
            refuse("one_arm", place, arm=only)
            if question == "treatment"
            else refuse("same_value", place, column=name, value=only)
        )
    numeric = pd.api.types.is_numeric_dtype(values.dtype)
    kind, notices = _kind(values, name, count, numeric, question, roles)
    is_outcome = question != "treatment"
    label = (roles.outcome_label if is_outcome else None) or name
    unit = roles.outcome_unit if is_outcome else None
    if kind == "number":
        return Target(name, label, "number", unit=unit), values.astype("float64"), notices
    y = _labels(values)
    counts = y.value_counts()
    classes = tuple(sorted(counts.index))
    for value in classes:
        if counts[value] == 1:
            notices.append(notice("single_member_class", place, value, column=name))
    event = None
    if kind == "binary" and is_outcome:
        event, found = _event(classes, counts, name, roles.event)
        notices += found
    elif roles.event is not None and is_outcome:
        _check_label(name, roles.event, y)
        event = roles.event
    elif kind == "binary":
        event = classes[1]
    return Target(name, label, kind, classes, event, unit), y, notices


def _kind(
    values: pd.Series, name: str, count: int, numeric: bool, question: str, roles: Roles
) -> tuple[Literal["binary", "classes", "number"], list[Notice]]:
    place = Place(None, name)
    if question == "treatment":
        return ("binary" if count == 2 else "classes"), []
    kind = roles.kind
    if kind == "number" and not numeric:
        raise refuse("not_a_number", place, column=name)
    if kind == "binary" and count != 2:
        raise refuse("not_two_classes", place, column=name, count=count)
    notices: list[Notice] = []
    if kind is None:
        whole = numeric and bool((values == values.round()).all())
        if count == 2:
            kind = "binary"
        elif not numeric or (whole and count <= _MOST_WHOLE_CLASSES and question == "outcome"):
            kind = "classes"
        else:
            kind = "number"
        if whole and 2 < count <= 10:
            words = "classes" if kind == "classes" else "an amount"
            notices.append(notice("kind_assumed", place, column=name, count=count, kind=words))
    if kind == "classes":
        if count > MOST_CLASSES:
            raise refuse("too_many_classes", place, column=name, count=count)
        if count == 2:
            kind = "binary"
        elif question == "both":
            raise refuse("classes_per_arm", place, column=name, count=count)
    return kind, notices


def _event(classes: tuple[str, ...], counts: pd.Series, name: str, chosen: str | None) -> tuple[str, list[Notice]]:
    if chosen is not None:
        if chosen not in classes:
            raise refuse("unknown_label", Place(None, name), column=name, value=chosen, labels=", ".join(classes))
        return chosen, []
    if classes == ("0", "1"):
        return "1", []
    known = [label for label in classes if label.casefold() in _EVENTS]
    event = known[0] if len(known) == 1 else min(classes, key=lambda label: (counts[label], label))
    return event, [notice("event_assumed", Place(None, name), event, column=name)]


def _predictors(table: PatientTable, used: pd.DataFrame, roles: Roles) -> tuple[Schema, list[Notice]]:
    taken = {roles.treatment, roles.outcome, roles.harm, roles.patient_id, roles.site, *roles.ignore}
    kept: list[Column] = []
    notices = []
    for column in table.schema.columns:
        if column.name in taken:
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
