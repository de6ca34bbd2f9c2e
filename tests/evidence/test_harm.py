import numpy as np
import pandas as pd
import pytest

from mac_core.evidence.harm import harm_by_arm


def test_shares_with_wilsons_interval():
    harm = pd.Series(["no"] * 95 + ["yes"] * 5 + [None] * 3)
    found = harm_by_arm(harm, pd.Series(["A"] * 103))
    row = found.loc["A"]
    assert (row["event"], row["n"], row["missing"]) == ("yes", 100, 3)
    # Known answer: 5 of 100.
    assert (row["value"], row["low"], row["high"]) == pytest.approx((0.05, 0.0215, 0.1118), abs=1e-4)


def test_nobody_harmed_still_has_an_upper_limit():
    row = harm_by_arm(pd.Series([0.0, 0.0, 1.0]), pd.Series(["A", "A", "B"])).loc["A"]
    assert row["value"] == row["low"] == 0
    assert 0.5 < row["high"] < 1


def test_the_rarer_word_counts_when_neither_says_that_it_happened():
    found = harm_by_arm(pd.Series(["left", "left", "right"]), pd.Series(["A", "A", "A"]))
    assert found.at["A", "event"] == "right"


def test_numbers_give_their_mean():
    found = harm_by_arm(pd.Series([1.0, 2.0, 3.0, np.nan, 9.0, 9.5]), pd.Series(["A", "A", "A", "A", "B", "B"]))
    assert found.at["A", "event"] == ""
    assert found.at["A", "value"] == 2
    assert found.at["A", "low"] < 2 < found.at["A", "high"]


def test_words_are_no_harm_that_can_be_counted():
    assert harm_by_arm(pd.Series(["a", "b", "c"]), pd.Series(["A", "A", "B"])).empty
