import numpy as np
import pandas as pd
import pytest

from mac_core.evidence.intervals import mean_interval, share_interval
from mac_core.evidence.subgroups import EVERYBODY, NOT_KNOWN, OTHERS, group_patients, summarise_groups


def test_fifths_are_equal_named_by_their_ends_and_independent_of_the_order():
    values = pd.Series(np.random.default_rng(0).permutation(np.arange(100.0)))
    groups = group_patients(values)
    assert groups.value_counts().tolist() == [20] * 5
    assert list(groups.cat.categories) == ["0 to 19", "20 to 39", "40 to 59", "60 to 79", "80 to 99"]
    for name, part in values.groupby(groups, observed=True):
        low, _, high = name.partition(" to ")
        assert (part.min(), part.max()) == (float(low), float(high))
    turned = group_patients(values.iloc[::-1])
    assert (turned.sort_index() == groups.sort_index()).all()


def test_ties_stay_together_and_close_numbers_keep_different_names():
    tied = group_patients(pd.Series([0.0] * 70 + list(np.arange(1, 31.0))))
    assert tied.value_counts(sort=False).iloc[0] == 70
    close = group_patients(pd.Series(1000 + np.arange(50) / 1e4))
    assert close.cat.categories.is_unique and len(close.cat.categories) == 5


def test_few_different_numbers_are_groups_of_their_own():
    groups = group_patients(pd.Series([1.0, 0.0, 1.0, None, 10.0, 2.0]))
    assert list(groups.cat.categories) == ["0", "1", "2", "10", NOT_KNOWN]
    assert groups.tolist() == ["1", "0", "1", NOT_KNOWN, "10", "2"]


def test_many_categories_are_put_together():
    values = pd.Series([f"site {i:02}" for i in range(20) for _ in range(20 - i)] + [None])
    groups = group_patients(values)
    assert len(groups.cat.categories) == 13
    assert list(groups.cat.categories[-2:]) == [OTHERS, NOT_KNOWN]
    assert (groups == OTHERS).sum() == sum(20 - i for i in range(11, 20))


def test_what_holds_in_a_group_and_who_is_hidden():
    random = np.random.default_rng(1)
    values = pd.Series(["f"] * 40 + ["m"] * 25 + ["x"] * 9)
    named, gain = random.random(74) < 0.4, random.normal(size=74)
    gain[40:60] = np.nan
    table = summarise_groups(group_patients(values), shares={"named": named}, means={"gain": gain})
    assert list(table.index) == [EVERYBODY, "f", "m", "x"]
    women = named[:40]
    assert table.at["f", "named"] == women.mean()
    assert tuple(table.loc["f", ["named_low", "named_high"]]) == share_interval(int(women.sum()), 40)
    assert tuple(table.loc["f", ["gain", "gain_low", "gain_high"]]) == mean_interval(gain[:40])
    # Of 25 men 5 have a gain: too few for a mean. Nine of x: nothing at all, not even how many they are.
    assert table.at["m", "n"] == 25 and np.isnan(table.at["m", "gain"]) and np.isnan(table.at["m", "gain_n"])
    assert table.at["x", "hidden"] and table.loc["x"].drop("hidden").isna().all()
    assert not table["hidden"].drop("x").any()


@pytest.mark.parametrize("values", [pd.Series([np.nan] * 12), pd.Series([None] * 12, dtype="str"), pd.Series([2.0] * 12)])
def test_one_group_only(values):
    table = summarise_groups(group_patients(values), shares={"named": np.ones(12, dtype=bool)})
    assert len(table) == 2 and (table["n"] == 12).all() and (table["named_high"] == 1).all()
