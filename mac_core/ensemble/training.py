"""Step 2: train every learner on a subtask, and let it predict every patient whose prediction is asked for."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from mac_core.data.encoding import Codebook, Representation, fit_encoder
from mac_core.ensemble.learners import Learner, Size
from mac_core.ensemble.predictors import Predictor, compact

__all__ = ["Fitted", "Outcome", "Work", "fit_learner", "inner_threads", "train"]


@lru_cache(maxsize=1)
def _pools() -> Any:
    import sklearn.cluster  # noqa: F401  (loads the OpenMP and BLAS libraries that are to be limited)
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def inner_threads() -> Any:
    """Context with one inner thread: more of them slow small fits down, and change sums in their last bits."""
    return _pools().limit(limits=1)


@dataclass(frozen=True)
class Fitted:
    """One learner as trained on one subtask.

    Attributes
    ----------
    model : Predictor or None
        What is kept of the trained learner; None for a constant predictor.
    width : int
        K, the number of classes of the study; 1 for numbers.
    classes : ndarray of int or None
        Which of the K classes the model has seen, in its order; None for numbers.
    constant : ndarray, shape (K,), or None
        What a constant predictor says.
    centre, scale : float
        Numbers are learned centred and scaled.
    smooth : int
        Training rows for Laplace's rule; 0 switches it off.
    """

    model: Predictor | None
    width: int
    classes: np.ndarray | None = None
    constant: np.ndarray | None = None
    centre: float = 0.0
    scale: float = 1.0
    smooth: int = 0

    def predict(self, encoded: np.ndarray) -> np.ndarray:
        """Probabilities of the K classes, shape (n, K), or values, shape (n, 1)."""
        if self.model is None:
            return np.broadcast_to(np.asarray(self.constant), (len(encoded), self.width)).copy()
        said = self.model.predict(encoded)
        if self.classes is None:
            return self.centre + self.scale * said
        values = np.zeros((len(encoded), self.width))
        values[:, self.classes] = said
        if self.smooth:
            values = (self.smooth * values + 1.0) / (self.smooth + self.width)
        return values


def fit_learner(
    learner: Learner,
    encoded: np.ndarray,
    y: np.ndarray,
    n_classes: int,
    *,
    seed: int,
    weights: np.ndarray | None = None,
    averaged: int = 10,
) -> Fitted:
    """Train one learner.

    Parameters
    ----------
    learner : Learner
    encoded : ndarray, shape (n, q)
    y : ndarray, shape (n,)
        Class numbers, or values.
    n_classes : int
        K of the study; 0 for numbers.
    seed : int
    weights : ndarray, shape (n,), optional
        Passed on if the learner takes them.
    averaged : int
        Models of this learner whose mean will predict.

    Returns
    -------
    Fitted
        A constant predictor if the training rows hold one class (or value) only.
    """
    if weights is not None:
        # A patient of weight 0 is not there, whatever the learner makes of weights; unless nobody else is.
        there = weights > 0
        encoded, y, weights = (encoded[there], y[there], weights[there]) if there.any() else (encoded, y, None)
    if (y == y[0]).all():
        constant = np.eye(n_classes)[y[0]] if n_classes else np.array([float(y[0])])
        return Fitted(None, n_classes or 1, constant=constant)
    model = learner.factory(Size(len(y), encoded.shape[1], len(np.unique(y)) if n_classes else 0, averaged))
    _seed(model, seed, learner.own)
    options = _weight_option(model, weights)
    if n_classes:
        _fit(model, encoded, y, options, learner.own)
        seen = np.asarray(model.classes_, dtype=int)
        return Fitted(compact(model, classes=True), n_classes, classes=seen, smooth=len(y) * learner.smooth)
    centre, scale = float(y.mean()), float(y.std())
    _fit(model, encoded, (y - centre) / scale, options, learner.own)
    return Fitted(compact(model, classes=False), 1, centre=centre, scale=scale)


def _fit(model: Any, encoded: np.ndarray, y: np.ndarray, options: dict[str, Any], own: bool) -> None:
    from sklearn import config_context

    # What an encoder gives is finite, and the pool's parameters are right: looking again would be a twentieth of the time.
    with config_context(assume_finite=True, skip_parameter_validation=not own):
        model.fit(encoded, y, **options)


def _seed(model: Any, seed: int, own: bool) -> None:
    if not own:
        # By hand where we know the models: to list the parameters of one takes as long as many a fit.
        for part in [step for _, step in getattr(model, "steps", [("", model)])]:
            if hasattr(part, "random_state"):
                part.random_state = seed
        return
    random = {name: seed for name in model.get_params() if name == "random_state" or name.endswith("__random_state")}
    model.set_params(**random)


def _weight_option(model: Any, weights: np.ndarray | None) -> dict[str, Any]:
    from sklearn.utils.validation import has_fit_parameter

    if weights is None:
        return {}
    steps = getattr(model, "steps", None)
    last = model if steps is None else steps[-1][1]
    if not has_fit_parameter(last, "sample_weight"):
        return {}
    # Weights only say how much patients count among each other; penalties are meant for weights around 1.
    weights = weights * len(weights) / weights.sum()
    return {"sample_weight" if steps is None else f"{steps[-1][0]}__sample_weight": weights}


class Work(NamedTuple):
    """What all subtasks of a study share.

    `rows` are the patients whose predictions are asked for; `averaged` says how many models of a learner predict together.
    """

    codes: np.ndarray
    book: Codebook
    y: np.ndarray
    n_classes: int
    weights: np.ndarray | None
    rows: np.ndarray
    entropy: int
    averaged: int = 10


class Outcome(NamedTuple):
    """One fit: the learner, what it became, its predictions of the asked rows, its time, or why it failed."""

    subtask: int
    name: str
    fitted: Fitted | None
    values: np.ndarray | None
    seconds: float
    reason: str | None


def train(
    work: Work, subtask: int, rows: np.ndarray, learners: Mapping[str, Learner], representation: Representation
) -> Iterator[Outcome]:
    """Train learners that share a representation on one subtask.

    Parameters
    ----------
    work : Work
    subtask : int
        Its number; with the study's seed and the learner's name it makes the fit's own seed, so that neither order nor
        workers matter.
    rows : ndarray of int
        The subtask's training rows.
    learners : mapping
    representation : {"scaled", "splines", "ordinal"}

    Yields
    ------
    Outcome
        One per learner, as soon as it is there.
    """
    encoder = fit_encoder(work.codes[rows], work.book)
    encoded, asked = encoder.encode(work.codes[rows], representation), encoder.encode(work.codes[work.rows], representation)
    weights = None if work.weights is None else work.weights[rows]
    for name, learner in learners.items():
        start = time.perf_counter()
        fitted = values = reason = None
        try:
            fitted = fit_learner(
                learner,
                encoded,
                work.y[rows],
                work.n_classes,
                seed=_fit_seed(work.entropy, subtask, name),
                weights=weights,
                averaged=work.averaged,
            )
            values = fitted.predict(asked)
            if not np.isfinite(values).all():
                reason = "It predicted a value that is not a number."
        except Exception as fault:  # any learner may fail in any way; the study goes on without it and says so
            reason = f"{type(fault).__name__}: {fault}"
        yield Outcome(subtask, name, fitted, values, time.perf_counter() - start, reason)


def _fit_seed(entropy: int, subtask: int, name: str) -> int:
    sequence = np.random.SeedSequence([entropy, subtask, zlib.crc32(name.encode())])
    return int(sequence.generate_state(1)[0] % 2**31)
