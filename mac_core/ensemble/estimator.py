"""The averaged model: the seven steps of MAC as scikit-learn estimators."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_feature_names,
    _check_sample_weight,
    _num_samples,
    check_is_fitted,
    column_or_1d,
    validate_data,
)

from mac_core.data.encoding import fit_encoder, read_codebook
from mac_core.ensemble.averaging import ModelAverages
from mac_core.ensemble.honesty import Evidence, honest_error
from mac_core.ensemble.learners import BASELINES, LEARNERS, Learner, pool
from mac_core.ensemble.losses import LOSSES, aggregate, row_losses, weighted_mean
from mac_core.ensemble.ranking import rank_learners, subtask_errors
from mac_core.ensemble.routes import Route
from mac_core.ensemble.selection import average_errors, choose_averages, chosen_error, out_of_sample, top_learners
from mac_core.ensemble.subtasks import DRAWS, Cohort, draw_subtasks, evaluated_rows
from mac_core.ensemble.training import Fitted, Outcome, Work, inner_threads, train
from mac_core.errors import InputError, refuse

__all__ = ["EXPECTED_FAILED_CHECKS", "LEARNERS", "MACClassifier", "MACRegressor"]

EXPECTED_FAILED_CHECKS = {
    "check_sample_weight_equivalence_on_dense_data": (
        "Subtasks are drawn at random: a patient of weight 2 is drawn once, a patient who stands in the table twice may be drawn "
        "into different sides of a split."
    ),
}
"""The checks of scikit-learn's contract that cannot hold, and why."""

OnStep = Callable[[int, int, int, str], None]


