"""The averaged model: the seven steps of MAC as scikit-learn estimators."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.validation import _num_samples, check_is_fitted

from mac_core.data.encoding import Codebook, Encoder, fit_encoder, read_codebook
from mac_core.ensemble.averaging import ask_models
from mac_core.ensemble.checks import (
    check_classes,
    check_groups,
    check_numbers,
    check_settings,
    check_table,
    check_weights,
    entropy_of,
    group_names,
)
from mac_core.ensemble.conclusions import Conclusions, conclude
from mac_core.ensemble.leaning import LEAN_ON, lean
from mac_core.ensemble.learners import BASELINES, Learner, pool
from mac_core.ensemble.learning import Learned, OnStep, learn
from mac_core.ensemble.losses import LOSSES, aggregate
from mac_core.ensemble.refitting import refit
from mac_core.ensemble.routes import Route, make_routes
from mac_core.ensemble.subtasks import Cohort, Subtask, draw_subtasks, evaluated_rows
from mac_core.ensemble.tempering import temper
from mac_core.ensemble.training import Fitted, Work, inner_threads
from mac_core.ensemble.weighting import WEIGHTED, Weighting, combine
from mac_core.errors import refuse

__all__ = ["EXPECTED_FAILED_CHECKS", "MACClassifier", "MACRegressor"]

EXPECTED_FAILED_CHECKS = {
    "check_sample_weight_equivalence_on_dense_data": (
        "Subtasks are drawn at random: a patient of weight 2 is drawn once, but a patient who stands in the table twice may be "
        "drawn into different sides of a split."
    ),
}
"""The checks of scikit-learn's contract that cannot hold, and why."""


