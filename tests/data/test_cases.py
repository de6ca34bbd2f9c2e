"""Every kind of bad input gets the answer that its table promises; the tables stand in `tests/data/cases`."""

from __future__ import annotations

import pandas as pd
import pytest

from mac_core.data.cohort import make_cohort
from mac_core.data.conforming import conform
from mac_core.data.quality import examine_table
from mac_core.data.reading import read_table
from mac_core.errors import CATALOGUE, InputError, Notice
from tests.data.cases import ASKED_FOR, OUTCOME, Case, csv
from tests.data.cases.decisions import DECISIONS
from tests.data.cases.files import FILES
from tests.data.cases.values import VALUES

CASES = (*FILES, *VALUES, *DECISIONS)
CLASSES = {"fixed": "F", "warning": "W", "question": "Q", "refused": "R"}
# What reading a file or a patient's row cannot know.
ELSEWHERE = {
    81: "an arm that was never seen: known when a run meets a file, tests/runs/test_batch.py",
    84: "patients of the training file uploaded again: tests/runs/test_batch.py",
    85: "repeated ids in a batch: tests/runs/test_batch.py",
    87: "a run of another version: tests/runs/test_batch.py",
}


def answer(case: Case) -> tuple[list[Notice], InputError | None]:
    """What is said about a file, until a study could be made of it."""
    try:
        table = read_table(case.bytes, name=case.name)
        found = list(table.notices)
        if case.roles is not None:
            found += [*examine_table(table, case.roles), *make_cohort(table, case.roles).notices]
    except InputError as error:
        return [], error
    return found, None


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case):
    found, refused = answer(case)
    codes = [notice.code for notice in found]
    if case.answer == "R":
        assert refused is not None and refused.code == case.code, codes
        assert refused.message and refused.fix
    elif case.answer == "S":
        assert refused is None and codes == []
    else:
        assert refused is None, refused
        assert case.code in codes
        said = next(notice for notice in found if notice.code == case.code)
        assert CLASSES[said.severity] == case.answer
        assert said.message and said.fix


def test_the_table_is_whole():
    numbers = {case.number for case in CASES} | set(AT_PREDICTION) | set(ELSEWHERE)
    assert numbers == set(range(1, 88)) == set(ASKED_FOR)
    assert all(case.code is None or case.code in CATALOGUE for case in CASES)


def test_the_class_is_the_one_asked_for_or_the_case_says_why():
    assert [str(case) for case in CASES if case.answer not in ASKED_FOR[case.number] and not case.instead] == []
    assert [number for number, (_, _, answer, _) in AT_PREDICTION.items() if answer not in ASKED_FOR[number]] == []


RUN = make_cohort(read_table(csv(sex=lambda i: "mf"[i % 2])), OUTCOME).schema
GOOD = {"age": "50", "sex": "m", "arm": "A"}
AT_PREDICTION = {
    75: ("a column is missing", {"age": "50", "arm": "A"}, "R", "missing_column"),
    76: ("further columns", {**GOOD, "note": "-"}, "W", "extra_columns"),
    77: ("another order of columns", dict(reversed(GOOD.items())), "S", None),
    78: ("a number as text", {**GOOD, "age": "50,5"}, "S", None),
    79: ("text in a column of numbers", {**GOOD, "age": "old"}, "R", "number_unreadable"),
    80: ("a value never seen", {**GOOD, "sex": "x"}, "W", "unseen_value"),
    82: ("another unit", {**GOOD, "age": "600"}, "W", "outside_range"),
    83: ("no patients", {}, "R", "no_rows"),
    86: ("the outcome stands there too", {**GOOD, "died": "1"}, "W", "extra_columns"),
}


@pytest.mark.parametrize("number", AT_PREDICTION)
def test_at_prediction(number):
    what, patient, expected, code = AT_PREDICTION[number]
    frame = pd.DataFrame([patient] if patient else {name: [] for name in GOOD}, dtype="str")
    try:
        ready, found = conform(frame, RUN, lines=range(7, 7 + len(frame)))
    except InputError as error:
        assert expected == "R" and error.code == code, what
        return
    assert [notice.code for notice in found] == ([] if code is None else [code]), what
    assert all(CLASSES[notice.severity] == expected for notice in found)
    assert tuple(ready.columns) == RUN.names
    assert all(notice.place.row in (7, None) for notice in found)
