import numpy as np
import pytest

from mac_core.evidence.hundred import of_100


def test_ten_thousand_vectors_come_to_exactly_a_hundred_and_no_count_is_off_by_a_patient():
    random = np.random.default_rng(0)
    for i in range(10_000):
        shares = random.dirichlet(np.full(random.integers(2, 8), (0.05, 1.0, 20.0)[i % 3]))
        counts = of_100(shares)
        assert counts.sum() == 100
        assert (counts >= 0).all()
        assert np.abs(counts - 100 * shares).max() < 1


def test_whole_shares_stay_as_they_are():
    for k in range(101):
        assert of_100([k / 100, 1 - k / 100]).tolist() == [k, 100 - k]


def test_equal_remainders_go_to_the_first():
    assert of_100([0.125, 0.125, 0.75]).tolist() == [13, 12, 75]
    assert of_100([1] * 7).tolist() == [15, 15, 14, 14, 14, 14, 14]


@pytest.mark.parametrize("shares", [[-0.1, 1.1], [0, 0], [float("nan"), 1]])
def test_what_is_no_share_is_refused(shares):
    with pytest.raises(ValueError, match="shares"):
        of_100(shares)
