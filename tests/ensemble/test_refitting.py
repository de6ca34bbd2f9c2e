"""One model per learner, trained on all patients: what predicts changes, what is reported does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core import MACClassifier, MACRegressor
from mac_core.ensemble import refitting
from mac_core.runs.model_files import write_model

LIGHT = ["random_forest", "extra_trees"]


@pytest.fixture(scope="module")
def patients():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"age": rng.normal(60, 10, 300), "sex": rng.choice(["f", "m"], 300)})
    return X, (rng.random(300) < 1 / (1 + np.exp(-(X["age"] - 60) / 5))).astype(int)


@pytest.fixture(scope="module")
def pair(patients):
    return [MACClassifier(LIGHT, refit=refit, random_state=0).fit(*patients) for refit in (False, True)]


def test_what_is_reported_stays(pair):
    plain, again = pair
    assert (plain.refitted_, again.refitted_) == (False, True)
    assert plain.honest_error_ == again.honest_error_
    assert plain.article_error_ == again.article_error_
    pd.testing.assert_frame_equal(plain.averages_, again.averages_)
    np.testing.assert_array_equal(plain.out_of_sample_, again.out_of_sample_)


def test_one_model_each_predicts_nearly_the_same_and_is_smaller(pair, patients):
    plain, again = pair
    assert {name: len(models) for name, models in again._models.items()} == dict.fromkeys(again._used, 1)
    said, before = again.predict_proba(patients[0]), plain.predict_proba(patients[0])
    assert not np.array_equal(said, before)
    assert np.abs(said - before).mean() < 0.05
    # One forest of 25 trees stands for ten of 6, whose trees are a fifth smaller; other learners save more, since their models
    # do not shrink with the subtasks.
    assert len(write_model(again)) < 25 / (60 * 0.8) * 1.4 * len(write_model(plain))
    route = again.explain_route(patients[0].head(1))[0]
    assert len(route.subtasks) == 10
    np.testing.assert_allclose(route.aggregate, said[0])


def test_it_learned_from_everybody():
    X, y = np.arange(40.0)[:, None], 3 * np.arange(40.0)
    model = MACRegressor([("mean", _Mean())], n_subtasks=2, refit=True, random_state=0).fit(X, y)
    assert model.predict(X[:1])[0] == pytest.approx(y.mean())


def test_on_a_large_table_a_sample_trains(patients, monkeypatch):
    monkeypatch.setattr(refitting, "MOST_TRAINING_ROWS", 50)
    rows = []
    monkeypatch.setattr(refitting, "fit_encoder", lambda codes, book: rows.append(len(codes)))
    MACClassifier(["logistic_regression"], refit=True, n_subtasks=2, random_state=0).fit(*patients)
    assert rows == [50]


def test_a_learner_that_fails_on_everybody_leaves_the_models_as_they_were(patients):
    model = MACClassifier([("few", _FailsOn(300))], n_subtasks=2, refit=True, random_state=0).fit(*patients)
    assert model.refitted_ is False
    assert [len(models) for models in model._models.values()] == [2]


def test_it_can_be_stopped(patients):
    calls = []

    def step(done, total, subtask, learner):
        calls.append((done, total))
        if len(calls) > 2 * 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        MACClassifier(["decision_tree"], n_subtasks=2, refit=True, random_state=0)._fit(*patients, on_step=step)
    assert calls[-1] == (6, 6)


class _Mean:
    """The least that scikit-learn's clone asks for."""

    def get_params(self, deep=True):
        return {}

    def set_params(self, **params):
        return self

    def fit(self, X, y):
        self.mean_ = y.mean()
        return self

    def predict(self, X):
        return np.full(len(X), self.mean_)


class _FailsOn:
    def __init__(self, rows):
        self.rows = rows

    def get_params(self, deep=True):
        return {"rows": self.rows}

    def set_params(self, **params):
        return self

    def fit(self, X, y):
        if len(X) == self.rows:
            raise ValueError("too many")
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        return np.full((len(X), 2), 0.5)
