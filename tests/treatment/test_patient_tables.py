import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from mac_core.treatment.patient_tables import difference_table, group_limits, outcome_table, widened
from mac_core.treatment.similar_groups import SimilarGroups


def groups(seed, scale=1.0):
    random = np.random.default_rng(seed)
    return SimilarGroups(random.normal(size=100), scale * random.normal(size=100), np.arange(100))


@given(st.integers(0, 1000), st.integers(2, 5))
@settings(max_examples=25, deadline=None)
def test_differences_are_those_of_the_outcomes_and_exactly_antisymmetric(seed, count):
    random = np.random.default_rng(seed)
    shown = np.where(random.random((6, count)) < 0.2, np.nan, random.normal(size=(6, count)))
    arms = [f"arm {a}" for a in range(count)]
    pairs = {(a, b): groups(seed + a + b) for a in range(count) for b in range(a + 1, count)}
    table = difference_table(pd.Index(range(6)), arms, shown, group_limits(shown, pairs))
    assert len(table) == 6 * count * (count - 1)
    for (row, arm, against), found in table.iterrows():
        difference = shown[row, arms.index(arm)] - shown[row, arms.index(against)]
        turned = table.loc[(row, against, arm)]
        np.testing.assert_array_equal(found["difference"], difference)
        np.testing.assert_array_equal([found["low"], found["high"]], [-turned["high"], -turned["low"]])
        assert np.isnan(difference) or found["low"] <= difference <= found["high"]


def test_outcomes_keep_unsupported_rows_without_numbers_and_binary_inside_its_limits():
    shown = np.array([[0.01, np.nan], [0.99, 0.5]])
    support = np.array([["supported", "unsupported"], ["thin", "supported"]], dtype=object)
    table = outcome_table(
        pd.Index(["p", "q"]), ["A", "B"], shown, support, [groups(0, 9), groups(1, 9)], np.full(2, np.nan), limits=(0.0, 1.0)
    )
    assert table.index.names == ["row", "arm"]
    assert table.index.tolist() == [("p", "A"), ("p", "B"), ("q", "A"), ("q", "B")]
    assert table.loc[("p", "B")].drop("support").isna().all()
    known = table.drop(("p", "B"))
    assert ((known["low"] >= 0) & (known["low"] <= known["outcome"])).all()
    assert ((known["high"] <= 1) & (known["high"] >= known["outcome"])).all()
    assert table["range_low"].isna().all()


def test_range_is_the_outcome_and_its_radius():
    shown = np.array([[1.0, 2.0]])
    support = np.full((1, 2), "supported", dtype=object)
    table = outcome_table(pd.Index([0]), ["A", "B"], shown, support, [groups(0), groups(1)], np.array([3.0, np.nan]))
    assert table.loc[(0, "A"), ["range_low", "range_high"]].tolist() == [-2.0, 4.0]
    assert table.loc[(0, "B"), ["range_low", "range_high"]].isna().all()


def test_counts_end_at_nothing():
    support = np.full((1, 2), "supported", dtype=object)
    parts = (support, [groups(0), groups(1)], np.array([3.0, 3.0]))
    table = outcome_table(pd.Index([0]), ["A", "B"], np.array([[1.0, 0.0]]), *parts, limits=(0.0, np.inf))
    assert table["range_low"].tolist() == [0, 0] and table["range_high"].tolist() == [4.0, 3.0]
    assert (table["low"] >= 0).all() and (table["high"] >= table["outcome"]).all()


def test_limits_are_widened_to_hold_the_value_and_missing_where_it_is():
    low, high = widened(np.zeros(3), np.ones(3), np.array([0.5, 2.0, np.nan]))
    np.testing.assert_array_equal(low, [0.0, 0.0, np.nan])
    np.testing.assert_array_equal(high, [1.0, 2.0, np.nan])
