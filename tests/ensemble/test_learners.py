"""The pool: every learner trains, predicts and is explained."""

from __future__ import annotations

import warnings
from contextlib import contextmanager

import numpy as np
import pytest
import statsmodels.api as sm
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import BaggingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from mac_core import MACClassifier
from mac_core.ensemble.learners import BASELINES, LEARNERS, Size, pool
from mac_core.ensemble.training import fit_learner, inner_threads
from mac_core.errors import InputError

KINDS = ("classes", "number")


@contextmanager
def _as_in_a_fit():
    with inner_threads(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=ConvergenceWarning)
        yield


EVERY = [(name, kind) for kind in KINDS for name, learner in {**LEARNERS, **BASELINES}.items() if kind in learner.kinds]


@pytest.mark.parametrize("kind", KINDS)
def test_at_least_eleven(kind):
    chosen = pool(None, kind)
    assert len(chosen) >= 11
    assert not set(chosen) & set(BASELINES)


@pytest.mark.parametrize(("name", "kind"), EVERY)
@pytest.mark.parametrize("n", [4, 60, 300])
def test_each_trains_and_predicts(name, kind, n):
    rng = np.random.default_rng(3)
    X = rng.normal(size=(n, 4))
    classes = 3 if n > 4 else 2
    y = np.arange(n) % classes if kind == "classes" else X[:, 0] + rng.normal(size=n)
    learner = {**LEARNERS, **BASELINES}[name]
    with _as_in_a_fit():
        fitted = fit_learner(learner, X, y, classes if kind == "classes" else 0, seed=1)
    values = fitted.predict(X)
    assert values.shape == (n, classes if kind == "classes" else 1)
    assert np.isfinite(values).all()
    if kind == "classes":
        np.testing.assert_allclose(values.sum(axis=1), 1.0)
        assert values.min() >= 0


@pytest.mark.parametrize("name", [name for name, kind in EVERY if kind == "classes" and name != "constant"])
def test_each_learns_a_plain_rule(name):
    X = np.random.default_rng(4).normal(size=(300, 3))
    y = (X[:, 0] > 0).astype(int)
    with _as_in_a_fit():
        fitted = fit_learner({**LEARNERS, **BASELINES}[name], X[:200], y[:200], 2, seed=1)
    assert (fitted.predict(X[200:]).argmax(axis=1) == y[200:]).mean() > 0.85


@pytest.mark.parametrize("name", [name for name, kind in EVERY if kind == "number" and name != "constant"])
def test_each_learns_a_plain_line(name):
    X = np.random.default_rng(4).normal(size=(300, 3))
    y = 1000 + 50 * X[:, 0]
    with _as_in_a_fit():
        fitted = fit_learner({**LEARNERS, **BASELINES}[name], X[:200], y[:200], 0, seed=1)
    assert ((fitted.predict(X[200:])[:, 0] - y[200:]) ** 2).mean() < 0.35 * y[200:].var()


def test_every_learner_is_explained_in_one_sentence():
    for learner in (*LEARNERS.values(), *BASELINES.values()):
        assert learner.title
        assert learner.explanation.endswith(".")
        assert len(learner.explanation) < 120


def test_counterparts_point_at_each_other():
    for name, learner in LEARNERS.items():
        if learner.counterpart is not None:
            assert LEARNERS[learner.counterpart].counterpart == name
        else:
            assert learner.kinds == KINDS


def test_names_pairs_and_counterparts():
    tree = DecisionTreeClassifier(max_depth=1)
    chosen = pool(["naive_bayes", ("mine", tree)], "classes")
    assert list(chosen) == ["naive_bayes", "mine"]
    made = chosen["mine"].factory(Size(5, 2, 2))
    assert made is not tree
    assert made.max_depth == 1
    assert list(pool(["naive_bayes"], "number")) == ["robust_regression"]


@pytest.mark.parametrize(
    ("learners", "code"),
    [
        ([], "no_learners"),
        ("naive_bayes", "no_learners"),
        (["magic"], "unknown_learner"),
        (["naive_bayes", "naive_bayes"], "learner_twice"),
        ([("constant", DecisionTreeClassifier())], "learner_twice"),
        ([("mine", 3)], "not_a_learner"),
        ([7], "not_a_learner"),
    ],
)
def test_refusals(learners, code):
    with pytest.raises(InputError) as caught:
        pool(learners, "classes")
    assert caught.value.code == code


def test_weights_are_held_back_the_more_the_more_columns_there_are():
    strengths = [LEARNERS["logistic_regression"].factory(Size(200, columns, 2)).C for columns in (2, 40, 80, 100, 1000)]
    assert strengths == pytest.approx([2.0, 2.0, 0.25, 0.128, 0.003])


