"""The gain of choosing by patient, hundreds of times: ridge regressions stand for the MAC models, the rest is the comparison's.

What is judged is the interval of the gain: the stack, the choice by patient and the intervals are the project's own. Only the
models behind the scores are light (and the stack's forest is small), so that one replication costs half a second.
"""

from __future__ import annotations

import time
from collections import defaultdict
from itertools import combinations
from typing import Any
from unittest import mock

import numpy as np

from benchmarks.treatments.trials import Trial
from mac_core.treatment import patient_effects
from mac_core.treatment.contrast_learners import ForestContrasts, fold_of
from mac_core.treatment.overlap import floors
from mac_core.treatment.patient_effects import Covariates, Expectations, PatientEffects, blend_weight
from mac_core.treatment.policy import policy_gains, policy_values
from mac_core.treatment.scores import aipw_scores
from mac_core.treatment.similar_groups import SimilarGroups

__all__ = ["gains_only", "groups_only", "judge_choice"]

_FOLDS = 5
_TREES = 10


def judge_choice(
    honest: np.ndarray, usable: np.ndarray, values: Any, gains: Any, trial: Trial, sign: float, held: dict[str, list[float]]
) -> None:
    """Value of choosing by patient, and its gain over everything else, against the truth of the rules that were judged.

    Parameters
    ----------
    honest, usable : ndarray, shape (n, arms)
    values, gains : DataFrame
        As `policy_values` and `policy_gains`.
    trial : Trial
    sign : float
        1 where higher is better, -1 where lower is.
    held : mapping of names to [hits, asked]
        Added to.
    """
    whole = usable.all(axis=1)
    if whole.sum() < 2:
        return
    rows = np.arange(len(honest))
    own = trial.truth[rows, np.where(usable, sign * honest, -np.inf).argmax(axis=1)]
    given = trial.truth[rows, trial.arm]

    def count(name: str, low: float, high: float, truth: float) -> None:
        above, below = low - 1e-12 > truth, high + 1e-12 < truth
        for label, hit in (("", not (above or below)), (", too high", above), (", too low", below)):
            held[f"{name}{label}"][0] += int(hit)
            held[f"{name}{label}"][1] += 1

    row = values.loc[("individual", "")]
    count("value of choosing", row["low"], row["high"], own[whole].mean())
    everybody = gains.loc[["everybody"]]
    for a, (low, high) in enumerate(zip(everybody["low"], everybody["high"], strict=True)):
        count("gain of choosing", low, high, sign * (own - trial.truth[:, a])[whole].mean())
    row = gains.loc[("as_given", "")]
    count("gain over what was given", row["low"], row["high"], sign * (own - given)[whole].mean())


def gains_only(trial: Trial, seed: int) -> dict[str, Any]:
    """One replication: scores by ridge regressions, the stack, the choice by patient, and its gain, judged by the truth."""
    begun = time.process_time()
    scores, effects = _light(trial, seed)
    n, count = scores.shape
    usable, patients, arms = np.ones((n, count), dtype=bool), np.arange(n), list(range(count))
    values = policy_values(scores, usable, patients, trial.outcome, arms, chosen=effects.honest_.argmax(axis=1))
    gains = policy_gains(scores, usable, patients, trial.outcome, effects.honest_, arms, arm=trial.arm)
    held: dict[str, list[float]] = defaultdict(lambda: [0, 0])
    judge_choice(effects.honest_, usable, values, gains, trial, 1.0, held)
    found = {"seconds": time.process_time() - begun, "gain shown": float((gains.loc[["everybody"], "low"] > 0).all())}
    return {**found, **{f"held:{name}": pair for name, pair in sorted(held.items())}}


