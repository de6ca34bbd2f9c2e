import numpy as np
import pytest

from mac_core.treatment.benefit import by_fourths


def _case(seed=0, n=400):
    random = np.random.default_rng(seed)
    expected = random.normal(size=(n, 3))
    return expected, expected + random.normal(size=(n, 3)), np.ones((n, 3), bool), np.arange(n), ["A", "B", "C"]


def test_more_was_observed_where_more_was_expected():
    table = by_fourths(None, *_case())
    rows = table.loc[("A", "B")]
    assert rows.index.tolist() == [1, 2, 3, 4]
    assert rows["difference"].is_monotonic_increasing
    assert ((rows["low"] - 0.2 <= rows["expected"]) & (rows["expected"] <= rows["high"] + 0.2)).all()
    assert rows["n"].tolist() == [100] * 4


def test_the_reversed_pair_has_the_same_groups():
    table = by_fourths(None, *_case(1))
    forward, backward = table.loc[("A", "C")], table.loc[("C", "A")]
    assert backward["difference"].to_numpy()[::-1] == pytest.approx(-forward["difference"].to_numpy())
    assert backward["low"].to_numpy()[::-1] == pytest.approx(-forward["high"].to_numpy())


def test_fourths_of_something_else_are_the_same_for_all_pairs():
    order = np.random.default_rng(2).random(400)
    table = by_fourths(order, *_case(2))
    assert table.loc[("A", "B"), "by"].tolist() == table.loc[("C", "B"), "by"].tolist()
    assert table.loc[("A", "B"), "by"].is_monotonic_increasing
