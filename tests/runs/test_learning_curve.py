from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mac_core.runs import learning_curve as module
from mac_core.runs.learning_curve import run_learning_curve


def test_the_learners_that_the_study_chose_most_often_take_part(run, monkeypatch):
    asked = {}
    monkeypatch.setattr(module, "learning_curve", lambda X, y, learners, **rest: asked.update(rest, learners=learners) or CURVE)
    names = ["decision_tree", "random_forest", "naive_bayes", "logistic_regression", "random_forest", "decision_tree", "kernel"]
    run_learning_curve(replace(run, selected=pd.Series(names), patients=pd.Series(np.arange(60) // 2)))
    assert asked["learners"] == ("decision_tree", "random_forest", "kernel")
    assert (asked["loss"], asked["seed"], asked["number"], asked["patients"][3]) == ("log", 3, False, 1)


def test_it_tells_how_far_it_is_and_how_long_it_took(run):
    told = []
    curve = run_learning_curve(run, on_progress=told.append)
    assert curve.points[-1].patients == 60 and curve.seconds > 0
    assert told[-1].done == told[-1].total and told[-1].seconds_left == pytest.approx(0)
    assert told[0].subtask.endswith("patients") and told[0].learner


CURVE = module.LearningCurve((), "log", 0.7, ())
