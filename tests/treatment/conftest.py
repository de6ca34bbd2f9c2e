"""Trials with known truth, small and light enough to fit often."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from mac_core import MACClassifier, MACRegressor, TreatmentComparison


@dataclass(frozen=True)
class Trial:
    X: pd.DataFrame
    arm: np.ndarray
    outcome: np.ndarray
    truth: np.ndarray  # (n, arms): expected outcome under every arm


def _make_trial(seed=0, *, n=200, effects=(0.0, 1.0), confounding=0.0, binary=False, names="ABCDEF"):
    """Outcome rises with severity; `confounding` gives the later arms to the less severe, so that they look better."""
    random = np.random.default_rng(seed)
    age, severity = random.uniform(20, 80, n), random.normal(size=n)
    sex = random.choice(["f", "m"], n)
    count = len(effects)
    logits = -confounding * severity[:, None] * np.linspace(-1, 1, count)
    share = np.exp(logits)
    share /= share.sum(axis=1, keepdims=True)
    arm = (random.random(n)[:, None] > share.cumsum(axis=1)).sum(axis=1)
    truth = (-1.5 * severity + 0.3 * (sex == "f"))[:, None] + np.asarray(effects)
    if binary:
        truth = 1 / (1 + np.exp(-truth))
        outcome = (random.random(n) < truth[np.arange(n), arm]).astype(float)
    else:
        outcome = truth[np.arange(n), arm] + random.normal(size=n)
    X = pd.DataFrame({"age": age, "severity": severity, "sex": sex})
    X.loc[random.random(n) < 0.05, "age"] = np.nan
    return Trial(X, np.array([names[a] for a in arm], dtype=object), outcome, truth)


@pytest.fixture(scope="session")
def make_trial():
    return _make_trial


@pytest.fixture(scope="session")
def light():
    """The two light MAC models, as TreatmentComparison takes them."""
    return {
        "outcome": MACRegressor(["linear_regression"], n_subtasks=5),
        "treatment": MACClassifier(["logistic_regression"], n_subtasks=5),
    }


@pytest.fixture(scope="session")
def light_binary():
    return MACClassifier(["logistic_regression"], n_subtasks=5)


@pytest.fixture(scope="session")
def fitted(light):
    """A routine-care comparison of three arms, two of them alike."""
    trial = _make_trial(1, n=300, effects=(0.0, 2.0, 0.1), confounding=0.5)
    comparison = TreatmentComparison(light, random_state=0).fit(trial.X, trial.arm, trial.outcome)
    return trial, comparison
