import numpy as np
import pytest

from mac_core.treatment.ranges import conformal_radius, least_possible, radius_where_thin


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


def test_weights_move_the_range_to_the_patients_it_is_for():
    random = np.random.default_rng(0)
    spread = np.where(np.arange(4000) % 4 == 0, 3.0, 1.0)  # a quarter of those who got the arm is of the wide kind
    residuals = spread * random.normal(size=4000)
    weights = np.where(spread == 3.0, 3.0, 1.0)  # but half of all patients are
    radius = conformal_radius(residuals, 0.95, weights)
    assert radius > 1.1 * conformal_radius(residuals, 0.95)
    new = np.repeat([3.0, 1.0], 5000) * random.normal(size=10_000)
    assert np.mean(np.abs(new) <= radius) == pytest.approx(0.95, abs=0.01)


def test_too_little_weight_has_no_finite_range():
    assert np.isnan(conformal_radius(np.arange(5.0), 0.95, np.ones(5)))
    assert np.isnan(conformal_radius(np.array([]), 0.95, np.array([])))


@pytest.mark.parametrize(
    ("outcome", "least"),
    [([0, 1, 7], 0.0), ([0, 1], 0.0), ([3, np.nan, 900], 0.0), ([-1, 2], -np.inf), ([0.5, 2], -np.inf), ([np.nan], -np.inf)],
)
def test_only_counts_have_a_least_value(outcome, least):
    assert least_possible(np.array(outcome, dtype=float)) == least


def test_ranges_are_wider_only_where_support_is_thin_and_models_lie_apart():
    radius, thin = np.array([3.0, np.nan]), np.array([[True, True], [False, False], [True, True]])
    apart = np.array([[4.0, 1.0], [4.0, 1.0], [0.0, 0.0]])
    found = radius_where_thin(radius, thin, apart)
    # The square of the disagreement counts as the variance of what is expected: 1.96 times 4, and 3, at a right angle.
    np.testing.assert_allclose(found[:, 0], [np.hypot(3, 1.959964 * 4), 3, 3], rtol=1e-6)
    assert np.isnan(found[:, 1]).all()
    np.testing.assert_allclose(radius_where_thin(radius, thin, -apart)[:, 0], found[:, 0])
