import numpy as np
import pandas as pd
import pytest

from mac_core.data.cohort import Target
from mac_core.evidence.outside_check import check_outside

RISK = Target("x", "x", "binary", ("0", "1"), "1")


def test_a_good_model_beats_the_studys_share():
    random = np.random.default_rng(0)
    risk = random.beta(0.5, 0.5, 400)
    happened = pd.Series((random.random(400) < risk).astype(float))
    found = check_outside(RISK, happened, pd.DataFrame({"0": 1 - risk, "1": risk}), pd.Series(["0"] * 50 + ["1"] * 50), "log")
    assert found.baseline == pytest.approx(np.log(2))
    assert found.gain_low > 0
    assert found.low < found.error < found.high < found.baseline
    assert found.predicted == pytest.approx(risk.mean())
    assert found.observed == happened.mean()
    measures = {measure.name: measure for measure in found.measures}
    assert list(measures) == ["concordance", "observed_expected", "intercept", "slope", "brier"]
    # The risks are the truth: all of it fits but for chance.
    assert measures["concordance"].low > 0.8
    assert measures["slope"].low < 1 < measures["slope"].high
    assert measures["observed_expected"].low < 1 < measures["observed_expected"].high
    assert measures["brier"].value == pytest.approx(((risk - happened) ** 2).mean())


def test_patients_without_a_known_outcome_are_left_out():
    expected = pd.DataFrame({"0": [0.5] * 4, "1": [0.5] * 4})
    study = pd.Series(["0", "1"])
    found = check_outside(RISK, pd.Series(["1", None, "maybe", "0"]), expected, study, "brier")
    assert (found.n, found.left_out, found.error) == (2, 2, 0.25)
    assert check_outside(RISK, pd.Series([None, None, "1", None]), expected, study, "brier") is None


def test_several_classes_and_numbers():
    target = Target("x", "x", "classes", ("a", "b", "c"))
    expected = pd.DataFrame({"a": [0.8, 0.1], "b": [0.1, 0.8], "c": [0.1, 0.1]})
    found = check_outside(target, pd.Series(["a", "c"]), expected, pd.Series(["a", "b", "c"]), "zero_one")
    assert found.error == 0.5
    assert np.isnan(found.predicted)
    number = Target("x", "x", "number")
    line = check_outside(
        number, pd.Series([1.0, 3.0]), pd.DataFrame({"prediction": [1.0, 1.0]}), pd.Series([0.0, 9.0, 1.0]), "absolute"
    )
    assert (line.error, line.baseline) == (1.0, 1.0)


def test_measures_of_numbers_and_classes_and_of_too_few():
    random = np.random.default_rng(1)
    truth = pd.Series(random.normal(50, 10, 120))
    said = pd.DataFrame({"prediction": truth + random.normal(2, 3, 120)})
    found = check_outside(Target("x", "x", "number"), truth, said, truth, "squared")
    measures = {measure.name: measure for measure in found.measures}
    assert list(measures) == ["r_squared", "mean_difference", "slope", "mae"]
    assert measures["mean_difference"].high < 0 and measures["r_squared"].value > 0.8
    target = Target("x", "x", "classes", ("a", "b", "c"))
    sure = pd.DataFrame([[0.8, 0.1, 0.1]] * 40, columns=["a", "b", "c"])
    (right,) = check_outside(target, pd.Series(["a"] * 30 + ["b"] * 10), sure, pd.Series(["a", "b", "c"]), "log").measures
    assert (right.name, right.value) == ("right", 0.75) and right.low < 0.75 < right.high
    few = pd.DataFrame({"0": [0.5] * 4, "1": [0.5] * 4})
    assert check_outside(RISK, pd.Series(["1", "0", "1", "0"]), few, pd.Series(["0", "1"]), "log").measures == ()
    alone = pd.DataFrame({"0": [0.5] * 12, "1": [0.5] * 12})
    (nobody,) = check_outside(RISK, pd.Series(["0"] * 12), alone, pd.Series(["0", "1"]), "log").measures
    assert nobody.name == "concordance" and np.isnan(nobody.value)


def test_the_interval_of_few_patients_is_as_wide_as_that():
    expected = pd.DataFrame({"prediction": [0.0, 1.0, 2.0]})
    found = check_outside(Target("x", "x", "number"), pd.Series([0.0, 0.0, 0.0]), expected, pd.Series([0.0, 2.0]), "absolute")
    # Known answer: Student's t with two degrees of freedom, 4.3027 standard errors.
    assert (found.error, found.high) == pytest.approx((1.0, 1 + 4.3027 / 3**0.5), abs=1e-4)
    assert (found.gain_low, found.gain_high) == pytest.approx((-4.3027 / 3**0.5, 4.3027 / 3**0.5), abs=1e-4)


@pytest.mark.parametrize("kind", ["binary", "classes", "number"])
def test_the_rows_of_one_patient_count_together(kind):
    random = np.random.default_rng(3)
    n, times = 60, 4
    if kind == "number":
        target, loss, study = Target("x", "x", "number"), "squared", pd.Series(random.normal(size=50))
        said = pd.DataFrame({"prediction": random.normal(size=n)})
        observed = said["prediction"] + random.normal(size=n)
    elif kind == "binary":
        target, loss, study = RISK, "log", pd.Series(["0", "1"] * 20)
        risk = random.uniform(0.1, 0.9, n)
        said = pd.DataFrame({"0": 1 - risk, "1": risk})
        observed = pd.Series(np.where(random.random(n) < risk, "1", "0"))
    else:
        target, loss, study = Target("x", "x", "classes", ("a", "b", "c")), "brier", pd.Series(list("abc") * 9)
        said = pd.DataFrame(random.dirichlet(np.ones(3), n), columns=list("abc"))
        observed = pd.Series(random.choice(list("abc"), n))
    rows = np.repeat(np.arange(n), times)
    once = check_outside(target, observed, said, study, loss)
    naive = check_outside(
        target, observed.iloc[rows].reset_index(drop=True), said.iloc[rows].reset_index(drop=True), study, loss
    )
    found = check_outside(
        target, observed.iloc[rows].reset_index(drop=True), said.iloc[rows].reset_index(drop=True), study, loss, patients=rows
    )
    # Every row four times over says nothing new.
    assert (found.n, found.rows, once.n, once.rows) == (n, n * times, n, n)
    for name in ("error", "low", "high", "gain_low", "gain_high"):
        assert getattr(found, name) == pytest.approx(getattr(once, name), rel=1e-9)
    assert found.high - found.low > 1.9 * (naive.high - naive.low)
    for one, other, narrow in zip(found.measures, once.measures, naive.measures, strict=True):
        assert one.value == pytest.approx(other.value, rel=1e-6)
        assert one.high - one.low == pytest.approx(other.high - other.low, rel=0.02), one.name
        assert one.high - one.low > 1.7 * (narrow.high - narrow.low), one.name


def test_patients_without_any_known_outcome_are_counted_once():
    expected = pd.DataFrame({"0": [0.5] * 6, "1": [0.5] * 6})
    observed = pd.Series(["1", None, None, None, "0", "0"])
    found = check_outside(RISK, observed, expected, pd.Series(["0", "1"]), "brier", patients=np.array([1, 1, 2, 2, 3, 3]))
    assert (found.n, found.left_out, found.rows) == (2, 1, 3)
