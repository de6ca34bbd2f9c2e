"""The arms of a comparison; `test_cohort.py` and the cases test the same through a whole table."""

from __future__ import annotations

import pandas as pd
import pytest

from mac_core.data.arms import check_arms, check_dose, check_predictors, notice_arms
from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.errors import InputError

BOTH = Roles(treatment="drug", outcome="died")


def table_of(*drugs):
    return read_table(("drug,died\n" + "\n".join(f"{drug},{i % 2}" for i, drug in enumerate(drugs))).encode())


@pytest.mark.parametrize(
    ("drugs", "code"),
    [([2.5 * i for i in range(9)], "dose"), ([f"drug {'abcdefgh'[i % 7]}" for i in range(40)], "too_many_arms")],
)
def test_what_is_no_choice_between_treatments(drugs, code):
    with pytest.raises(InputError) as caught:
        check_dose(table_of(*drugs), BOTH)
    assert caught.value.code == code
    check_dose(table_of("A", "B", "A", "B"), BOTH)


@pytest.mark.parametrize(("arms", "code"), [("A" * 30, "one_arm"), ("A" * 30 + "B" * 9, "tiny_arm"), ("AB", "tiny_arm")])
def test_what_cannot_be_compared(arms, code):
    with pytest.raises(InputError) as caught:
        check_arms(pd.Series(list(arms)), BOTH)
    assert caught.value.code == code
    check_arms(pd.Series(list("AB" * 10)), BOTH)


def test_rows_of_one_patient_count_once():
    arms, ids = pd.Series(list("AB" * 12)), pd.Series([f"p{i // 2}" for i in range(24)])
    check_arms(arms, BOTH, ids)
    with pytest.raises(InputError, match="who got A: 6"):
        check_arms(arms, BOTH, ids.where(arms == "B", ids.str[:1] + (pd.Series(range(24)) // 4).astype(str)))


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (pd.Series(list("AB") * 20), "predictor_is_treatment"),
        (pd.Series([*range(39), float("nan")]), "predictor_is_outcome"),
        (pd.Series(list("AAB") * 13 + ["A"]), None),
        (pd.Series([7.0, 3.0] * 20), None),
        (pd.Series([*range(39), 0.0]), None),
        (pd.Series([float("nan")] * 40), None),
    ],
)
def test_a_predictor_that_is_the_answer(column, code):
    treatment, outcome = pd.Series(list("AB") * 20), pd.Series([*range(39), float("nan")])
    X = pd.DataFrame({"age": [40.0, 50.0, 60.0, 70.0] * 10, "x": column})
    if code is None:
        check_predictors(X, treatment, outcome)
        return
    with pytest.raises(InputError) as caught:
        check_predictors(X, treatment, outcome)
    assert (caught.value.code, caught.value.place.column) == (code, "x")


def test_words_that_are_the_outcome():
    words = pd.Series(["yes", "no", None, "no"] * 10)
    with pytest.raises(InputError, match="x holds the outcome itself"):
        check_predictors(pd.DataFrame({"x": words}), pd.Series(list("AAB" * 13 + "A")), words)


@pytest.mark.parametrize(
    ("values", "missing", "codes"),
    [
        (["A", "B"], (0, 0), []),
        ([0.0, 1.0], (0, 0), ["coded_treatment"]),
        (["A", "B"], (20, 0), ["missing_by_arm"]),
        (["A", "B"], (2, 0), []),
    ],
)
def test_doubts(values, missing, codes):
    read = pd.Series(values * 30)
    labels = read.map(lambda value: f"{value:g}" if isinstance(value, float) else value)
    gaps = pd.Series(missing, index=sorted(labels.unique()))
    assert [found.code for found in notice_arms(read, labels, gaps, "drug")] == codes
