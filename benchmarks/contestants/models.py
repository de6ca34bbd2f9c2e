"""Who is compared by `benchmarks/quality.py`: MAC, what one would write with scikit-learn instead, and programs that search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

budget = {"seconds": 30}  # of each peer
Fit = Callable[[pd.DataFrame, pd.Series, int], Any]


def _prepared(X: pd.DataFrame, model: Any) -> Any:
    """A pipeline as one writes it: medians and scales for numbers, 0/1 columns for words."""
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = [name for name in X if pd.api.types.is_numeric_dtype(X[name])]
    words = [name for name in X if name not in numbers]
    of_numbers = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler())
    of_words = make_pipeline(
        SimpleImputer(strategy="most_frequent", keep_empty_features=True), OneHotEncoder(handle_unknown="ignore")
    )
    return make_pipeline(make_column_transformer((of_numbers, numbers), (of_words, words), sparse_threshold=0), model)


def _library(seed: int) -> list[tuple[str, Any]]:
    from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import SplineTransformer

    return [
        ("logistic", LogisticRegression(max_iter=2000)),
        ("strong", LogisticRegression(C=0.1, max_iter=2000)),
        ("splines", make_pipeline(SplineTransformer(n_knots=4), LogisticRegression(C=0.2, max_iter=2000))),
        ("neighbours", KNeighborsClassifier(15)),
        ("forest", RandomForestClassifier(200, min_samples_leaf=3, random_state=seed)),
        ("extra", ExtraTreesClassifier(200, min_samples_leaf=3, random_state=seed)),
        ("boosting", HistGradientBoostingClassifier(max_iter=60, learning_rate=0.1, max_leaf_nodes=8, random_state=seed)),
        ("bayes", GaussianNB(var_smoothing=0.01)),
    ]


def _mac(**options: Any) -> Fit:
    def fit(X: pd.DataFrame, y: pd.Series, seed: int) -> Any:
        from mac_core import MACClassifier

        return MACClassifier(random_state=seed, **options).fit(X, y)

    return fit


def logistic(X: pd.DataFrame, y: pd.Series, seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    return _prepared(X, LogisticRegression(max_iter=2000)).fit(X, y)


def forest(X: pd.DataFrame, y: pd.Series, seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return _prepared(X, RandomForestClassifier(500, random_state=seed)).fit(X, y)


def stacking(X: pd.DataFrame, y: pd.Series, seed: int) -> Any:
    from sklearn.ensemble import StackingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    return _prepared(X, StackingClassifier(_library(seed), LogisticRegression(max_iter=2000), cv=folds)).fit(X, y)


def stacking_as_it_comes(X: pd.DataFrame, y: pd.Series, seed: int) -> Any:
    """Learners of the same kinds with the parameters that scikit-learn gives them, as one writes it first."""
    from sklearn.ensemble import (
        ExtraTreesClassifier,
        HistGradientBoostingClassifier,
        RandomForestClassifier,
        StackingClassifier,
    )
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC

    library = [
        ("logistic", LogisticRegression(max_iter=2000)),
        ("vectors", SVC(random_state=seed)),
        ("neighbours", KNeighborsClassifier()),
        ("forest", RandomForestClassifier(random_state=seed)),
        ("extra", ExtraTreesClassifier(random_state=seed)),
        ("boosting", HistGradientBoostingClassifier(random_state=seed)),
    ]
    return _prepared(X, StackingClassifier(library)).fit(X, y)


def voting(X: pd.DataFrame, y: pd.Series, seed: int) -> Any:
    from sklearn.ensemble import VotingClassifier

    return _prepared(X, VotingClassifier(_library(seed), voting="soft")).fit(X, y)


class SuperLearner:
    """van der Laan, Polley, Hubbard (2007): weights of the library by non-negative least squares on out-of-fold predictions."""

    def __init__(self, X: pd.DataFrame, y: pd.Series, seed: int) -> None:
        from scipy.optimize import nnls
        from sklearn.model_selection import StratifiedKFold, cross_val_predict

        folds = StratifiedKFold(10 if len(y) < 1000 else 5, shuffle=True, random_state=seed)
        models = [_prepared(X, model) for _, model in _library(seed)]
        said = [cross_val_predict(model, X, y, cv=folds, method="predict_proba").ravel() for model in models]
        self.classes_ = np.unique(y)
        truth = (y.to_numpy()[:, None] == self.classes_).astype(float).ravel()
        weights = nnls(np.column_stack(said), truth)[0]
        self._weights = weights / weights.sum()
        self._models = [model.fit(X, y) for model in models]

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return sum(weight * model.predict_proba(X) for weight, model in zip(self._weights, self._models, strict=True) if weight)


def autogluon(X: pd.DataFrame, y: pd.Series, seed: int) -> Any:
    import tempfile

    from autogluon.tabular import TabularPredictor

    found = TabularPredictor("label", eval_metric="log_loss", verbosity=0, path=tempfile.mkdtemp())
    return found.fit(X.assign(label=y), presets="medium_quality", time_limit=budget["seconds"])


def flaml(X: pd.DataFrame, y: pd.Series, seed: int) -> Any:
    from flaml import AutoML

    found = AutoML()
    found.fit(X, y, task="classification", metric="log_loss", time_budget=budget["seconds"], seed=seed, verbose=0)
    return found


class Mljar:
    """Mljar names the classes in the columns of its predictions only, and may leave a class of few patients out."""

    def __init__(self, X: pd.DataFrame, y: pd.Series, seed: int) -> None:
        import tempfile

        from supervised.automl import AutoML

        self._model = AutoML(
            tempfile.mkdtemp(),
            mode="Perform",
            total_time_limit=budget["seconds"],
            eval_metric="logloss",
            random_state=seed,
            verbose=0,
        )
        self._model.fit(X, y)
        self._classes = sorted(y.unique())

    def predict_proba(self, X: pd.DataFrame) -> pd.DataFrame:
        said = self._model.predict_all(X).drop(columns="label", errors="ignore")
        said = said.rename(columns=lambda name: str(name).removeprefix("prediction_"))
        return said.reindex(columns=self._classes, fill_value=0.0)


CONTESTANTS: dict[str, Fit] = {
    "logistic regression": logistic,
    "MAC": _mac(),
    "MAC, weights per learner": _mac(choice="weights"),
    "MAC, weights and refit": _mac(choice="weights", refit=True),
    "MAC, seven steps to the letter": _mac(draw="random", top_k=3, moderate=False),
    "SuperLearner (NNLS)": SuperLearner,
    "stacking, learners set by hand": stacking,
    "stacking, scikit-learn's settings": stacking_as_it_comes,
    "soft voting": voting,
    "random forest, 500 trees": forest,
}
PEERS: dict[str, tuple[Fit, str]] = {
    "autogluon": (autogluon, "autogluon.tabular"),
    "flaml": (flaml, "flaml"),
    "mljar": (Mljar, "supervised"),
}
