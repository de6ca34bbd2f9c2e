"""What is predicted; `test_cohort.py` has it within whole tables."""

from __future__ import annotations

import pandas as pd
import pytest

from mac_core.data.quality import examine_table
from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.data.target import check_label, find_target, suggest_kind
from mac_core.errors import InputError


@pytest.mark.parametrize(
    ("values", "outcome", "compared"),
    [
        ([0.0, 1.0], "binary", "binary"),
        (["a", "b"], "binary", "binary"),
        (["a", "b", "c"], "classes", "classes"),
        ([1.0, 2.0, 3.0], "classes", "number"),
        ([0.5, 1.5, 2.5], "number", "number"),
        ([float(i) for i in range(9)], "number", "number"),
    ],
)
def test_the_kind_that_values_suggest(values, outcome, compared):
    column = pd.Series(values * 3)
    assert suggest_kind(column, compared=False) == outcome
    assert suggest_kind(column, compared=True) == compared
    # What is suggested is what a study takes, where it can.
    if outcome != "classes":
        assert find_target(column, "x", "both", Roles(outcome="x", treatment="t"))[0].kind == compared
    assert find_target(column, "x", "outcome", Roles(outcome="x"))[0].kind == outcome


def test_a_table_s_quality_takes_the_outcome_as_a_study_does():
    rows = "".join(f"{40 + i % 30},{0.5 + (i % 20 == 0) + 2 * (i % 3 == 0)}\n" for i in range(60))
    codes = {found.code for found in examine_table(read_table(f"age,dose_left\n{rows}".encode()), Roles(outcome="dose_left"))}
    # A few amounts that are not whole are no classes, and none of them is rare.
    assert "class_balance" not in codes


def test_the_event_is_said_known_or_the_rarer():
    values = pd.Series(["well", "dead"] * 3 + ["well"])
    target, y, notices = find_target(values, "end", "outcome", Roles(outcome="end"))
    assert (target.event, [found.code for found in notices]) == ("dead", ["event_assumed"])
    assert find_target(values, "end", "outcome", Roles(outcome="end", event="well"))[0].event == "well"
    with pytest.raises(InputError) as caught:
        check_label("end", "ill", y)
    assert caught.value.code == "unknown_label" and "dead, well" in caught.value.fix
