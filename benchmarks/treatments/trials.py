"""Trials whose truth is known: the patients, the arms they got, and what everybody could expect under every arm.

`make_trial` puts simulated arms and outcomes on the covariates of a real trial (the bundled ACTG 175; noise of spread 1,
differences that vary by .45 where they vary). `make_situation` makes the situations in which advice can go wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["EXAMPLES", "SCENARIOS", "SITUATIONS", "Trial", "make_situation", "make_trial", "odds_trial"]

EXAMPLES = Path(__file__).resolve().parents[2] / "mac_core" / "data" / "examples"
SCENARIOS = ("null", "constant", "heterogeneous", "confounded", "poor overlap")
_COVARIATES = tuple(
    "age wtkg hemo homo drugs karnof oprior z30 preanti race gender str2 symptom cd40 cd80".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Trial:
    """Patients to learn from (n) and new ones to judge (m), and the expected outcome of each under every arm."""

    X: pd.DataFrame
    arm: np.ndarray
    outcome: np.ndarray
    truth: np.ndarray  # (n, arms)
    X_new: pd.DataFrame
    truth_new: np.ndarray  # (m, arms)
    design: str = "randomised"
    site: np.ndarray | None = None


@cache
def covariates() -> pd.DataFrame:
    """Numbers only, gaps filled: what is simulated is what happened to these patients."""
    table = pd.read_csv(EXAMPLES / "actg175_cd4.csv")[list(_COVARIATES)]
    table = table.apply(lambda column: column if pd.api.types.is_numeric_dtype(column) else pd.factorize(column)[0])
    table = table.astype(float)
    return table.fillna(table.median())


def make_trial(
    scenario: str, *, n: int = 1000, n_new: int = 500, arms: int = 4, seed: int = 0, binary: bool = False, spread: float = 0.45
) -> Trial:
    """Simulate arms and outcomes on real covariates.

    Parameters
    ----------
    scenario : one of SCENARIOS
        null: no arm differs; constant: by the same for everybody; heterogeneous: by patient; confounded, poor overlap: by
        patient, and prescribed by what also drives the outcome, little or much.
    n, n_new, arms, seed : int
    binary : bool
        Events instead of a number.
    spread : float
        Standard deviation of the differences between patients, where they differ.
    """
    random = np.random.default_rng(seed)
    table = covariates()
    rows, p = table.shape
    order = random.permutation(rows)
    Z = ((table - table.mean()) / table.std()).clip(-3, 3).to_numpy()
    many = [j for j in range(p) if table.iloc[:, j].nunique() > 10]
    few = [j for j in range(p) if j not in many]
    level = Z @ (random.normal(size=p) * random.binomial(1, 0.6, p))
    a, b, c = random.choice(many, 3, replace=False)
    level = level + np.sin(1.5 * Z[:, a]) + 0.8 * Z[:, b] * (Z[:, c] > 0)
    level = (level - level.mean()) / level.std()
    average = np.array([0.3, 0.5, 0.2, 0.1, 0.4])[: arms - 1]
    effect = np.zeros((rows, arms - 1))
    if scenario == "constant":
        effect[:] = average
    elif scenario != "null":
        for k in range(arms - 1):
            u, v = random.choice(many, 2, replace=False)
            d = table.iloc[:, random.choice(few)].to_numpy()
            shape = [
                1 / (1 + np.exp(-2.5 * Z[:, u])) + 0.4 * (d > np.median(d)),
                (Z[:, u] > 0) * (Z[:, v] < 0.5) * 1.0,
                0.7 * Z[:, u] + 0.3 * Z[:, v] * Z[:, u],
            ][k % 3]
            effect[:, k] = 0.5 * average[k] + spread * (shape - shape.mean()) / shape.std()
    share = np.full((rows, arms), 1 / arms)
    routine = scenario in ("confounded", "poor overlap")
    if routine:
        logits = Z @ (random.normal(size=(p, arms)) * random.binomial(1, 0.5, (p, arms)) / np.sqrt(p * 0.5))
        logits = logits + 0.5 * level[:, None] * np.linspace(-1, 1, arms)
        logits = (0.6 if scenario == "confounded" else 1.8) * logits / logits.std()
        share = np.exp(logits - logits.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
    truth = np.column_stack([level, level[:, None] + effect])
    if binary:
        truth = 1 / (1 + np.exp(0.3 - truth))
    arm = (random.random(rows)[:, None] > share.cumsum(axis=1)).sum(axis=1).clip(0, arms - 1)
    own = truth[np.arange(rows), arm]
    outcome = (random.random(rows) < own).astype(float) if binary else own + random.normal(size=rows)
    train, new = order[:n], order[n : n + n_new]
    plain = [table.iloc[part].reset_index(drop=True) for part in (train, new)]
    design = "routine" if routine else "randomised"
    return Trial(plain[0], arm[train], outcome[train], truth[train], plain[1], truth[new], design)


def odds_trial(*, n: int = 1000, n_new: int = 500, seed: int = 0, log_odds: float = -0.6) -> Trial:
    """Two arms with one odds ratio for everybody, on risks from 2 to 60 %, a binary outcome."""
    random = np.random.default_rng(seed)
    m = n + n_new
    ends = np.log([0.02 / 0.98, 0.6 / 0.4])
    logit = random.uniform(*ends, size=m)
    score = (logit - logit.mean()) / logit.std()
    part = random.normal(size=m)
    X = pd.DataFrame(
        {"score": score + part, "part": part, "age": random.uniform(20, 80, m), "sex": random.choice(["f", "m"], m)}
    )
    truth = 1 / (1 + np.exp(-np.column_stack([logit, logit + log_odds])))
    arm = random.integers(2, size=m)
    outcome = (random.random(m) < truth[np.arange(m), arm]).astype(float)
    return Trial(X.iloc[:n], arm[:n], outcome[:n], truth[:n], X.iloc[n:].reset_index(drop=True), truth[n:])


SITUATIONS = {
    "nothing wrong": {},
    "hidden confounder": {"hidden": 0.7},
    "dropout by arm": {"dropout": "arm"},
    "dropout by arm and outcome": {"dropout": "outcome"},
    "predictor measured after treatment": {"after": True},
    "prescribing by site, site not given": {"site": "not given"},
    "prescribing by site, site given": {"site": "given"},
    "events 5 %": {"events": 0.05},
    "events 15 %": {"events": 0.15},
    "events 30 %": {"events": 0.3},
    "n = 125": {"n": 125},
    "n = 300": {"n": 300},
    "n = 1000": {"n": 1000},
    "n = 2000": {"n": 2000},
    "never given above 70": {"never": True},
    "reversed in a subgroup": {"reversed_": True},
}
"""Name to options of `make_situation`."""


def make_situation(
    seed: int = 0,
    *,
    n: int = 600,
    n_new: int = 300,
    hidden: float = 0.0,
    dropout: str = "",
    after: bool = False,
    site: str = "",
    events: float | None = None,
    never: bool = False,
    reversed_: bool = False,
) -> Trial:
    """Two arms without any true difference, so that every verdict for an arm is wrong; but for the last two.

    Parameters
    ----------
    seed, n, n_new : int
    hidden : float
        Weight of a factor that drives arm and outcome, and is not among the covariates.
    dropout : {"", "arm", "outcome"}
        A fifth of the second arm has no outcome: those with a high covariate, or those with a bad outcome.
    after : bool
        A column was measured after treatment, and depends on arm and outcome.
    site : {"", "given", "not given"}
        Sites differ in the arm that they prescribe and in the outcome.
    events : float or None
        Share of events; None: a number.
    never : bool
        Three arms; the last, better by 1 for everybody, is never given above age 70.
    reversed_ : bool
        The second arm is better by .8, but worse by .8 in three of ten patients.
    """
    random = np.random.default_rng(seed)
    m = n + n_new
    X = pd.DataFrame(random.normal(size=(m, 4)), columns=["a", "b", "c", "d"])
    unseen = random.normal(size=m)
    places = random.choice(["north", "south", "east"], m)
    logit = 0.5 * X["a"] + hidden * unseen
    if site:
        logit = logit + np.where(places == "north", 1.5, np.where(places == "south", -1.5, 0.0))
    design = "routine" if hidden or site or after or never else "randomised"
    arm = (random.random(m) < (1 / (1 + np.exp(-logit)) if design == "routine" else 0.5)).astype(int)
    level = X["a"] + 0.5 * X["b"] + hidden * unseen + (np.where(places == "north", 0.8, 0.0) if site else 0.0)
    truth = np.column_stack([level, level])
    if reversed_:
        X["sex"] = np.where(random.random(m) < 0.3, "f", "m")
        truth[:, 1] += np.where(X["sex"] == "f", -0.8, 0.8)
    if never:
        X["age"] = random.uniform(40, 90, m).round()
        young = (X["age"] <= 70).to_numpy()
        arm = np.where(young & (random.random(m) < 0.4), 2, arm)
        truth = np.column_stack([truth, level + 1.0])
    if events is not None:
        truth = 1 / (1 + np.exp(-(truth + np.log(events / (1 - events)))))
    own = truth[np.arange(m), arm]
    outcome = own + random.normal(size=m) if events is None else (random.random(m) < own).astype(float)
    if after:
        X["after"] = 0.7 * outcome + 0.7 * arm + random.normal(size=m)
    if dropout:
        tends = X["a"].to_numpy() if dropout == "arm" else -outcome
        outcome = np.where((arm == 1) & (random.random(m) < 1 / (1 + np.exp(1.5 - tends))), np.nan, outcome)
    new = X.iloc[n:].reset_index(drop=True)
    where = places[:n] if site == "given" else None
    return Trial(X.iloc[:n], arm[:n], outcome[:n], truth[:n], new, truth[n:], design, where)
