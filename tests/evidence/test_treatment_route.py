"""From the written steps alone, every shown expected outcome is found again to 1e-9: open and closed, risks and numbers."""

import json

import numpy as np
import pandas as pd
import pytest

from mac_core import MACClassifier, MACRegressor, TreatmentComparison
from mac_core.evidence.treatment_route import recompute_treatments, treatment_route


@pytest.fixture(scope="module", params=["number", "binary"])
def fitted(request):
    random = np.random.default_rng(2)
    n = 260
    frame = pd.DataFrame({"age": random.normal(size=n), "sex": pd.Series(random.choice(["f", "m"], n), dtype="str")})
    # Routine care: the old rarely get C.
    arm = np.where((frame["age"] > 0.8) | (random.random(n) < 0.6), random.choice(["A", "B"], n), "C")
    level = frame["age"] * np.where(arm == "B", 1.5, 0.5)
    if request.param == "number":
        outcome = level + random.normal(size=n)
        model = {"outcome": MACRegressor(["linear_regression", "decision_tree"], n_subtasks=5)}
    else:
        outcome = (random.random(n) < 1 / (1 + np.exp(-level))).astype(float)
        model = {"outcome": MACClassifier(["logistic_regression", "decision_tree"], n_subtasks=5)}
    model["treatment"] = MACClassifier(["logistic_regression"], n_subtasks=5)
    return TreatmentComparison(model, design="routine", random_state=0).fit(frame, arm, outcome), frame


@pytest.mark.parametrize("opened", [False, True])
def test_the_steps_lead_to_what_is_shown(fitted, opened, monkeypatch):
    comparison, frame = fitted
    assert not comparison.heterogeneity_.supported
    if opened:
        # As if the test had opened it: what is shown is then the stack.
        monkeypatch.setattr(comparison, "heterogeneity_", comparison.heterogeneity_._replace(supported=True))
    unsupported = 0
    for row in (*range(6), int(frame["age"].argmax())):
        patient = frame.iloc[[row]]
        shown = comparison.answers(patient).outcomes
        content = json.loads(json.dumps(treatment_route(comparison, patient, shown), allow_nan=False))
        expected = content.pop("expected")
        again = recompute_treatments(content)
        for arm, value in shown["outcome"].droplevel(0).items():
            if np.isnan(value):
                unsupported += 1
                assert again[arm] is expected[arm] is None
            else:
                assert again[arm] == pytest.approx(value, abs=1e-9)
                assert expected[arm] == value
    assert unsupported


def test_a_step_that_is_changed_changes_the_end_and_no_value_is_written(fitted):
    comparison, frame = fitted
    patient = frame.iloc[[0]].assign(age=0.123456789)
    content = treatment_route(comparison, patient, comparison.answers(patient).outcomes)
    assert "0.123456789" not in json.dumps(content)
    first = next(iter(content["arms"]))
    before = recompute_treatments(content)[first]
    for step in content["arms"][first]["own_model"]["subtasks"]:
        step["says"] += 0.1
    assert recompute_treatments(content)[first] != before
