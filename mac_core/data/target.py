"""What is predicted: classes or a number, and of two classes the one that counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from mac_core.data.arms import MOST_CLASSES
from mac_core.data.roles import Roles
from mac_core.data.schema import label_of, labels_of
from mac_core.errors import Notice, Place, notice, refuse

__all__ = ["Kind", "Question", "Target", "check_label", "find_target", "suggest_kind"]

Kind = Literal["binary", "classes", "number"]
Question = Literal["treatment", "outcome", "both"]

# Up to this many different whole numbers are classes (grades, stages); more are amounts (counts, scores).
_MOST_WHOLE_CLASSES = 5
_EVENTS = frozenset(
    {
        "1", "yes", "true", "y", "event", "dead", "died", "positive", "case", "relapse", "ja", "oui", "si", "sí", "是", "1_yes",
        "present",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """What is predicted. `kind` decides the estimator; `event` is the class that counts of a binary target."""

    name: str
    label: str
    kind: Kind
    classes: tuple[str, ...] = ()
    event: str | None = None
    unit: str | None = None


def suggest_kind(values: pd.Series, *, compared: bool) -> Kind:
    """Say what the values of a target suggest that it is.

    Parameters
    ----------
    values : Series
        Without the missing ones.
    compared : bool
        Whether treatments are compared by it: grades of a few whole numbers are then amounts, which have a mean.

    Returns
    -------
    {"binary", "classes", "number"}

    Examples
    --------
    >>> grades = pd.Series([1.0, 2.0, 3.0])
    >>> suggest_kind(grades, compared=False), suggest_kind(grades, compared=True), suggest_kind(grades / 2, compared=False)
    ('classes', 'number', 'number')
    """
    count = int(values.nunique())
    if count == 2:
        return "binary"
    if not pd.api.types.is_numeric_dtype(values.dtype):
        return "classes"
    return "classes" if _is_whole(values) and count <= _MOST_WHOLE_CLASSES and not compared else "number"


def check_label(column: str, value: str, known: Iterable[str]) -> None:
    """Refuse a label that a column does not hold.

    Raises
    ------
    InputError

    Examples
    --------
    >>> check_label("arm", "C", ["B", "A", "B"])
    Traceback (most recent call last):
    ...
    mac_core.errors.InputError: arm has no value C. Choose one of its values: A, B.
    """
    labels = sorted(set(known))
    if value not in labels:
        raise refuse("unknown_label", Place(None, column), column=column, value=value, labels=", ".join(labels))


def find_target(values: pd.Series, name: str, question: Question, roles: Roles) -> tuple[Target, pd.Series, list[Notice]]:
    """Say what is predicted, and write it as learners read it.

    Parameters
    ----------
    values : Series, shape (n,)
        The column to predict, of those who have a value.
    name : str
        Of the column.
    question : {"treatment", "outcome", "both"}
    roles : Roles
        What the user said about the outcome: its kind, event, label and unit.

    Returns
    -------
    target : Target
    y : Series, shape (n,)
        Labels, or float64.
    notices : list of Notice
        What was assumed.

    Raises
    ------
    InputError
        If there is one value only, or the values are not what the roles say.

    Examples
    --------
    >>> target, y, _ = find_target(pd.Series([0.0, 1.0, 1.0]), "died", "outcome", Roles())
    >>> target.kind, target.event, y.tolist()
    ('binary', '1', ['0', '1', '1'])
    """
    place = Place(None, name)
    count = int(values.nunique())
    if count == 1:
        only = label_of(values.iloc[0])
        raise (
            refuse("one_arm", place, arm=only)
            if question == "treatment"
            else refuse("same_value", place, column=name, value=only)
        )
    kind, notices = _kind(values, name, count, question, roles)
    is_outcome = question != "treatment"
    label = (roles.outcome_label if is_outcome else None) or name
    unit = roles.outcome_unit if is_outcome else None
    if kind == "number":
        return Target(name, label, "number", unit=unit), values.astype("float64"), notices
    y = labels_of(values)
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
        check_label(name, roles.event, classes)
        event = roles.event
    elif kind == "binary":
        event = classes[1]
    return Target(name, label, kind, classes, event, unit), y, notices


def _is_whole(values: pd.Series) -> bool:
    return bool((values == values.round()).all())


def _kind(values: pd.Series, name: str, count: int, question: Question, roles: Roles) -> tuple[Kind, list[Notice]]:
    place = Place(None, name)
    if question == "treatment":
        return ("binary" if count == 2 else "classes"), []
    numeric = pd.api.types.is_numeric_dtype(values.dtype)
    kind = roles.kind
    if kind == "number" and not numeric:
        raise refuse("not_a_number", place, column=name)
    if kind == "binary" and count != 2:
        raise refuse("not_two_classes", place, column=name, count=count)
    notices: list[Notice] = []
    if kind is None:
        kind = suggest_kind(values, compared=question == "both")
        if numeric and _is_whole(values) and 2 < count <= 10:
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
        check_label(name, chosen, classes)
        return chosen, []
    if classes == ("0", "1"):
        return "1", []
    known = [label for label in classes if label.casefold() in _EVENTS]
    event = known[0] if len(known) == 1 else min(classes, key=lambda label: (counts[label], label))
    return event, [notice("event_assumed", Place(None, name), event, column=name)]