class _MAC(BaseEstimator):
    """What classes and numbers have in common."""

    _kind: str

    def __init__(
        self,
        learners=None,
        *,
        draw="kfold",
        n_subtasks=10,
        subtask_size=None,
        test_size=0.3,
        top_k=None,
        loss=None,
        n_jobs=None,
        random_state=None,
    ):
        self.learners = learners
        self.draw = draw
        self.n_subtasks = n_subtasks
        self.subtask_size = subtask_size
        self.test_size = test_size
        self.top_k = top_k
        self.loss = loss
        self.n_jobs = n_jobs
        self.random_state = random_state

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags

    def fit(self, X, y, sample_weight=None, groups=None):
        """Do the seven steps.

        Parameters
        ----------
        X : DataFrame or array, shape (n, p)
            Numbers, text, booleans and dates, with missing values.
        y : array-like, shape (n,)
        sample_weight : array-like, shape (n,), optional
            For learners that take weights, and for every error.
        groups : array-like, shape (n,), optional
            Patient of each row, for patients with several rows; with ``draw="site"`` the site of each row.

        Returns
        -------
        self

        Raises
        ------
        InputError
            If the table or a setting cannot be used.
        """
        return self._fit(X, y, sample_weight, groups)

    def _fit(self, X, y, sample_weight=None, groups=None, *, on_step: OnStep | None = None):
        self._check_settings()
        table = self._check_table(X, reset=True)
        target, strata = self._check_target(y, _num_samples(X))
        weights = None if sample_weight is None else _weights(sample_weight, table, len(target))
        groups = None if groups is None else _group_numbers(groups, len(target))
        self.loss_ = LOSSES[self._kind][0] if self.loss is None else self.loss
        entropy = _entropy(self.random_state)
        drawing, resampling = np.random.SeedSequence(entropy).spawn(2)
        self._book = read_codebook(table)
        codes = self._book.codes(table)
        with inner_threads():
            cohort = Cohort(len(target), strata, groups, lambda: fit_encoder(codes, self._book).encode(codes, "scaled"))
            self.subtasks_ = draw_subtasks(
                cohort,
                self.draw,
                n_subtasks=self.n_subtasks,
                subtask_size=self.subtask_size,
                test_size=self.test_size,
                seed=drawing,
            )
            rows = evaluated_rows(self.subtasks_)
            work = Work(codes, self._book, target, self._width() if strata is not None else 0, weights, rows, entropy)
            self._learn(work, groups, resampling, on_step)
        return self

    def _check_settings(self) -> None:
        allowed: dict[str, tuple[bool, str]] = {
            "draw": (isinstance(self.draw, str) and self.draw in DRAWS, ", ".join(DRAWS)),
            "n_subtasks": (_whole(self.n_subtasks) and self.n_subtasks >= 1, "a whole number from 1"),
            "subtask_size": (
                self.subtask_size is None or (_whole(self.subtask_size) and self.subtask_size >= 2),
                "nothing, or a whole number from 2",
            ),
            "test_size": (isinstance(self.test_size, float | int) and 0 < self.test_size < 1, "a share between 0 and 1"),
            "top_k": (self.top_k is None or (_whole(self.top_k) and self.top_k >= 1), "nothing, or a whole number from 1"),
            "loss": (self.loss is None or self.loss in LOSSES[self._kind], ", ".join(LOSSES[self._kind])),
        }
        for name, (right, choices) in allowed.items():
            if not right:
                raise refuse("bad_setting", setting=name, value=getattr(self, name), allowed=choices)

    def _check_table(self, X, *, reset: bool):
        try:
            if isinstance(X, pd.DataFrame):
                _check_feature_names(self, X, reset=reset)
                if reset:
                    self.n_features_in_ = X.shape[1]
                if X.shape[1] == 0:
                    raise ValueError(f"0 feature(s) (shape={X.shape}) while a minimum of 1 is required.")
                if X.shape[1] != self.n_features_in_:
                    raise ValueError(
                        f"X has {X.shape[1]} features, but {type(self).__name__} is expecting {self.n_features_in_} features as input."
                    )
                if reset and len(X) < 2:
                    raise ValueError(f"Found array with {len(X)} sample(s) while a minimum of 2 is required.")
                return X
            return validate_data(
                self, X, reset=reset, dtype=None, ensure_all_finite="allow-nan", ensure_min_samples=2 if reset else 1
            )
        except InputError:
            raise
        except (ValueError, TypeError) as fault:
            raise refuse("unusable_table", reason=fault) from fault

    def _learn(self, work: Work, groups: np.ndarray | None, resampling: np.random.SeedSequence, on_step: OnStep | None) -> None:
        chosen = pool(self.learners, self._kind)
        learners = {**chosen, **{name: entry for name, entry in BASELINES.items() if self._kind in entry.kinds}}
        names = list(learners)
        position = {row: place for place, row in enumerate(work.rows)}
        places = [np.array([position[row] for row in subtask.test]) for subtask in self.subtasks_]
        averages = ModelAverages(len(names), len(work.rows), self._width())
        held_out = [np.zeros((len(names), len(place))) for place in places]
        seconds = np.zeros(len(names))
        unseen = [~np.isin(work.rows, subtask.train) for subtask in self.subtasks_]
        fitted: dict[str, list[Fitted]] = {name: [] for name in names}
        self.dropped_: dict[str, str] = {}
        for outcome in self._outcomes(work, learners, on_step):
            learner = names.index(outcome.name)
            seconds[learner] += outcome.seconds
            if outcome.reason is not None:
                self.dropped_.setdefault(outcome.name, outcome.reason)
            if outcome.name in self.dropped_ or outcome.values is None or outcome.fitted is None:
                continue
            fitted[outcome.name].append(outcome.fitted)
            averages.add(learner, outcome.values, unseen[outcome.subtask])
            place = places[outcome.subtask]
            held_out[outcome.subtask][learner] = row_losses(outcome.values[place], work.y[work.rows][place], self.loss_)
        kept = [place for place, name in enumerate(names) if name not in self.dropped_]
        if not any(names[place] in chosen for place in kept):
            reasons = " ".join(f"{name}: {reason}" for name, reason in self.dropped_.items())
            raise refuse("no_learner_left", reasons=reasons)
        self._conclude(
            work,
            groups,
            resampling,
            names=[names[place] for place in kept],
            is_baseline=np.array([names[place] not in chosen for place in kept]),
            seconds=seconds[kept],
            held_out=tuple(losses[kept] for losses in held_out),
            places=tuple(places),
            leaking=averages.all_models()[kept],
            unseen=averages.unseen_models()[kept],
        )
        self._keep_models(work, fitted)
        # One class in the training rows: every learner is a constant there.
        self.single_class_subtasks_ = sum(bool((work.y[s.train] == work.y[s.train[0]]).all()) for s in self.subtasks_)

    def _outcomes(self, work: Work, learners: dict[str, Learner], on_step: OnStep | None) -> Iterator[Outcome]:
        from joblib import Parallel, delayed, effective_n_jobs

        by_representation: dict[str, dict[str, Learner]] = {}
        for name, learner in learners.items():
            by_representation.setdefault(learner.representation, {})[name] = learner
        tasks = [
            (subtask, rows.train, group, representation)
            for subtask, rows in enumerate(self.subtasks_)
            for representation, group in by_representation.items()
        ]
        total, done = len(self.subtasks_) * len(learners), 0
        if effective_n_jobs(self.n_jobs) == 1:
            with _expected_warnings():
                for task in tasks:
                    for outcome in train(work, *task):
                        done += 1
                        if on_step is not None:
                            on_step(done, total, outcome.subtask, outcome.name)
                        yield outcome
            return
        parallel = Parallel(n_jobs=self.n_jobs, return_as="generator")
        with _expected_warnings():
            for outcomes in parallel(delayed(_train_task)(work, task, os.getpid()) for task in tasks):
                done += len(outcomes)
                if on_step is not None:
                    on_step(done, total, outcomes[-1].subtask, outcomes[-1].name)
                yield from outcomes

    def _conclude(self, work, groups, resampling, *, names, is_baseline, seconds, held_out, places, leaking, unseen) -> None:
        """Steps 3 to 7, and what they may be trusted for."""
        rows, loss = work.rows, self.loss_
        y = work.y[rows]
        weights = None if work.weights is None else work.weights[rows]
        numbers = pd.RangeIndex(len(self.subtasks_), name="subtask")
        errors = [
            subtask_errors(losses, None if weights is None else weights[place])
            for losses, place in zip(held_out, places, strict=True)
        ]
        self.errors_ = pd.DataFrame(errors, index=numbers, columns=pd.Index(names, name="learner"))
        evidence = Evidence(held_out, places, unseen, y, ~is_baseline, None if groups is None else groups[rows], weights)
        honesty = honest_error(evidence, loss, top_k=self.top_k, seed=resampling)
        self.ranking_ = rank_learners(self.errors_, honesty.low, honesty.high, honesty.p_first, is_baseline, seconds)
        top = top_learners(self.ranking_, self.top_k)
        which = np.array([names.index(name) for name in top])
        self.averages_ = pd.DataFrame(
            average_errors(unseen[which], y, places, loss, weights), index=numbers, columns=pd.Index(top, name="learner")
        )
        self.selected_ = choose_averages(self.averages_)
        self.article_error_ = chosen_error(average_errors(leaking[which], y, places, loss, weights))
        self.honest_error_ = honesty.error
        constant = unseen[names.index("constant")]
        self.baseline_error_ = float(weighted_mean(row_losses(constant, y, loss), weights))
        tested = np.zeros((len(places), len(rows)), dtype=bool)
        for subtask, place in enumerate(places):
            tested[subtask, place] = True
        chosen = np.array([top.index(name) for name in self.selected_])
        judged = out_of_sample(unseen[which], chosen, tested, loss)
        shape = (len(work.y), self._width())
        self.out_of_sample_ = np.full(shape, np.nan)
        self.out_of_sample_[rows] = judged
        if self._kind == "number":
            self.out_of_sample_ = self.out_of_sample_[:, 0]

    def _keep_models(self, work: Work, fitted: dict[str, list[Fitted]]) -> None:
        """Keep the models of the chosen averages only, and the encoders they read."""
        self._used = list(dict.fromkeys(self.selected_))
        self._models = {name: fitted[name] for name in self._used}
        self._reads = {name: pool(self.learners, self._kind)[name].representation for name in self._used}
        self._encoders = [fit_encoder(work.codes[subtask.train], self._book) for subtask in self.subtasks_]

    def _averages(self, X) -> np.ndarray:
        """What each used model average says, shape (n_used, n, K)."""
        check_is_fitted(self)
        codes = self._book.codes(self._check_table(X, reset=False))
        values = np.zeros((len(self._used), len(codes), self._width()))
        with inner_threads():
            for subtask, encoder in enumerate(self._encoders):
                encoded: dict[str, np.ndarray] = {}
                for place, name in enumerate(self._used):
                    representation = self._reads[name]
                    if representation not in encoded:
                        encoded[representation] = encoder.encode(codes, representation)
                    values[place] += self._models[name][subtask].predict(encoded[representation])
        return values / len(self._encoders)

    def _counts(self) -> np.ndarray:
        return self.selected_.value_counts()[self._used].to_numpy()

    def _predicted(self, X) -> np.ndarray:
        return aggregate(self._averages(X), self.loss_, self._counts())

    def explain_route(self, X) -> list[Route]:
        """Say how each prediction came about.

        Parameters
        ----------
        X : DataFrame or array, shape (n, p)

        Returns
        -------
        list of Route
            One per row; `aggregate` is what `predict_proba` (or `predict`, for numbers) gives.
        """
        averages = self._averages(X)
        places = [self._used.index(name) for name in self.selected_]
        combined = aggregate(averages[places], self.loss_)
        columns = pd.Index(self.classes_) if self._kind == "classes" else pd.Index(["value"])
        routes = []
        for row in range(averages.shape[1]):
            values = pd.DataFrame(averages[places, row], index=self.selected_.index, columns=columns)
            values.insert(0, "learner", self.selected_.to_numpy())
            total = pd.Series(combined[row], index=columns) if self._kind == "classes" else float(combined[row, 0])
            routes.append(Route(values, total))
        return routes

    def _check_target(self, y, n: int) -> tuple[np.ndarray, np.ndarray | None]:
        raise NotImplementedError

    def _width(self) -> int:
        raise NotImplementedError


