"""How far the arms are expected to differ for one patient: the shrunken stack, and what stands for it when all are alike.

Every candidate gives potentials (see `potentials`): outcome models per arm, the joint outcome model, both blended, the average
("constant"), and three learners of the doubly robust scores. One weight per candidate for all arms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mac_core.data.encoding import Codebook, Encoder, fit_encoder, read_codebook
from mac_core.treatment.constant_odds import ConstantOdds, fit_constant_odds
from mac_core.treatment.contrast_learners import BoostedContrasts, ForestContrasts, RidgeContrasts, fold_of, held_out
from mac_core.treatment.potentials import average_potential, centred
from mac_core.treatment.stack import stack_weights

__all__ = ["CANDIDATES", "Covariates", "Expectations", "PatientEffects", "blend_weight", "mean_differences", "with_level"]

CANDIDATES = ("models", "models_per_arm", "joint_model", "constant", "ridge", "forest", "boosting")
_FOLDS = 5


class Covariates:
    """Covariates as numbers: centred, scaled, gaps filled, one column per level; the same for new patients.

    Examples
    --------
    >>> Covariates(pd.DataFrame({"sex": ["f", "m"] * 20})).encode(pd.DataFrame({"sex": ["m"]})).shape
    (1, 1)
    """

    def __init__(self, X: pd.DataFrame) -> None:
        self.book_: Codebook = read_codebook(X)
        self.encoder_: Encoder = fit_encoder(self.book_.codes(X), self.book_)

    def encode(self, X: pd.DataFrame) -> np.ndarray:
        """Shape (m, columns)."""
        return np.asarray(self.encoder_.encode(self.book_.codes(X), "scaled"), dtype=float)


@dataclass(frozen=True)
class Expectations:
    """What the outcome models expect, each of shape (n, arms): `per_arm`, `joint`, and the `blend` of both."""

    per_arm: np.ndarray
    joint: np.ndarray
    blend: np.ndarray


def blend_weight(per_arm: np.ndarray, joint: np.ndarray, outcome: np.ndarray) -> float:
    """Weight of the models per arm, 0 to 1, with which both together come nearest to what was observed.

    Examples
    --------
    >>> blend_weight(np.array([1.0, 2, 3]), np.array([2.0, 2, 2]), np.array([1.0, 2, 3]))
    1.0
    """
    gap = per_arm - joint
    power = float(gap @ gap)
    return float(np.clip(gap @ (outcome - joint) / power, 0.0, 1.0)) if power > 0 else 0.5


def mean_differences(scores: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Average score differences of all pairs over the patients supported in both, shape (arms, arms); NaN where nobody is.

    Examples
    --------
    >>> mean_differences(np.array([[1.0, 3.0], [0.0, 4.0]]), np.ones((2, 2), bool)).tolist()
    [[0.0, -3.0], [3.0, 0.0]]
    """
    count = scores.shape[1]
    found = np.full((count, count), np.nan)
    for a in range(count):
        for b in range(count):
            both = usable[:, a] & usable[:, b]
            if both.any():
                found[a, b] = 0.0 if a == b else np.mean(scores[both, a] - scores[both, b])
    return found


