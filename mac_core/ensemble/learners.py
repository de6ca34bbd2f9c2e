"""The learners that compete in every subtask. Adding one is one entry of `LEARNERS`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from mac_core.data.encoding import Representation
from mac_core.errors import refuse

__all__ = ["BASELINES", "LEARNERS", "Learner", "Size", "pool"]


class Size(NamedTuple):
    """What a learner may adapt to.

    Attributes
    ----------
    rows, columns : int
        Training rows and encoded columns.
    classes : int
        0 for a numeric target.
    averaged : int
        Models of this learner whose mean will predict, one per subtask; 1 for a model that predicts alone.
    """

    rows: int
    columns: int
    classes: int
    averaged: int = 10


@dataclass(frozen=True)
class Learner:
    """One way of learning.

    Attributes
    ----------
    title : str
        Its name for users.
    explanation : str
        How it learns, in one plain sentence.
    factory : callable
        `Size` to an unfitted scikit-learn estimator.
    representation : {"scaled", "splines", "ordinal"}
        What it reads (see `mac_core.data.encoding`).
    kinds : tuple of str
        The targets it can learn: "classes", "number".
    counterpart : str or None
        The learner that stands in for it when the target is of the other kind.
    smooth : bool
        Its probabilities can be 0 or 1; Laplace's rule (one patient more in each class) keeps it from being certain.
    own : bool
        Not of this pool: nothing is known of its parameters, so scikit-learn checks them.
    """

    title: str
    explanation: str
    factory: Callable[[Size], Any]
    representation: Representation = "scaled"
    kinds: tuple[str, ...] = ("classes", "number")
    counterpart: str | None = None
    smooth: bool = False
    own: bool = False


_TOLERANCE = 1e-3  # of the gradient of the mean loss: the next digit takes half as long again and says nothing new
_FEW_WEIGHTS = 100  # up to so many, solving for all at once (Newton) takes half the time of many small steps


def _solver(size: Size, columns: int | None = None) -> dict[str, Any]:
    """What fits a logistic model quickest: columns times classes say how large the system of equations is."""
    columns = size.columns if columns is None else columns
    weights = columns * (1 if size.classes <= 2 else size.classes)
    return {"solver": "newton-cholesky" if weights <= _FEW_WEIGHTS else "lbfgs", "tol": _TOLERANCE, "max_iter": 500}


def _logistic(size: Size) -> Any:
    from sklearn.linear_model import LogisticRegression

    # Averaging over the subtasks holds back, too, so with few columns little more is needed; with very many (genes), a
    # variance of 3 / columns for each weight keeps the sum of all at what real risks span.
    columns = max(size.columns, 1)
    C = min(2.0, max(2.0 * (40.0 / columns) ** 3, 3.0 / columns))
    return LogisticRegression(C=C, **_solver(size))


def _ridge(size: Size) -> Any:
    from sklearn.linear_model import Ridge

    return Ridge(alpha=5.0)


def _sparse(size: Size) -> Any:
    from sklearn.linear_model import ElasticNet, LogisticRegression

    if size.classes:
        # Going on to the end takes up to four times as long and predicts worse; with several classes, ever so much longer.
        passes = 20 if size.classes > 2 else 200
        return LogisticRegression(l1_ratio=1.0, C=0.3, solver="saga", tol=1e-2, max_iter=passes)
    return ElasticNet(alpha=0.03, l1_ratio=0.9, tol=1e-3, max_iter=2000)


def _splines(size: Size) -> Any:
    from sklearn.linear_model import LogisticRegression, Ridge

    return LogisticRegression(C=0.2, **_solver(size)) if size.classes else Ridge(alpha=10.0)


def _discriminant(size: Size) -> Any:
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    return LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")


def _bayesian(size: Size) -> Any:
    from sklearn.linear_model import BayesianRidge

    return BayesianRidge()


def _neighbours(size: Size) -> Any:
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

    k = int(np.clip(np.sqrt(size.rows), 1, 40))
    return KNeighborsClassifier(k, algorithm="brute") if size.classes else KNeighborsRegressor(k, algorithm="brute")


def _kernel(size: Size) -> Any:
    from sklearn.kernel_approximation import Nystroem
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline

    typical = min(60, size.rows)
    map_ = Nystroem(gamma=0.5 / max(size.columns, 1), n_components=typical)
    return make_pipeline(map_, LogisticRegression(C=10.0, **_solver(size, typical)) if size.classes else Ridge(alpha=1.0))


def _trees(size: Size, together: int) -> int:
    """The subtasks' forests are averaged: ten of a few trees predict as well as ten of 25, or one of 25."""
    return int(np.clip(together / size.averaged, together // 10, 25))


def _forest(size: Size) -> Any:
    from mac_core.ensemble.forests import FewTreesClassifier, FewTreesRegressor

    leaf = 3 if size.rows >= 50 else 1
    if size.classes:
        return FewTreesClassifier(_trees(size, 60), min_samples_leaf=leaf, max_features="sqrt")
    return FewTreesRegressor(_trees(size, 120), min_samples_leaf=leaf, max_features=0.4)


def _extra_trees(size: Size) -> Any:
    from mac_core.ensemble.forests import FewExtraTreesClassifier, FewExtraTreesRegressor

    if size.classes:
        # Random cuts hold back enough: leaves of three patients blur sharp rules and gain nothing elsewhere.
        return FewExtraTreesClassifier(_trees(size, 80), min_samples_leaf=1, max_features=0.5)
    return FewExtraTreesRegressor(_trees(size, 120), min_samples_leaf=3 if size.rows >= 50 else 1, max_features=1.0)


def _boosting(size: Size) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    # Every round grows a tree for each class.
    rounds = int(np.clip(100 / size.classes, 10, 15)) if size.classes else 25
    rate, largest_leaf = (5.0 / rounds, 5) if size.classes else (0.15, 20)
    options = {
        "max_iter": rounds if size.rows < 5000 else 100,
        "learning_rate": rate if size.rows < 5000 else 0.1,
        "max_leaf_nodes": 6 if size.rows < 5000 else 15,
        "min_samples_leaf": int(np.clip(size.rows // 20, 2, largest_leaf if size.rows < 5000 else 20)),
        "l2_regularization": 1.0,
        "max_bins": 63,
        "early_stopping": False,
    }
    return HistGradientBoostingClassifier(**options) if size.classes else HistGradientBoostingRegressor(**options)


def _network(size: Size) -> Any:
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    options: dict[str, Any] = {"hidden_layer_sizes": (10,), "alpha": 1.0, "solver": "lbfgs", "max_iter": 25}
    if size.rows > 3000:
        options |= {"alpha": 0.1, "solver": "adam", "max_iter": 15, "batch_size": 200}
    return MLPClassifier(**options) if size.classes else MLPRegressor(**options)


def _bayes(size: Size) -> Any:
    from sklearn.naive_bayes import GaussianNB

    return GaussianNB(var_smoothing=0.01)


def _robust(size: Size) -> Any:
    from sklearn.linear_model import HuberRegressor

    return HuberRegressor(alpha=1.0, max_iter=200, tol=1e-3)


def _tree(size: Size) -> Any:
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    options = {"max_depth": 4, "min_samples_leaf": max(1, min(size.rows // 20, 100))}
    return DecisionTreeClassifier(**options) if size.classes else DecisionTreeRegressor(**options)


def _constant(size: Size) -> Any:
    from sklearn.dummy import DummyClassifier, DummyRegressor

    return DummyClassifier(strategy="prior") if size.classes else DummyRegressor()


def _plain_logistic(size: Size) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(**_solver(size))


def _plain_linear(size: Size) -> Any:
    from sklearn.linear_model import LinearRegression

    return LinearRegression()


_CLASSES, _NUMBER = ("classes",), ("number",)

LEARNERS: dict[str, Learner] = {
    "logistic_regression": Learner(
        "Logistic regression",
        "Adds up the factors with weights; the weights are held back so that small tables do not mislead it.",
        _logistic,
        kinds=_CLASSES,
        counterpart="linear_regression",
    ),
    "linear_regression": Learner(
        "Linear regression (ridge)",
        "Adds up the factors with weights; the weights are held back so that small tables do not mislead it.",
        _ridge,
        kinds=_NUMBER,
        counterpart="logistic_regression",
    ),
    "sparse_linear": Learner(
        "Sparse linear model (lasso)", "Adds up only the few factors that matter most and leaves the others out.", _sparse
    ),
    "bent_lines": Learner(
        "Additive curves (splines)", "Gives every number a line that may bend at its quartiles.", _splines, "splines"
    ),
    "linear_discriminant": Learner(
        "Linear discriminant",
        "Draws the straight border that best separates the average patients of the classes.",
        _discriminant,
        kinds=_CLASSES,
        counterpart="bayesian_ridge",
    ),
    "bayesian_ridge": Learner(
        "Bayesian linear regression",
        "Adds up the factors with weights and finds from the data how far to hold the weights back.",
        _bayesian,
        kinds=_NUMBER,
        counterpart="linear_discriminant",
    ),
    "nearest_neighbours": Learner(
        "Nearest neighbours", "Looks up the most similar patients and takes what happened to them.", _neighbours, smooth=True
    ),
    "kernel_machine": Learner(
        "Kernel machine", "Compares the patient with sixty typical ones, near ones counting most.", _kernel
    ),
    "random_forest": Learner(
        "Random forest", "Averages many decision trees, each grown on other patients.", _forest, "ordinal", smooth=True
    ),
    "extra_trees": Learner(
        "Extremely random trees",
        "Averages many decision trees with cuts drawn at random.",
        _extra_trees,
        "ordinal",
        smooth=True,
    ),
    "gradient_boosting": Learner(
        "Gradient boosting", "Grows small trees one after another, each correcting those before it.", _boosting, "ordinal"
    ),
    "neural_network": Learner("Small neural network", "Mixes the factors in ten hidden units before adding them up.", _network),
    "naive_bayes": Learner(
        "Naive Bayes",
        "Weighs every factor on its own, as if the factors had nothing to do with each other.",
        _bayes,
        kinds=_CLASSES,
        counterpart="robust_regression",
        smooth=True,
    ),
    "robust_regression": Learner(
        "Robust regression (Huber)",
        "Adds up the factors with weights and gives patients far off the line less say.",
        _robust,
        kinds=_NUMBER,
        counterpart="naive_bayes",
    ),
    "decision_tree": Learner("Small decision tree", "Asks at most four yes-no questions.", _tree, "ordinal", smooth=True),
}
"""Name to learner."""

BASELINES: dict[str, Learner] = {
    "constant": Learner("The same for everybody", "Predicts how often it happens, or the mean, for every patient.", _constant),
    "plain_logistic_regression": Learner(
        "Plain logistic regression", "What a statistics program does first.", _plain_logistic, kinds=_CLASSES
    ),
    "plain_linear_regression": Learner(
        "Plain linear regression", "What a statistics program does first.", _plain_linear, kinds=_NUMBER
    ),
}
"""What every ranking shows besides; never chosen."""


def pool(learners: Sequence[Any] | None, kind: str) -> dict[str, Learner]:
    """Learners that take part, by name, in order.

    Parameters
    ----------
    learners : sequence, optional
        Names of `LEARNERS`, or pairs (name, scikit-learn estimator); an estimator reads the ``scaled`` representation. None:
        all that can learn this kind of target. A name for the other kind of target means its counterpart.
    kind : {"classes", "number"}

    Returns
    -------
    dict
        Without the baselines.

    Raises
    ------
    InputError
        If a name is unknown, given twice or a baseline's, or a pair holds no estimator.

    Examples
    --------
    >>> list(pool(["logistic_regression", "decision_tree"], "number"))
    ['linear_regression', 'decision_tree']
    """
    if learners is None:
        return {name: learner for name, learner in LEARNERS.items() if kind in learner.kinds}
    if isinstance(learners, str) or len(learners) == 0:
        raise refuse("no_learners")
    chosen: dict[str, Learner] = {}
    for entry in learners:
        name, learner = (entry, None) if isinstance(entry, str) else _pair(entry)
        if learner is None:
            if name not in LEARNERS:
                raise refuse("unknown_learner", learner=name, learners=", ".join(LEARNERS))
            if kind not in LEARNERS[name].kinds:
                name = LEARNERS[name].counterpart or name
            learner = LEARNERS[name]
        if name in chosen or name in BASELINES:
            raise refuse("learner_twice", learner=name)
        chosen[name] = learner
    return chosen


def _pair(entry: Any) -> tuple[str, Learner]:
    from sklearn.base import clone

    if not (isinstance(entry, tuple | list) and len(entry) == 2 and isinstance(entry[0], str) and hasattr(entry[1], "fit")):
        raise refuse("not_a_learner", entry=repr(entry))
    name, estimator = entry
    return name, Learner(name, "An estimator of your own.", lambda size: clone(estimator), own=True)
