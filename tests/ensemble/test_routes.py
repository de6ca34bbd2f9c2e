"""The route to a prediction: what subtasks chose and said comes to the prediction itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core import MACClassifier, MACRegressor
from mac_core.ensemble.losses import aggregate

LIGHT = ["logistic_regression", "decision_tree", "naive_bayes"]
NUMBERS = ["linear_regression", "decision_tree", "nearest_neighbours"]


def patients(n=120, seed=0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "age": rng.normal(60, 9, n),
            "sex": rng.choice(["f", "m"], n),
            "marker": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
        }
    )
    risk = (X["age"] - 60) / 9 + (X["sex"] == "f")
    return X, np.where(risk + rng.logistic(size=n) > 0.5, "ill", "well"), risk + rng.normal(size=n)


@pytest.mark.parametrize("loss", ["log", "brier", "zero_one"])
def test_route_of_classes(loss):
    X, y, _ = patients()
    model = MACClassifier([*LIGHT, "bent_lines", "random_forest"], loss=loss, random_state=1).fit(X, y)
    new = patients(60, seed=9)[0]
    probabilities, labels = model.predict_proba(new), model.predict(new)
    for row, route in enumerate(model.explain_route(new)):
        assert route.subtasks["learner"].tolist() == model.selected_.tolist()
        assert list(route.subtasks) == ["learner", "ill", "well"]
        np.testing.assert_allclose(route.aggregate.to_numpy(), probabilities[row], atol=1e-9)
        values = route.subtasks[["ill", "well"]].to_numpy()
        np.testing.assert_allclose(aggregate(values[:, None], loss)[0], probabilities[row], atol=1e-9)
        if abs(route.aggregate["ill"] - 0.5) > 1e-9:
            assert labels[row] == route.aggregate.idxmax()
        else:
            assert labels[row] == ["ill", "well"][int(values.mean(axis=0).argmax())]


@pytest.mark.parametrize(("loss", "combine"), [("squared", np.mean), ("absolute", np.median)])
def test_route_of_numbers(loss, combine):
    X, _, y = patients()
    model = MACRegressor([*NUMBERS, "bent_lines", "random_forest"], loss=loss, random_state=1).fit(X, y)
    new = patients(60, seed=9)[0]
    predicted = model.predict(new)
    for row, route in enumerate(model.explain_route(new)):
        assert route.aggregate == pytest.approx(predicted[row], abs=1e-9)
        assert combine(route.subtasks["value"]) == pytest.approx(predicted[row], abs=1e-9)
    assert model.out_of_sample_.shape == (120,)
    assert model.honest_error_.value < model.baseline_error_


def test_equal_votes_are_settled_by_mean_probability():
    X, y, _ = patients()
    for seed in range(10):
        model = MACClassifier(LIGHT, loss="zero_one", n_subtasks=2, random_state=seed).fit(X, y)
        routes = model.explain_route(X)
        even = [row for row, route in enumerate(routes) if route.aggregate["ill"] == 0.5]
        if even:
            break
    assert even, "the case needs patients whom the two subtasks judge differently"
    labels = model.predict(X)
    for row in even:
        assert labels[row] == routes[row].subtasks[["ill", "well"]].mean().idxmax()
