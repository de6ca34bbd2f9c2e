import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mac_core.treatment.scores import aipw_scores, mean_interval, unseen_variance


def test_scores_by_hand():
    scores = aipw_scores(
        np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[0.5, 0.5], [0.8, 0.2]]), np.array([1, 0]), np.array([3.0, 2.0])
    )
    np.testing.assert_allclose(scores, [[1.0, 2 + 1 / 0.5], [3 - 1 / 0.8, 5.0]])


def test_right_propensity_makes_up_for_wrong_outcome_models():
    random = np.random.default_rng(0)
    x = random.normal(size=40_000)
    e = 1 / (1 + np.exp(-x))
    arm = (random.random(len(x)) < e).astype(int)
    outcome = x + 2 * arm + random.normal(size=len(x))
    wrong = np.zeros((len(x), 2))
    scores = aipw_scores(wrong, np.column_stack([1 - e, e]), arm, outcome)
    naive = outcome[arm == 1].mean() - outcome[arm == 0].mean()
    assert naive > 2.5
    assert abs((scores[:, 1] - scores[:, 0]).mean() - 2) < 0.1


def test_interval_by_hand():
    # sd 1, n 3: t(2) at 97.5 % is 4.3027
    found = mean_interval(np.array([1.0, 2.0, 3.0]), np.arange(3))
    np.testing.assert_allclose(found, [2.0, 2 - 4.302653 / np.sqrt(3), 2 + 4.302653 / np.sqrt(3), 3], rtol=1e-6)


def test_repeated_rows_of_a_patient_add_no_certainty():
    values, patients = np.array([1.0, 2.0, 5.0, 3.0]), np.arange(4)
    once = mean_interval(values, patients)
    thrice = mean_interval(np.repeat(values, 3), np.repeat(patients, 3))
    np.testing.assert_allclose(once, thrice)


@pytest.mark.parametrize(("values", "patients"), [([], 0), ([2.0], 1), ([2.0, 3.0], 1)])
def test_nothing_is_promised_of_fewer_than_two_patients(values, patients):
    found = mean_interval(np.array(values), np.zeros(len(values), dtype=int))
    assert np.isnan([found.low, found.high]).all()
    assert found.clusters == patients


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
@settings(max_examples=50, deadline=None)
def test_negation_is_exact(values):
    values, patients = np.array(values), np.arange(len(values))
    one, other = mean_interval(values, patients), mean_interval(-values, patients)
    assert (one.mean, one.low, one.high) == (-other.mean, -other.high, -other.low)


@pytest.mark.parametrize("n", [10, 60, 600])
def test_nothing_seen_reaches_to_wilsons_limit(n):
    _, low, high, _ = mean_interval(np.zeros(n), np.arange(n), 0.95, float(unseen_variance(np.array(0), np.array(n))))
    wilson = 1.96**2 / (n + 1.96**2)
    assert high == pytest.approx(wilson, rel=0.2)  # the t quantile of a small cohort is a little wider
    assert high >= wilson * 0.999
    assert low == -high


def test_an_outcome_that_is_missing_adds_nothing_to_the_expectation():
    scores = aipw_scores(np.array([[1.0, 2.0]]), np.array([[0.5, 0.5]]), np.array([1]), np.array([np.nan]))
    assert scores.tolist() == [[1.0, 2.0]]
