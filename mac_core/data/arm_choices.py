"""Which arms are compared, as the user answered: small arms left out or joined, names that differ in hardly anything.

The answers stand with the others of the table (`PatientTable.answers`), so that they are kept, replayed and taken back like
those. `arm:COLUMN:ARM` is answered with "leave out" or "join with OTHER", one after the other in the order they were given;
`alike_arms:COLUMN` with "join" or "apart".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mac_core.data.answers import answer_to
from mac_core.data.arms import FEWEST_PER_ARM, MOST_ARMS
from mac_core.data.roles import Roles
from mac_core.data.schema import label_of
from mac_core.data.table import PatientTable
from mac_core.errors import Notice, Place, notice

__all__ = ["LEAVE_OUT", "ArmQuestion", "SettledArms", "alike_arms", "ask_about_arms", "joining", "settle_arms"]

LEAVE_OUT = "leave out"
_JOIN = "join with {arm}"
_BOTH = "{first} or {second}"
_MOST_JOINS = 6
# Cyrillic and Greek letters that cannot be told from Latin ones by eye.
_LATIN = str.maketrans("АВЕКМНОРСТХасеорхуΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTXaceopxyABEZHIKMNOPTYXo")


@dataclass(frozen=True)
class SettledArms:
    """A table and roles as the answers about arms make them.

    Attributes
    ----------
    table : PatientTable
        With the arms' names as text where something was answered; missing where an arm was left out.
    roles : Roles
        The reference follows its arm into a joined one.
    left_out : ndarray of bool, shape (n,)
        Rows whose arm was left out.
    """

    table: PatientTable
    roles: Roles
    left_out: np.ndarray


@dataclass(frozen=True)
class ArmQuestion:
    """An arm with which no comparison can be made.

    Attributes
    ----------
    arm : str
    patients : int
        With an outcome.
    key : str
        Under which the answer is kept.
    choices : tuple of str
        Leave out, or join with another arm, the largest first.
    """

    arm: str
    patients: int
    key: str
    choices: tuple[str, ...]


def joining(arm: str) -> str:
    """Give the answer that joins an arm with this one.

    Examples
    --------
    >>> joining("placebo")
    'join with placebo'
    """
    return _JOIN.format(arm=arm)


def settle_arms(table: PatientTable, roles: Roles) -> SettledArms:
    r"""Apply what was answered about the arms.

    Examples
    --------
    >>> from mac_core.data.reading import read_table
    >>> rows = "\n".join(f"{40 + i},{'wax' if i < 3 else 'AB'[i % 2]},{i % 2}" for i in range(30))
    >>> table = read_table(f"age,arm,ill\n{rows}".encode())
    >>> joined = replace(table, answers={"arm:arm:wax": "join with A"})
    >>> settle_arms(joined, Roles(treatment="arm", outcome="ill", reference="A")).roles.reference
    'A or wax'
    >>> left = replace(table, answers={"arm:arm:wax": LEAVE_OUT})
    >>> int(settle_arms(left, Roles(treatment="arm", outcome="ill")).left_out.sum())
    3
    """
    nobody = np.zeros(len(table.frame), dtype=bool)
    column = roles.treatment
    if column is None or column not in table.frame or not _answered(table.answers, column):
        return SettledArms(table, roles, nobody)
    labels = table.frame[column].map(label_of, na_action="ignore").astype("str")
    counts = _counted(labels)
    # Where each label of the table ends up; None is left out.
    ends: dict[str, str | None] = {label: label for label in counts}
    if answer_to(table.answers, "alike_arms", column) == "join":
        for group in _alike(counts):
            ends.update(dict.fromkeys(group, max(group, key=lambda label: (counts[label], label))))
    for key, choice in table.answers.items():
        arm = key.removeprefix(f"arm:{column}:")
        standing = set(ends.values())
        if arm == key or arm not in standing:
            continue
        if choice == LEAVE_OUT:
            ends = {label: None if end == arm else end for label, end in ends.items()}
            continue
        other = next((label for label in standing if label not in (None, arm) and choice == joining(str(label))), None)
        if other is not None:
            first, second = sorted((arm, other), key=str.casefold)
            both = _BOTH.format(first=first, second=second)
            ends = {label: both if end in (arm, other) else end for label, end in ends.items()}
    settled = labels.map(ends, na_action="ignore").astype("str")
    left_out = labels.isin([label for label, end in ends.items() if end is None]).to_numpy()
    reference = roles.reference if roles.reference is None else ends.get(roles.reference, roles.reference)
    return SettledArms(
        replace(table, frame=table.frame.assign(**{column: settled})), replace(roles, reference=reference), left_out
    )


def ask_about_arms(table: PatientTable, roles: Roles) -> tuple[ArmQuestion, ...]:
    r"""Ask about every arm that is too small for a comparison, and about the smallest of too many.

    Returns
    -------
    tuple of ArmQuestion
        The smallest first; empty where arms are not compared.

    Examples
    --------
    >>> from mac_core.data.reading import read_table
    >>> rows = "\n".join(f"{40 + i},{'wax' if i < 3 else 'AB'[i % 2]},{i % 2}" for i in range(30))
    >>> asked = ask_about_arms(read_table(f"age,arm,ill\n{rows}".encode()), Roles(treatment="arm", outcome="ill"))
    >>> [(question.arm, question.patients, question.choices) for question in asked]
    [('wax', 3, ('leave out', 'join with B', 'join with A'))]
    """
    settled = settle_arms(table, roles)
    frame, column = settled.table.frame, settled.roles.treatment
    if column is None or roles.outcome is None or not {column, roles.outcome} <= set(frame):
        return ()
    labels = frame[column].map(label_of, na_action="ignore")
    observed = labels[frame[roles.outcome].notna()].value_counts()
    counts = observed.reindex(labels.dropna().unique(), fill_value=0).sort_index().sort_values(kind="stable")
    asked = counts.index[(counts < FEWEST_PER_ARM).to_numpy() | (np.arange(len(counts)) < len(counts) - MOST_ARMS)]
    if len(counts) < 2:
        return ()
    largest = list(counts.index[::-1])
    questions = []
    for arm in asked:
        others = [joining(other) for other in largest if other != arm][:_MOST_JOINS]
        questions.append(ArmQuestion(str(arm), int(counts[arm]), f"arm:{column}:{arm}", (LEAVE_OUT, *others)))
    return tuple(questions)


def alike_arms(table: PatientTable, roles: Roles) -> list[Notice]:
    r"""Ask whether arms whose names differ in case, spaces or lookalike letters alone are the same.

    Examples
    --------
    >>> from mac_core.data.reading import read_table
    >>> rows = "\n".join(f"{40 + i},{'aAB'[i % 3]},{i % 2}" for i in range(30))
    >>> table = read_table(f"age,arm,ill\n{rows}".encode())
    >>> [found.message for found in alike_arms(table, Roles(treatment="arm", outcome="ill"))]
    ['The treatments A and a in arm differ in case, spaces or letters that look alike only.']
    """
    column = roles.treatment
    if column is None or column not in table.frame or answer_to(table.answers, "alike_arms", column) is not None:
        return []
    groups = [sorted(group) for group in _alike(_counted(table.frame[column].map(label_of, na_action="ignore")))]
    said = "; ".join(" and ".join(group) for group in groups)
    return [notice("alike_arms", Place(None, column), groups[0][0], column=column, arms=said)] if groups else []


def _counted(labels: pd.Series) -> dict[str, int]:
    return {str(label): int(count) for label, count in labels.value_counts().items()}


def _alike(labels: Mapping[str, int]) -> list[list[str]]:
    by_name: dict[str, list[str]] = {}
    for label in labels:
        by_name.setdefault("".join(label.translate(_LATIN).casefold().split()), []).append(label)
    return [group for group in by_name.values() if len(group) > 1]


def _answered(answers: Mapping[str, str], column: str) -> bool:
    return f"alike_arms:{column}" in answers or any(key.startswith(f"arm:{column}:") for key in answers)
