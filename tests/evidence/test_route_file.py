import hashlib
import json

import numpy as np
import pandas as pd
import pytest

from mac_core import MACClassifier, MACRegressor
from mac_core.ensemble.routes import Route
from mac_core.evidence.route_file import recompute_route, route_file_name, write_route

LIGHT = ["logistic_regression", "decision_tree"]


@pytest.fixture(scope="module")
def patients():
    random = np.random.default_rng(0)
    X = pd.DataFrame({"age": random.normal(60, 10, 120), "sex": random.choice(["f", "m"], 120)})
    return X, X["age"] / 10 + random.normal(size=120)


@pytest.mark.parametrize("loss", ["log", "brier", "zero_one"])
def test_classes_recompute_to_the_shown_number(patients, loss):
    X, y = patients
    three = np.where(y < 5.5, "low", np.where(y < 6.5, "middle", "high"))
    model = MACClassifier(LIGHT, loss=loss, random_state=0, n_subtasks=7).fit(X, three)
    for route, shown in zip(model.explain_route(X.head(5)), model.predict_proba(X.head(5)), strict=True):
        again = recompute_route(write_route(route, loss, {}))
        assert list(again) == list(model.classes_)
        np.testing.assert_allclose(list(again.values()), shown, rtol=0, atol=1e-9)


@pytest.mark.parametrize("loss", ["squared", "absolute"])
def test_numbers_recompute_to_the_shown_number(patients, loss):
    X, y = patients
    model = MACRegressor(["linear_regression", "decision_tree"], loss=loss, random_state=0, n_subtasks=6).fit(X, y)
    for route, shown in zip(model.explain_route(X.head(5)), model.predict(X.head(5)), strict=True):
        assert recompute_route(write_route(route, loss, {}))["value"] == pytest.approx(shown, abs=1e-9)


def test_the_file_says_what_it_is_and_is_named_after_its_content():
    subtasks = pd.DataFrame({"learner": ["ridge"], "value": [2.5]}, index=pd.Index(["north"], name="subtask"))
    text = write_route(Route(subtasks, 2.5), "squared", {"run": "r1", "target": "Score"})
    content = json.loads(text)
    assert content["about"] == {"run": "r1", "target": "Score"}
    assert content["subtasks"] == [{"subtask": "north", "learner": "ridge", "says": {"value": 2.5}}]
    assert content["rule"] == "the mean of the subtasks' values"
    assert text == write_route(Route(subtasks, 2.5), "squared", {"run": "r1", "target": "Score"})
    assert route_file_name("r1", text) == f"route-r1-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"


def test_another_file_is_refused():
    with pytest.raises(ValueError, match="no route file"):
        recompute_route('{"schema_version": 99}')


@pytest.mark.parametrize(("loss", "expected"), [("squared", 4.0), ("absolute", 2.0)])
def test_the_rule_is_that_of_the_loss(loss, expected):
    subtasks = pd.DataFrame({"learner": "ridge", "value": [1.0, 2.0, 9.0]}, index=pd.Index([0, 1, 2], name="subtask"))
    assert recompute_route(write_route(Route(subtasks, expected), loss, {}))["value"] == expected
