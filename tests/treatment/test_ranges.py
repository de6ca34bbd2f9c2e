import numpy as np
import pytest

from mac_core.treatment.ranges import conformal_radius


@pytest.mark.parametrize(("n", "level", "rank"), [(19, 0.95, 19), (39, 0.95, 38), (99, 0.9, 90), (100, 0.9, 91)])
def test_rank_by_hand(n, level, rank):
    assert conformal_radius(-np.arange(1, n + 1), level) == rank


def test_too_few_residuals_give_no_range():
    assert np.isnan(conformal_radius(np.ones(18)))
    assert np.isnan(conformal_radius(np.ones(0)))


def test_coverage_is_what_it_says():
    random = np.random.default_rng(0)
    draws = random.standard_t(3, size=(2000, 41))
    held = [abs(row[-1]) <= conformal_radius(row[:-1]) for row in draws]
    # The promise is at least .95; 2,000 draws have a standard error of .005.
    assert 0.94 < np.mean(held) < 0.98