@pytest.mark.parametrize(("classes", "rounds"), [(0, 25), (2, 15), (6, 15), (10, 10), (14, 10)])
def test_boosting_takes_fewer_rounds_and_longer_steps_where_every_round_grows_many_trees(classes, rounds):
    made = LEARNERS["gradient_boosting"].factory(Size(300, 10, classes))
    assert made.max_iter == rounds
    assert made.max_iter * made.learning_rate == pytest.approx(5 if classes else 3.75)


@pytest.mark.parametrize(
    ("name", "classes", "expected"),
    [
        ("random_forest", 2, {1: 25, 5: 12, 10: 6, 40: 6}),
        ("extra_trees", 2, {1: 25, 5: 16, 10: 8, 40: 8}),
        ("random_forest", 0, {1: 25, 5: 24, 10: 12, 40: 12}),
        ("extra_trees", 0, {1: 25, 5: 24, 10: 12, 40: 12}),
    ],
)
def test_more_subtasks_need_fewer_trees_each(name, classes, expected):
    assert {averaged: LEARNERS[name].factory(Size(200, 5, classes, averaged)).n_estimators for averaged in expected} == expected


def test_who_predicts_alone_has_more_trees():
    X, y = np.random.default_rng(0).normal(size=(60, 2)), np.arange(60) % 2
    with _as_in_a_fit():
        for refit, trees in ((False, 6), (True, 25)):
            model = MACClassifier(["random_forest"], refit=refit, random_state=0).fit(X, y)
            assert {len(fitted.model._trees) for fitted in model._models["random_forest"]} == {trees}


@pytest.mark.parametrize(
    ("name", "columns", "classes", "solver"),
    [
        ("logistic_regression", 100, 2, "newton-cholesky"),
        ("logistic_regression", 101, 2, "lbfgs"),
        ("bent_lines", 33, 3, "newton-cholesky"),
        ("bent_lines", 34, 3, "lbfgs"),
    ],
)
def test_few_weights_are_found_by_newtons_steps(name, columns, classes, solver):
    assert LEARNERS[name].factory(Size(500, columns, classes)).solver == solver


def test_the_kernel_machines_solver_goes_by_its_typical_patients():
    assert LEARNERS["kernel_machine"].factory(Size(500, 900, 2))[-1].solver == "newton-cholesky"
    assert LEARNERS["kernel_machine"].factory(Size(500, 5, 3))[-1].solver == "lbfgs"


def test_parameters_of_ones_own_estimator_are_checked():
    X, y = np.random.default_rng(0).normal(size=(60, 2)), np.arange(60) % 2
    mine = ("mine", DecisionTreeClassifier(min_samples_leaf=-1))
    with _as_in_a_fit():
        model = MACClassifier(["logistic_regression", mine], random_state=0).fit(X, y)
    assert "min_samples_leaf" in model.dropped_["mine"]
    assert not any(learner.own for learner in (LEARNERS | BASELINES).values())


def test_a_seed_reaches_what_stands_inside_of_ones_own_estimator():
    X, y = np.random.default_rng(0).normal(size=(60, 2)), np.arange(60) % 2
    mine = pool([("mine", make_pipeline(StandardScaler(), BaggingClassifier(DecisionTreeClassifier(), 3)))], "classes")["mine"]
    with _as_in_a_fit():
        said = [fit_learner(mine, X, y, 2, seed=seed).predict(X) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(said[0], said[1])
    assert (said[0] != said[2]).any()


class Probit(ClassifierMixin, BaseEstimator):
    """A model of another package, statsmodels, with the methods that scikit-learn asks for."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.fitted_ = sm.Probit(y == self.classes_[1], sm.add_constant(X)).fit(disp=0)
        return self

    def predict_proba(self, X):
        second = self.fitted_.predict(sm.add_constant(X, has_constant="add"))
        return np.column_stack([1 - second, second])


def test_an_estimator_of_another_package_joins_by_object():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 2))
    y = np.where(X[:, 0] + rng.normal(size=120) > 0, "ill", "well")
    with _as_in_a_fit():
        model = MACClassifier(["decision_tree", ("probit", Probit())], random_state=0).fit(X, y)
    assert model.dropped_ == {}
    assert set(model.selected_) == {"probit"}
    route = model.explain_route(X[:1])[0]
    np.testing.assert_allclose(route.aggregate, model.predict_proba(X[:1])[0], rtol=0, atol=1e-9)