class MACClassifier(ClassifierMixin, _MAC):
    """Averaged model for classes.

    Parameters
    ----------
    learners : sequence, optional
        Names of `mac_core.ensemble.learners.LEARNERS`, or pairs (name, estimator). None: all of them.
    draw : {"kfold", "random", "block", "cluster", "site", "bootstrap"}
        How subtasks are drawn (`mac_core.ensemble.subtasks.draw_subtasks`).
    n_subtasks : int
    subtask_size : int, optional
        Most rows that train a subtask (20,000), or rows in a block (5).
    test_size : float
        Share that tests, for random, block and cluster.
    top_k : int, optional
        How many of the best learners a subtask may choose from. None: all.
    loss : {"log", "brier", "zero_one"}, optional
        None: log.
    n_jobs : int, optional
        Workers, as joblib understands it; the backend is set by `joblib.parallel_config`.
    random_state : int, RandomState or None

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
    subtasks_ : list of Subtask
        On tables above 10,000 rows, a fixed sample of so many rows is tested.
    errors_ : DataFrame, shape (n_subtasks, n_learners)
        Held-out error of each learner, baselines included.
    ranking_ : DataFrame
        Index `learner`, best first: mean_error, low, high, p_first, is_baseline, seconds.
    averages_ : DataFrame, shape (n_subtasks, n_eligible)
        Error of each out-of-bag model average on the subtask's test patients.
    selected_ : Series
        The average that each subtask chose.
    article_error_, baseline_error_ : float
        The error as in the article (it leaks, and is too good), and the constant predictor's.
    honest_error_ : Estimate
        Corrected for the choices, with a 95 % interval.
    out_of_sample_ : ndarray, shape (n, K)
        Predictions by models and choices that did not see the patient; NaN where there are none.
    dropped_ : dict
        Learner to why it was left out.
    single_class_subtasks_ : int
        Subtasks whose training patients are of one class; their models are constants.
    loss_ : str

    Notes
    -----
    A fitted estimator keeps the models of the chosen averages only, so that it stays small.

    Examples
    --------
    >>> X = pd.DataFrame({"age": np.arange(60.0), "sex": ["f", "m"] * 30})
    >>> model = MACClassifier(["logistic_regression", "decision_tree"], n_subtasks=5, random_state=0)
    >>> model = model.fit(X, np.where(X["age"] > 30, "ill", "well"))
    >>> model.predict(pd.DataFrame({"age": [50.0], "sex": ["f"]})).tolist()
    ['ill']
    """

    _kind = "classes"

    def predict_proba(self, X) -> np.ndarray:
        """Probability of each class, shape (n, K); with the 0/1 loss, the subtasks' share of votes."""
        return self._predicted(X)

    def predict(self, X) -> np.ndarray:
        """The most probable class; with the 0/1 loss the plurality of votes, equal votes settled by mean probability."""
        averages, counts = self._averages(X), self._counts()
        values = aggregate(averages, self.loss_, counts)
        if self.loss_ == "zero_one":
            mean = aggregate(averages, "log", counts)
            values = np.where(values >= values.max(axis=1, keepdims=True) - 1e-9, mean, -1.0)
        return self.classes_[values.argmax(axis=1)]

    def _check_target(self, y, n):
        try:
            y = column_or_1d(y, warn=True)
            _finite_target(y)
            check_classification_targets(y)
            classes, numbers = np.unique(y, return_inverse=True)
        except (ValueError, TypeError) as fault:
            raise refuse("unusable_target", reason=fault) from fault
        _same_length(y, n)
        if len(classes) < 2:
            raise refuse("one_class", value=classes[0])
        self.classes_ = classes
        return numbers, numbers

    def _width(self) -> int:
        return len(self.classes_)


