import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mac_core.treatment.average_effects import average_effects


@given(
    arrays(float, st.tuples(st.integers(3, 20), st.integers(2, 6)), elements=st.floats(-1e3, 1e3)),
    st.integers(0, 100),
)
@settings(max_examples=50, deadline=None)
def test_every_ordered_pair_and_exactly_antisymmetric(scores, seed):
    usable = np.random.default_rng(seed).random(scores.shape) < 0.8
    arms = [f"arm {a}" for a in range(scores.shape[1])]
    table = average_effects(scores, usable, np.arange(len(scores)), arms)
    assert len(table) == len(arms) * (len(arms) - 1)
    turned = table.swaplevel().loc[table.index]
    np.testing.assert_array_equal(table["difference"], -turned["difference"])
    np.testing.assert_array_equal(table["low"], -turned["high"])
    np.testing.assert_array_equal(table["n"], turned["n"])


def test_only_patients_supported_in_both_arms_count():
    scores = np.array([[0.0, 1.0], [0.0, 3.0], [0.0, 100.0]])
    usable = np.array([[True, True], [True, True], [False, True]])
    table = average_effects(scores, usable, np.arange(3), ["A", "B"])
    assert table.loc[("B", "A"), "difference"] == 2
    assert table.loc[("B", "A"), "n"] == 2


def test_no_common_patients_give_no_number():
    table = average_effects(np.zeros((2, 2)), np.eye(2, dtype=bool), np.arange(2), ["A", "B"])
    assert table[["difference", "low", "high"]].isna().all(axis=None)
    assert (table["n"] == 0).all()


def test_variance_that_was_not_seen_widens_and_patients_without_outcome_are_not_counted():
    scores, usable, who = np.zeros((50, 2)), np.ones((50, 2), bool), np.arange(50)
    table = average_effects(scores, usable, who, ["A", "B"], extra=np.array([0.0, 0.01]), observed=who < 40)
    row = table.loc[("A", "B")]
    assert row["difference"] == 0
    assert 0.19 < row["high"] == -row["low"] < 0.21
    assert row["n"] == 40
