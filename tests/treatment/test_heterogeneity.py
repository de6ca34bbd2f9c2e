import numpy as np
import pytest

from mac_core.treatment.heterogeneity import heterogeneity, sequential_test, too_few


def _scores(seed, slope, n=600, arms=3):
    random = np.random.default_rng(seed)
    Z = random.normal(size=(n, 4))
    scores = random.normal(size=(n, arms)) * 1.5
    scores[:, 0] += slope * Z[:, 0]
    return Z, scores, np.ones((n, arms), bool), np.arange(n)


def test_too_few_patients_are_not_tested():
    arm = np.repeat([0, 1], [350, 90])
    found = too_few(arm, np.arange(440), ["A", "B"])
    assert np.isnan(found.p)
    assert not found.supported
    assert "90 of whom got B" in found.reason
    assert too_few(np.repeat([0, 1], [300, 100]), np.arange(400), ["A", "B"]) is None
    # Rows of the same patient do not make a cohort large.
    assert too_few(np.tile([0, 1], 400), np.repeat(np.arange(200), 4), ["A", "B"]) is not None


def test_what_is_the_same_for_everybody_is_not_found():
    found = [sequential_test(*_scores(seed, 0.0), seed=seed, splits=5) for seed in range(8)]
    # At 5 %, two or more of eight happen in 5.7 % of attempts; twice the median is conservative.
    assert sum(p < 0.05 for p in found) <= 1


def test_what_differs_is_found_whatever_the_order_of_the_arms():
    Z, scores, usable, clusters = _scores(1, 0.8)
    p = sequential_test(Z, scores, usable, clusters, splits=5)
    assert p < 0.01
    assert sequential_test(Z, scores + 5.0, usable, clusters, splits=5) == pytest.approx(p, rel=0.5)


def test_rows_of_one_patient_are_no_evidence_twice():
    Z, scores, usable, clusters = _scores(2, 0.25, n=300)
    alone = sequential_test(Z, scores, usable, clusters, splits=5)
    copied = [np.repeat(part, 4, axis=0) for part in (Z, scores, usable, clusters)]
    assert sequential_test(*copied, splits=5) > alone / 20


@pytest.mark.parametrize(
    ("p", "low", "supported", "words"),
    [
        (0.2, 1.0, False, "no sign beyond chance"),
        (0.01, -0.5, False, "was not shown to be better than B"),
        (0.01, 0.5, True, "better than any one arm"),
        (0.01, np.nan, False, "was not shown"),
    ],
)
def test_both_conditions_are_needed(p, low, supported, words):
    found = heterogeneity(p, [("A", 3.0, 2.0, 4.0), ("B", 1.0, low, 2.0)], amount=lambda value: f"{value:.1f}")
    assert found.supported is supported
    assert words in found.reason
