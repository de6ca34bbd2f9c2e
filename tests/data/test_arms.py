"""The arms of a comparison; `test_cohort.py` and the cases test the same through a whole table."""

from __future__ import annotations

import pandas as pd
import pytest

from mac_core.data.arms import check_arms, check_dose, notice_arms
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


@pytest.mark.parametrize(("arms", "code"), [(["A", "A"], "one_arm"), (["A", "A", "B"], "tiny_arm")])
def test_what_cannot_be_compared(arms, code):
    with pytest.raises(InputError) as caught:
        check_arms(pd.Series(arms), BOTH)
    assert caught.value.code == code
    check_arms(pd.Series(["A", "A", "B", "B"]), BOTH)


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