def with_level(expected: np.ndarray, potential: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Outcomes under every arm whose differences are the potentials', shape (m, arms).

    The level is what the outcome models say on average over the supported arms: an arm nobody comparable got has no say.

    Examples
    --------
    >>> with_level(np.array([[1.0, 3.0]]), np.array([[-2.0, 2.0]]), np.ones((1, 2), bool)).tolist()
    [[0.0, 4.0]]
    """
    weight = np.where(usable.any(axis=1, keepdims=True), usable, True).astype(float)
    level = (weight * (expected - potential)).sum(axis=1, keepdims=True) / weight.sum(axis=1, keepdims=True)
    return np.asarray(level + potential)


class PatientEffects:
    """The shrunken stack of a cohort, and its constant counterpart.

    Attributes
    ----------
    weights_ : ndarray, shape (7,)
        Of `CANDIDATES`.
    honest_ : ndarray, shape (n, arms)
        Potentials of the cohort by models and weights that did not see the patient.
    average_ : ndarray, shape (arms,)
        Potentials of the averages.
    odds_ : ConstantOdds or None
        Binary outcomes.
    honest_risk_ : ndarray, shape (n,), or None
        Risks that do not know the arm.
    """

    def fit(
        self,
        X: pd.DataFrame,
        expectations: Expectations,
        scores: np.ndarray,
        usable: np.ndarray,
        arm: np.ndarray,
        outcome: np.ndarray,
        observed: np.ndarray,
        clusters: np.ndarray,
        propensity: np.ndarray,
        *,
        binary: bool,
        seed: int = 0,
    ) -> PatientEffects:
        """Fit candidates and weights.

        Parameters
        ----------
        X : DataFrame, shape (n, features)
        expectations : Expectations
            By models that did not see the patient.
        scores, usable, propensity : ndarray, shape (n, arms)
        arm, clusters : ndarray of int, shape (n,)
        outcome, observed : ndarray, shape (n,)
        binary : bool
        seed : int
        """
        from mac_core.ensemble.training import inner_threads

        self.covariates_ = Covariates(X)
        Z = self.covariates_.encode(X)
        self.shares_ = np.bincount(arm, minlength=scores.shape[1]) / len(arm)
        self.average_ = average_potential(mean_differences(scores, usable))
        self.odds_: ConstantOdds | None = None
        self.honest_risk_ = None
        if binary:
            self.honest_risk_ = (propensity * expectations.blend).sum(axis=1) / propensity.sum(axis=1)
            whole = usable.all(axis=1) if usable.all(axis=1).sum() >= 10 else np.ones(len(arm), bool)
            self.odds_ = fit_constant_odds(self.honest_risk_, arm, outcome, observed, scores[whole].mean(axis=0), clusters)
        # Numbered by first appearance: trees break ties by order, and the names of arms must play no part.
        _, first = np.unique(arm, return_index=True)
        self.order_ = np.argsort(first)
        back = np.argsort(self.order_)
        fold = fold_of(clusters, _FOLDS, np.random.default_rng(seed))
        makers = (RidgeContrasts, lambda: ForestContrasts(seed=seed), lambda: BoostedContrasts(seed=seed))
        with inner_threads():
            learned = [held_out(maker, Z, scores[:, self.order_], fold)[:, back] for maker in makers]
            self.learners_ = tuple(maker().fit(Z, scores[:, self.order_]) for maker in makers)
        candidates = np.stack(
            [
                *self._of_models(expectations),
                self._honest_constant(scores, usable, fold),
                *learned,
            ]
        )
        self.weights_ = stack_weights(candidates, scores, usable)
        self.honest_ = np.empty(scores.shape)
        for f in range(_FOLDS):
            own = fold == f
            weights = stack_weights(candidates[:, ~own], scores[~own], usable[~own])
            self.honest_[own] = np.tensordot(weights, candidates[:, own], axes=1)
        return self

    def _of_models(self, expectations: Expectations) -> list[np.ndarray]:
        return [centred(each) for each in (expectations.blend, expectations.per_arm, expectations.joint)]

    def _honest_constant(self, scores: np.ndarray, usable: np.ndarray, fold: np.ndarray) -> np.ndarray:
        if self.odds_ is not None:
            assert self.honest_risk_ is not None
            return centred(self.odds_.predict(self.honest_risk_))
        found = np.empty(scores.shape)
        for f in np.unique(fold):
            own = fold == f
            found[own] = average_potential(mean_differences(scores[~own], usable[~own]))
        return found

    def risk(self, expectations: Expectations, propensity: np.ndarray | None) -> np.ndarray:
        """Risk that does not know the arm, shape (m,)."""
        share = np.broadcast_to(self.shares_, expectations.blend.shape) if propensity is None else propensity
        return np.asarray((share * expectations.blend).sum(axis=1) / share.sum(axis=1))

    def constant(self, expectations: Expectations, propensity: np.ndarray | None) -> np.ndarray:
        """Potentials when all patients are treated alike, shape (m, arms): the averages, or one odds ratio on each risk."""
        if self.odds_ is not None:
            return centred(self.odds_.predict(self.risk(expectations, propensity)))
        return np.tile(self.average_, (len(expectations.blend), 1))

    def predict(self, X: pd.DataFrame, expectations: Expectations, propensity: np.ndarray | None) -> np.ndarray:
        """Potentials of new patients by the stack, shape (m, arms)."""
        Z, back = self.covariates_.encode(X), np.argsort(self.order_)
        learned = [learner.predict(Z)[:, back] for learner in self.learners_]
        candidates = np.stack([*self._of_models(expectations), self.constant(expectations, propensity), *learned])
        return np.asarray(np.tensordot(self.weights_, candidates, axes=1))
