import numpy as np
import pytest
from scipy.stats import ttest_ind

from mac_core.evidence.intervals import mean_interval, share_interval, welch


def test_wilson_against_the_textbook_and_at_the_ends():
    # Newcombe, Statistics in Medicine 17, 1998, table I, method 3.
    for count, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        np.testing.assert_allclose(share_interval(count, n), (low, high), atol=5e-5)
    assert share_interval(9, 9)[1] == 1.0
    assert np.isnan(share_interval(0, 0)).all()


def test_means_of_few():
    assert mean_interval(np.array([]))[0] != mean_interval(np.array([]))[0]
    one = mean_interval(np.array([3.0]))
    assert one[0] == 3.0 and np.isnan(one[1:]).all()
    mean, low, high = mean_interval(np.array([1.0, 2.0, 3.0, 4.0]))
    # t of 3 degrees of freedom, 97.5 %: 3.182446; standard error 0.645497.
    assert (mean - low, high - mean) == (pytest.approx(3.182446 * 0.645497, rel=1e-5),) * 2


def test_rows_of_one_patient_count_together():
    values = np.random.default_rng(0).normal(size=40)
    once, twice = mean_interval(values), mean_interval(np.repeat(values, 2), patients=np.repeat(np.arange(40), 2))
    np.testing.assert_allclose(twice, once, rtol=1e-12)
    assert mean_interval(np.repeat(values, 2))[2] < once[2]


def test_welch_is_scipys():
    random = np.random.default_rng(1)
    first, second = random.normal(0, 1, 12), random.normal(1, 3, 30)
    assert welch(first, second) == pytest.approx(ttest_ind(first, second, equal_var=False).pvalue, rel=1e-10)
    assert np.isnan(welch(first[:1], second)) and np.isnan(welch(np.ones(5), np.ones(5)))


def test_the_interval_of_a_mean_covers_as_promised():
    random = np.random.default_rng(2)
    drawn = random.exponential(1.0, (2000, 60))
    held = [low <= 1.0 <= high for _, low, high in (mean_interval(row) for row in drawn)]
    assert 0.92 < np.mean(held) < 0.96
