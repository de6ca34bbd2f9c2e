import numpy as np
import pandas as pd
import pytest

from mac_core.data.cohort import Target
from mac_core.data.roles import Roles
from mac_core.figures.expectation import Expectation, expect
from tests.figures.made_run import made_expectation

NAN = float("nan")


def test_arms_stand_in_neutral_order_whatever_order_came_in():
    found, turned = made_expectation(), made_expectation(turned=True)
    assert [option.arm for option in found.options] == [option.arm for option in turned.options] == ["A", "B", "C", "D"]
    assert found.reference == "B"


def test_a_difference_is_what_a_reader_gets_who_subtracts():
    found = made_expectation()
    for decimals in (False, True):
        for arm in "ABC":
            for against in "ABC":
                if arm == against:
                    continue
                shown, low, high = found.difference(arm, against, decimals=decimals)
                here, there = (found.amount(name, decimals=decimals) for name in (arm, against))
                assert shown == pytest.approx(here - there, abs=1e-9)
                assert low <= shown <= high
                assert found.difference(against, arm, decimals=decimals)[0] == -shown
    assert all(np.isnan(found.difference("D")))


def test_numbers_are_shown_with_three_digits_all_to_the_same_place():
    target = Target("x", "Score", "number", unit="points")
    for level, places in ((412.0, 0), (41.2, 1), (4.12, 2), (0.0, 0)):
        table = pd.DataFrame(
            {"outcome": [level], "low": [level], "high": [level], "range_low": NAN, "range_high": NAN, "support": "supported"},
            index=["A"],
        )
        index = pd.MultiIndex.from_arrays([[], []], names=["arm", "against"])
        pairs = pd.DataFrame({"difference": [], "low": [], "high": []}, index=index)
        found = expect(table, pairs, target, Roles())
        assert isinstance(found, Expectation)
        assert (found.places(), found.places(decimals=True)) == (places, places + 1)
        assert found.count("A") is None


def test_an_unknown_reference_is_the_first_arm():
    assert made_expectation(reference="Z").reference == "A"


def test_harm_stands_beside_its_arm_per_100():
    harms = pd.DataFrame({"event": "yes", "n": [50, 60], "value": [0.02, NAN], "low": 0.0, "high": 0.1}, index=["A", "B"])
    found = made_expectation(harms=harms)
    assert found["A"].harm.value == 2
    assert found["B"].harm is found["C"].harm is None