class MACRegressor(RegressorMixin, _MAC):
    """Averaged model for numbers; parameters and attributes as `MACClassifier`, `loss` is "squared" (default) or "absolute".

    Examples
    --------
    >>> X = np.arange(60.0).reshape(-1, 1)
    >>> model = MACRegressor(["linear_regression"], n_subtasks=5, random_state=0).fit(X, 2 * X[:, 0])
    >>> model.predict([[30.0]]).round().tolist()
    [60.0]
    """

    _kind = "number"

    def predict(self, X) -> np.ndarray:
        """The value that loses least over the subtasks, shape (n,)."""
        return self._predicted(X)[:, 0]

    def _check_target(self, y, n):
        try:
            y = column_or_1d(y, warn=True)
            _finite_target(y)
            y = np.asarray(y, dtype=float)
        except (ValueError, TypeError) as fault:
            raise refuse("unusable_target", reason=fault) from fault
        _same_length(y, n)
        return y, None

    def _width(self) -> int:
        return 1


def _train_task(work: Work, task: tuple[Any, ...], parent: int) -> list[Outcome]:
    # Filters of warnings belong to a process; threads share the caller's.
    with inner_threads(), _expected_warnings() if os.getpid() != parent else nullcontext():
        return list(train(work, *task))


class _expected_warnings(warnings.catch_warnings):  # noqa: N801
    """Capped iterations are part of several learners; every other warning passes."""

    def __enter__(self):
        result = super().__enter__()
        warnings.filterwarnings("ignore", category=ConvergenceWarning)
        return result