def groups_only(trial: Trial, seed: int) -> dict[str, Any]:
    """The group's interval of a difference, for the cohort's own expectations: plain, stretched as it is shown, and moved.

    Stretched: to hold what is expected of the patient. Moved: by how far that lies from the group's mean expectation; judged by
    the true mean of the 41 patients of whom nearly the same is expected. Ends: the outermost 4 % of the cohort.
    """
    begun = time.process_time()
    scores, effects = _light(trial, seed)
    n, count = scores.shape
    ends = np.minimum(np.arange(n), n - 1 - np.arange(n)) < 0.02 * n
    held: dict[str, list[float]] = defaultdict(lambda: [0, 0])
    for a, b in combinations(range(count), 2):
        expected, contrast, truth = (table[:, a] - table[:, b] for table in (effects.honest_, scores, trial.truth))
        order = np.argsort(expected, kind="stable")
        expected, truth = expected[order], truth[order]
        group = SimilarGroups(expected, contrast[order], np.arange(n))
        (low, high), windows = group.interval(expected).T, group.windows(expected)
        own, of_expected = (_window_means(values, windows) for values in (truth, expected))
        places = np.arange(n)
        near = _window_means(truth, np.column_stack([np.maximum(places - 20, 0), np.minimum(places + 21, n)]))
        far = expected - of_expected
        wide = np.minimum(low, expected), np.maximum(high, expected)
        kinds = {
            "stretched at all": (expected < low) | (expected > high),
            "plain": (low <= own) & (own <= high),
            "stretched": (wide[0] <= own) & (own <= wide[1]),
            "moved": (low + far <= near) & (near <= high + far),
        }
        for name, hits in kinds.items():
            for label, part in ((name, hits), (f"{name}, ends", hits[ends])):
                held[label][0] += int(part.sum())
                held[label][1] += len(part)
    return {"seconds": time.process_time() - begun, **{f"held:{name}": pair for name, pair in sorted(held.items())}}


def _window_means(values: np.ndarray, windows: np.ndarray) -> np.ndarray:
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray((sums[windows[:, 1]] - sums[windows[:, 0]]) / (windows[:, 1] - windows[:, 0]))


def _light(trial: Trial, seed: int) -> tuple[np.ndarray, PatientEffects]:
    """Scores, shape (n, arms), and the stack fitted to them."""
    n, count = trial.truth.shape
    everyone = np.ones((n, count), dtype=bool)
    expectations, propensity = _models(trial, seed)
    scores = aipw_scores(expectations.blend, propensity, trial.arm, trial.outcome)
    with mock.patch.object(patient_effects, "ForestContrasts", lambda seed: ForestContrasts(_TREES, seed=seed)):
        effects = PatientEffects().fit(
            trial.X, expectations, scores, everyone, trial.arm, trial.outcome, everyone[:, 0], np.arange(n), propensity,
            binary=False, seed=seed,
        )  # fmt: skip
    return scores, effects


def _models(trial: Trial, seed: int) -> tuple[Expectations, np.ndarray]:
    """Expected outcomes and propensities by models of the other folds, shapes (n, arms)."""
    n, count = trial.truth.shape
    Z = Covariates(trial.X).encode(trial.X)
    bent = np.hstack([Z, Z**2, np.maximum(Z - 0.5, 0.0)])
    fold = fold_of(np.arange(n), _FOLDS, np.random.default_rng([seed, 2]))
    per_arm, joint = np.empty((n, count)), np.empty((n, count))
    propensity = np.tile(np.bincount(trial.arm, minlength=count) / n, (n, 1))
    arms = 5 * np.eye(count)
    for f in range(_FOLDS):
        own = fold == f
        together = np.hstack([bent, arms[trial.arm]])[~own]
        for a in range(count):
            learned = ~own & (trial.arm == a)
            per_arm[own, a] = _ridge(bent[learned], trial.outcome[learned], bent[own])
            asked = np.hstack([bent[own], np.tile(arms[a], (own.sum(), 1))])
            joint[own, a] = _ridge(together, trial.outcome[~own], asked)
        if trial.design == "routine":
            propensity[own] = _shares(Z[~own], trial.arm[~own], Z[own])
    propensity = np.maximum(propensity, floors(np.bincount(trial.arm, minlength=count) / n))
    rows = np.arange(n), trial.arm
    weight = blend_weight(per_arm[rows], joint[rows], trial.outcome)
    return Expectations(per_arm, joint, weight * per_arm + (1 - weight) * joint), propensity


def _ridge(x: np.ndarray, y: np.ndarray, asked: np.ndarray, penalty: float = 10.0) -> np.ndarray:
    centre = x.mean(axis=0)
    gram = (x - centre).T @ (x - centre) + penalty * np.eye(x.shape[1])
    return np.asarray(y.mean() + (asked - centre) @ np.linalg.solve(gram, (x - centre).T @ (y - y.mean())))


def _shares(Z: np.ndarray, arm: np.ndarray, asked: np.ndarray) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    return np.asarray(LogisticRegression(C=0.05, max_iter=300).fit(Z, arm).predict_proba(asked))