class _MAC(BaseEstimator, ABC):
    """What classes and numbers have in common."""

    _kind: str
    # What models fall back to that were saved before these were there.
    _weighting: Weighting | None = None
    choice, refit = "per_subtask", False

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
        choice="per_subtask",
        moderate=True,
        refit=False,
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
        self.choice = choice
        self.moderate = moderate
        self.refit = refit
        self.n_jobs = n_jobs
        self.random_state = random_state

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None) -> Any:
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

    def _fit(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None, *, on_step: OnStep | None = None) -> Any:
        check_settings(self.get_params(deep=False), self._kind)
        chosen = pool(self.learners, self._kind)
        table = check_table(self, X, reset=True)
        target = self._check_target(y, _num_samples(table))
        weights = None if sample_weight is None else check_weights(sample_weight, len(target))
        sites = group_names(groups) if self.draw == "site" and groups is not None else None
        groups = None if groups is None else check_groups(groups, len(target))
        self.loss_ = LOSSES[self._kind][0] if self.loss is None else self.loss
        entropy = entropy_of(self.random_state)
        drawing, resampling, holding_out = np.random.SeedSequence(entropy).spawn(3)
        self._book: Codebook = read_codebook(table)
        codes = self._book.codes(table)
        n_classes = self._width() if self._kind == "classes" else 0
        with inner_threads():
            self.subtasks_: list[Subtask] = draw_subtasks(
                Cohort(
                    len(target),
                    target if n_classes else None,
                    groups,
                    lambda: fit_encoder(codes, self._book).encode(codes, "scaled"),
                ),
                self.draw,
                n_subtasks=self.n_subtasks,
                subtask_size=self.subtask_size,
                test_size=self.test_size,
                seed=drawing,
            )
            rows = evaluated_rows(self.subtasks_, len(target))
            places = [np.searchsorted(rows, subtask.test) for subtask in self.subtasks_]
            baselines = {name: learner for name, learner in BASELINES.items() if self._kind in learner.kinds}
            work = Work(codes, self._book, target, n_classes, weights, rows, entropy, averaged=len(self.subtasks_))
            learned = learn(
                work, self.subtasks_, places, {**chosen, **baselines}, self.loss_, n_jobs=self.n_jobs, on_step=on_step
            )
            if not set(learned.names) & set(chosen):
                reasons = " ".join(f"{name}: {reason}" for name, reason in learned.dropped.items())
                raise refuse("no_learner_left", reasons=reasons)
            found = conclude(
                work,
                learned,
                places,
                groups,
                loss=self.loss_,
                top_k=self.top_k,
                choice=self.choice,
                moderated=bool(self.moderate),
                sites=sites,
                seeds=(resampling, holding_out),
            )
            self._tell(found, learned, work)
            self._keep(work, learned, {**chosen, **baselines}, on_step)
        return self

    def _tell(self, found: Conclusions, learned: Learned, work: Work) -> None:
        """Set the fitted attributes."""
        self.errors_, self.ranking_ = found.errors, found.ranking
        self.averages_, self.selected_ = found.averages, found.selected
        self.article_error_, self.baseline_error_ = found.article_error, found.baseline_error
        self.honest_error_, self.honest_gain_ = found.honest_error, found.honest_gain
        self.choices_, self.moderation_ = found.choices, found.moderation
        self.chosen_share_ = found.choices.mean().rename("chosen_share")
        same = [found.choices.at[subtask, name] for subtask, name in found.selected.items()]
        self.same_choice_ = pd.Series(same, index=found.selected.index, name="same_choice")
        self.out_of_sample_ = found.out_of_sample if self._kind == "classes" else found.out_of_sample[:, 0]
        self._weighting, self.weights_ = found.weighting, found.weights
        self.site_errors_ = found.site_errors
        self.subtask_names_ = found.errors.index if found.site_errors is None else found.site_errors.index.rename("subtask")
        self.dropped_ = learned.dropped
        self.single_class_subtasks_ = sum(len(np.unique(work.y[drawn.train])) == 1 for drawn in self.subtasks_)

    def _keep(self, work: Work, learned: Learned, learners: dict[str, Learner], on_step: OnStep | None) -> None:
        """Keep the models of the averages that are used only (and of the one that they lean on), and the encoders they read."""
        leaning_on = [LEAN_ON] if self.moderation_.share else []
        self._used = list(dict.fromkeys([*self.selected_, *leaning_on] if self.weights_ is None else self.weights_.index))
        self._models: dict[str, list[Fitted]] = {name: learned.models[name] for name in self._used}
        self._reads = {name: learners[name].representation for name in self._used}
        again = None
        if self.refit:
            used, most = {name: learners[name] for name in self._used}, None if self.draw == "block" else self.subtask_size
            again = refit(work, used, len(self.subtasks_), len(self.subtasks_) * len(learners), most_rows=most, on_step=on_step)
        self.refitted_ = again is not None
        self._encoders: list[Encoder]
        if again is not None:
            self._models, self._encoders = {name: again[0][name] for name in self._used}, again[1]
        else:
            self._encoders = [fit_encoder(work.codes[subtask.train], self._book) for subtask in self.subtasks_]

    def _averages(self, X: Any) -> np.ndarray:
        """What each used model average says, shape (n_used, n, K); with weights, what they say together, shape (1, n, K)."""
        check_is_fitted(self)
        codes = self._book.codes(check_table(self, X, reset=False))
        with inner_threads():
            values = ask_models(self._models, self._reads, self._encoders, codes, self._width())
            weights = self._weighting
            return self._moderated(values) if weights is None else combine(values, weights)[None]

    def _moderated(self, values: np.ndarray) -> np.ndarray:
        """The used averages, shape (n_used, n, K), leaning and tempered as was found to suit."""
        if self.moderation_.share:
            values = lean(values, values[self._used.index(LEAN_ON)], self.moderation_.share)
        return temper(values, self.moderation_.temperature, self.moderation_.base)

    def _counts(self) -> np.ndarray:
        if self._weighting is not None:
            return np.array([len(self.selected_)])
        return self.selected_.value_counts().reindex(self._used, fill_value=0).to_numpy()

    def _predicted(self, X: Any) -> np.ndarray:
        return aggregate(self._averages(X), self.loss_, self._counts())

    def explain_route(self, X: Any) -> list[Route]:
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
        spoken = self.selected_ if self._weighting is None else pd.Series(WEIGHTED, index=self.selected_.index)
        places = [0 if name == WEIGHTED else self._used.index(name) for name in spoken]
        combined = aggregate(averages[places], self.loss_)
        # Models that were saved before subtasks had names lack them.
        names = getattr(self, "subtask_names_", self.selected_.index)
        return make_routes(
            averages[places], combined, spoken.set_axis(names), self.classes_ if self._kind == "classes" else None
        )

    @abstractmethod
    def _check_target(self, y: Any, n: int) -> np.ndarray:
        """The target as class numbers or values, shape (n,); sets what the kind of target needs besides."""

    @abstractmethod
    def _width(self) -> int:
        """K, the number of classes; 1 for numbers."""


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
    choice : {"per_subtask", "weights"}
        Step 6: each subtask chooses one model average; or, with "weights", every average counts by a weight that holds for all
        subtasks alike (`mac_core.ensemble.weighting`), held near what the subtasks chose. It often errs a little less;
        the route then has the same value in every subtask.
    moderate : bool
        Whether chosen averages of probabilities lean on the regularised logistic regression on little data, and are tempered
        (`mac_core.ensemble.moderation`). False: the seven steps to the letter. Without effect on numbers and on the 0/1 loss.
    refit : bool
        Whether the learners that are used are trained once more, on all patients (20,000 at most), to predict with one model
        each: as good, cheaper to ask and to keep. What is reported still rests on the subtasks' models.
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
        Index `learner`, best first: mean_error, low, high, p_first, is_baseline, seconds, and group: learners of the same group
        cannot be told apart by a paired bootstrap of the patients.
    averages_ : DataFrame, shape (n_subtasks, n_eligible)
        Error of each out-of-bag model average on the subtask's test patients.
    selected_ : Series
        The average that each subtask chose.
    chosen_share_ : Series
        By learner: how often subtasks chose it when the patients were resampled.
    same_choice_ : Series
        By subtask: in what share of the resamples its choice was the same.
    weights_ : Series or None
        With ``choice="weights"``: learner to weight, heaviest first, 1 in all; they start from the choices in `selected_`.
    choices_ : DataFrame, shape (n_subtasks, n_eligible)
        By subtask and learner: in what share of the resamples the subtask chose it.
    moderation_ : Moderation
        How far the chosen averages lean on the logistic regression, and the temperature.
    article_error_, baseline_error_ : float
        The error as in the article (it leaks, and is too good), and the constant predictor's.
    honest_error_ : Estimate
        Corrected for the choices, with a 95 % interval.
    honest_gain_ : Estimate
        By how much the error is below the constant predictor's on the same patients, paired within each resample.
    out_of_sample_ : ndarray, shape (n, K)
        Predictions by models and choices that did not see the patient; NaN where there are none.
    site_errors_ : DataFrame or None
        With ``draw="site"``, the error at each site by models of the others (`mac_core.ensemble.site_errors.site_errors`).
    subtask_names_ : Index
        What people call the subtasks: 0 to n_subtasks - 1, or with ``draw="site"`` the sites, as text. Frames are indexed by
        number all the same; routes by name.
    refitted_ : bool
        Whether one model per learner, trained on all patients, predicts.
    dropped_ : dict
        Learner to why it was left out.
    single_class_subtasks_ : int
        Subtasks whose training patients are of one class; their models are constants.
    loss_ : str

    Notes
    -----
    A fitted estimator keeps only the models that predict, each as the arrays that predicting needs, so that it stays small.

    Cost. A fit trains `n_subtasks` times the number of learners: with the default pool 10 x 14 fits, about 0.8 seconds for 900
    patients on one core. It grows in proportion to the subtasks and the learners, and a little less than in proportion to the
    rows, until subtasks reach their cap of 20,000 rows and 10,000 tested patients; beyond it only reading, splitting and
    encoding still grow. With p encoded columns linear learners cost about n p, the discriminant n p^2. The corrected error
    takes n times the learners times 200 to 500 resamples, and refits nothing. A prediction asks `n_subtasks` times the chosen
    learners (`benchmarks/scale.py` and `benchmarks/engine.py` print the figures).

    Examples
    --------
    >>> X = pd.DataFrame({"age": np.arange(60.0), "sex": ["f", "m"] * 30})
    >>> model = MACClassifier(["logistic_regression", "decision_tree"], n_subtasks=5, random_state=0)
    >>> model = model.fit(X, np.where(X["age"] > 30, "ill", "well"))
    >>> model.predict(pd.DataFrame({"age": [50.0], "sex": ["f"]})).tolist()
    ['ill']
    """

    _kind = "classes"

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probability of each class, shape (n, K); with the 0/1 loss, the subtasks' share of votes."""
        return self._predicted(X)

    def predict(self, X: Any) -> np.ndarray:
        """The most probable class; with the 0/1 loss the plurality of votes, equal votes settled by mean probability."""
        averages, counts = self._averages(X), self._counts()
        values = aggregate(averages, self.loss_, counts)
        if self.loss_ == "zero_one":
            mean = aggregate(averages, "log", counts)
            values = np.where(values >= values.max(axis=1, keepdims=True) - 1e-9, mean, -1.0)
        return self.classes_[values.argmax(axis=1)]

    def _check_target(self, y: Any, n: int) -> np.ndarray:
        self.classes_, numbers = check_classes(y, n)
        return numbers

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

    def predict(self, X: Any) -> np.ndarray:
        """The value that loses least over the subtasks, shape (n,)."""
        return self._predicted(X)[:, 0]

    def _check_target(self, y: Any, n: int) -> np.ndarray:
        return check_numbers(y, n)

    def _width(self) -> int:
        return 1