def _whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _entropy(random_state: Any) -> int:
    if _whole(random_state):
        return int(random_state)
    if random_state is None:
        return int(np.random.SeedSequence().entropy) % 2**63  # type: ignore[arg-type]
    return int(check_random_state(random_state).randint(2**31 - 1))


def _weights(sample_weight: Any, X: Any, n: int) -> np.ndarray:
    try:
        weights = _check_sample_weight(sample_weight, np.zeros((n, 1)), ensure_non_negative=True)
    except (ValueError, TypeError) as fault:
        raise refuse("unusable_weights", reason=fault) from fault
    return np.asarray(weights, dtype=float)


def _group_numbers(groups: Any, n: int) -> np.ndarray:
    numbers, _ = pd.factorize(pd.Series(np.asarray(groups, dtype=object)), use_na_sentinel=True)
    _same_length(numbers, n)
    # A row without a patient number is a patient of its own.
    nameless = numbers < 0
    return np.where(nameless, numbers.max() + 1 + np.cumsum(nameless), numbers)


def _finite_target(y: np.ndarray) -> None:
    if pd.isna(y).any():
        raise ValueError("Input y contains NaN.")
    if y.dtype.kind == "f" and np.isinf(y).any():
        raise ValueError("Input y contains infinity.")


def _same_length(values: Any, n: int) -> None:
    if len(values) != n:
        raise refuse("unequal_lengths", rows=n, values=len(values))
