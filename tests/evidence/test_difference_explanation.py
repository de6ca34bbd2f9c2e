"""Contributions to the difference between two arms: exact sums, the planted reason first, nothing where advice is closed."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from mac_core import MACClassifier, MACRegressor, TreatmentComparison
from mac_core.evidence.difference_explanation import explain_differences


def planted(*, binary: bool) -> tuple[TreatmentComparison, pd.DataFrame]:
    """A trial in which B's difference from A depends on `age` alone."""
    random = np.random.default_rng(5)
    n = 400
    frame = pd.DataFrame({"age": random.normal(size=n), "weight": random.normal(size=n), "noise": random.normal(size=n)})
    arm = random.choice(["A", "B"], n)
    level = frame["weight"] + 1.5 * frame["age"] * (arm == "B")
    if binary:
        outcome = (random.random(n) < 1 / (1 + np.exp(-2 * level))).astype(float)
        model = MACClassifier(learners=["logistic_regression"], n_subtasks=5)
    else:
        outcome = level + 0.5 * random.normal(size=n)
        model = MACRegressor(learners=(("line", LinearRegression()),), n_subtasks=5)
    found = TreatmentComparison(model, design="randomised", random_state=0).fit(frame, arm, outcome)
    return found, frame


@pytest.fixture(scope="module", params=[False, True], ids=["number", "binary"])
def opened(request):
    comparison, frame = planted(binary=request.param)
    assert comparison.heterogeneity_.supported
    return comparison, frame


@pytest.mark.parametrize("row", [0, 1, 2])
def test_contributions_add_up_to_the_shown_difference_minus_the_average_one(opened, row):
    comparison, frame = opened
    patient = frame.iloc[[row]]
    found = explain_differences(comparison, patient, frame)
    assert set(found) == {("A", "B"), ("B", "A")}
    shown = comparison.answers(patient).differences["difference"].droplevel(0)
    for pair, explanation in found.items():
        assert explanation.prediction == pytest.approx(shown[pair], abs=1e-9)
        gap = explanation.prediction - explanation.average
        assert explanation.contributions.sum() == pytest.approx(gap, abs=1e-9)
    there, back = found["B", "A"].contributions, found["A", "B"].contributions
    pd.testing.assert_series_equal(there, -back[there.index])


def test_what_the_difference_depends_on_comes_first(opened):
    comparison, frame = opened
    patient = pd.DataFrame({"age": [1.8], "weight": [1.8], "noise": [1.8]})
    parts = explain_differences(comparison, patient, frame)["B", "A"].contributions
    assert parts.index[0] == "age"
    assert parts["age"] > 0
    assert parts["age"] > 4 * abs(parts["noise"])


def test_closed_advice_has_no_parts(opened, monkeypatch):
    comparison, frame = opened
    monkeypatch.setattr(comparison, "heterogeneity_", comparison.heterogeneity_._replace(supported=False))
    assert explain_differences(comparison, frame.iloc[[0]], frame) == {}


def test_an_unsupported_arm_is_left_out(opened, monkeypatch):
    comparison, frame = opened
    judge = comparison.support_.judge

    def without_b(X, propensity, **options):
        found = judge(X, propensity, **options)
        found.support[:, 1] = "unsupported"
        return found

    monkeypatch.setattr(comparison.support_, "judge", without_b)
    assert explain_differences(comparison, frame.iloc[[0]], frame) == {}
