import numpy as np
import pandas as pd
import pytest

from mac_core.data.cohort import Target
from mac_core.evidence.errors_nearby import errors_nearby

RISK = Target("x", "x", "binary", ("no", "yes"), "yes")


def test_a_region_where_the_model_is_worse_shows():
    random = np.random.default_rng(0)
    observed = pd.Series(random.normal(size=400))
    said = observed + np.where(np.arange(400) < 50, 3.0, 0.1)
    found = errors_nearby(Target("x", "x", "number"), observed, pd.DataFrame({"prediction": said}), np.arange(50))
    assert found.near == pytest.approx(3)
    assert found.everybody == pytest.approx((50 * 3 + 350 * 0.1) / 400)
    assert found.predicted - found.observed == pytest.approx(3)
    assert found.low <= found.near <= found.high


def test_risks_are_compared_with_what_happened():
    observed = pd.Series(["yes"] * 8 + ["no"] * 42 + ["no"] * 50)
    said = pd.DataFrame({"no": 0.9, "yes": 0.1}, index=range(100))
    found = errors_nearby(RISK, observed, said, np.arange(50))
    assert (found.predicted, found.observed) == pytest.approx((0.1, 0.16))
    # Known answer: Wilson for 8 of 50.
    assert (found.observed_low, found.observed_high) == pytest.approx((0.0834, 0.2851), abs=1e-4)
    assert found.near == pytest.approx((8 * 0.81 + 42 * 0.01) / 50)


def test_classes_count_wrong_answers():
    observed = pd.Series(["a", "b", "c", "a"])
    said = pd.DataFrame({"a": [0.8, 0.6, 0.1, 0.9], "b": [0.1, 0.3, 0.1, 0.1], "c": [0.1, 0.1, 0.8, 0.0]})
    found = errors_nearby(Target("x", "x", "classes", ("a", "b", "c")), observed, said, np.array([0, 1]))
    assert (found.near, found.everybody) == (0.5, 0.25)
    assert np.isnan(found.predicted)


def test_patients_without_an_honest_prediction_are_left_out():
    said = pd.DataFrame({"prediction": [1.0, np.nan, 3.0, 4.0]})
    observed = pd.Series([1.0, 100.0, 3.5, 4.0])
    found = errors_nearby(Target("x", "x", "number"), observed, said, np.array([0, 1, 2]))
    assert (found.n, found.near) == (2, 0.25)
    assert errors_nearby(Target("x", "x", "number"), observed, said, np.array([0, 1])) is None


def test_the_interval_of_few_patients_is_as_wide_as_that():
    said = pd.DataFrame({"prediction": [0.0, 1.0, 2.0]})
    found = errors_nearby(Target("x", "x", "number"), pd.Series([0.0, 0.0, 0.0]), said, np.arange(3))
    # Known answer: Student's t with two degrees of freedom, 4.3027 standard errors.
    assert (found.near, found.high) == pytest.approx((1.0, 1 + 4.3027 / 3**0.5), abs=1e-4)


def test_the_rows_of_one_patient_count_together():
    random = np.random.default_rng(0)
    risk = np.repeat(random.uniform(0.1, 0.5, 40), 5)
    observed = pd.Series(np.repeat(np.where(random.random(40) < 0.3, "yes", "no"), 5))
    said = pd.DataFrame({"no": 1 - risk, "yes": risk})
    who = np.repeat(np.arange(40), 5)
    once = errors_nearby(RISK, observed[::5].reset_index(drop=True), said[::5].reset_index(drop=True), np.arange(40))
    found = errors_nearby(RISK, observed, said, np.arange(200), patients=who)
    # Every row five times over says nothing new: the same numbers and the same intervals.
    assert found.n == once.n == 40
    assert (found.near, found.low, found.high) == pytest.approx((once.near, once.low, once.high))
    assert (found.observed_low, found.observed_high) == pytest.approx((once.observed_low, once.observed_high))
    assert errors_nearby(RISK, observed, said, np.arange(5), patients=who) is None
