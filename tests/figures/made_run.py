"""Runs made by hand, whose every number is known: figures and pages are tested on them without fitting anything."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import replace

import numpy as np
import pandas as pd

from mac_core.data.roles import Roles
from mac_core.data.schema import Column, Schema
from mac_core.figures.expectation import Expectation, expect
from mac_core.runs.run import Run, Target, Verdict
from mac_core.runs.settings import Settings

Estimate = namedtuple("Estimate", "value low high")
BINARY = Target("relapse", "Relapse", "binary", ("no", "yes"), "yes")
FOURTHS = pd.DataFrame(
    {
        "n": 50,
        "by": [0.05, 0.1, 0.2, 0.4],
        "expected": [0.02, 0.04, 0.07, 0.12],
        "difference": [0.03, 0.03, 0.08, 0.1],
        "low": [-0.02, -0.02, 0.01, 0.02],
        "high": [0.08, 0.08, 0.15, 0.18],
    },
    index=pd.MultiIndex.from_tuples([("B", "A", fourth) for fourth in range(1, 5)], names=["arm", "against", "fourth"]),
)
LEARNERS = ("logistic_regression", "random_forest", "nearest_neighbours")


def made_splits(n: int = 60, subtasks: int = 10) -> pd.DataFrame:
    """Complements of repeated 5-fold: everybody is tested once in five subtasks."""
    random = np.random.default_rng(0)
    columns = {}
    for repeat in range(-(-subtasks // 5)):
        folds = random.permutation(np.arange(n) % 5)
        for fold in range(5):
            columns[5 * repeat + fold] = np.where(folds == fold, "tested", "trained")
    return pd.DataFrame(columns).iloc[:, :subtasks].rename_axis(columns="subtask")


def made_ranking() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "mean_error": [0.43, 0.45, 0.47, 0.49, 0.69],
            "low": [0.38, 0.40, 0.40, 0.44, 0.66],
            "high": [0.49, 0.50, 0.55, 0.54, 0.72],
            "p_first": [0.42, 0.33, 0.20, 0.05, 0.0],
            "is_baseline": [False, False, True, False, True],
            "seconds": [4.2, 0.31, 0.2, 0.05, 0.01],
        },
        index=pd.Index(
            ["random_forest", "logistic_regression", "plain_logistic_regression", "nearest_neighbours", "constant"],
            name="learner",
        ),
    )


def made_effects() -> pd.DataFrame:
    pairs = {("B", "A"): (0.08, 0.02, 0.14), ("C", "A"): (-0.01, -0.06, 0.04), ("C", "B"): (-0.09, -0.15, -0.03)}
    rows = {}
    for (arm, against), (difference, low, high) in pairs.items():
        rows[(arm, against)] = (difference, low, high, 40)
        rows[(against, arm)] = (-difference, -high, -low, 40)
    index = pd.MultiIndex.from_tuples(list(rows), names=["arm", "against"])
    return pd.DataFrame(list(rows.values()), index=index, columns=["difference", "low", "high", "n"]).sort_index()


def made_run(kind: str = "binary", *, n: int = 60, subtasks: int = 10, both: bool = True) -> Run:
    """A run of a binary, many-class or numeric target; with `both`, three arms are compared besides."""
    random = np.random.default_rng(1)
    splits = made_splits(n, subtasks)
    if kind == "number":
        target = Target("hba1c", "HbA1c after a year", "number", unit="mmol/mol")
        observed = pd.Series(random.normal(55, 8, n))
        out = pd.DataFrame({"prediction": 0.6 * observed + 22 + random.normal(0, 3, n)})
    else:
        classes = ("no", "yes") if kind == "binary" else ("better", "same", "worse")
        event = "yes" if kind == "binary" else None
        target = Target("relapse", "Relapse", "binary" if kind == "binary" else "classes", classes, event)
        raw = random.dirichlet(np.ones(len(classes)), n)
        observed = pd.Series([classes[random.choice(len(classes), p=row)] for row in raw])
        out = pd.DataFrame(raw, columns=list(classes))
    ranking = made_ranking()
    names = [name for name in ranking.index if not ranking.at[name, "is_baseline"]]
    errors = pd.DataFrame(
        {name: ranking.at[name, "mean_error"] + random.normal(0, 0.03, subtasks) for name in ranking.index},
        index=splits.columns,
    )
    averages = errors[names] - 0.02
    run = Run(
        name="Made by hand",
        created="2026-11-22T12:00:00+00:00",
        question="both" if both else "outcome",
        roles=Roles(treatment="drug" if both else None, outcome=target.name, higher_is_better=False, design="randomised"),
        settings=Settings(n_subtasks=subtasks),
        schema=Schema(
            (Column("age", "number", unit="years", low=20, high=90, typical=55.0), Column("sex", "category", levels=("f", "m")))
        ),
        target=target,
        notices=(),
        flow=(("rows in the file", n), ("used", n)),
        source_name="made.csv",
        source_sha256="0" * 64,
        rows=pd.DataFrame({"age": random.integers(20, 90, n).astype(float), "sex": random.choice(["f", "m"], n)}),
        lines=pd.Series(range(2, n + 2)),
        observed=observed,
        given=pd.Series(random.choice(["A", "B", "C"], n)) if both else None,
        splits=splits,
        errors=errors,
        ranking=ranking,
        averages=averages,
        selected=averages.idxmin(axis=1),
        article_error=0.40,
        honest_error=Estimate(0.44, 0.39, 0.50),
        honest_gain=Estimate(0.25, 0.18, 0.31),
        baseline_error=0.69,
        loss="squared" if kind == "number" else "log",
        out_of_sample=out,
        dropped={"neural_network": "It did not converge in 3 of 10 subtasks."},
        single_class_subtasks=0 if kind == "number" else 1,
        verdict=Verdict("better", "The averaged model predicts better than the constant predictor."),
        seconds=12.3,
        versions={"mac_core": "0.1.0"},
    )
    if not both:
        return run
    level = 55.0 if kind == "number" else 0.3
    arms = pd.DataFrame(
        {"n": [20, 22, 18], "outcome": [level, level * 1.2, level * 0.9], "missing_outcome": [0, 1, 2]},
        index=pd.Index(["A", "B", "C"], name="arm"),
    )
    return replace(run, average_effects=made_effects(), arms=arms)


def made_outcomes() -> pd.DataFrame:
    """One patient's expected risks under four arms; nobody comparable got the last one."""
    nan = float("nan")
    return pd.DataFrame(
        {
            "outcome": [0.21, 0.30, 0.25, nan],
            "low": [0.15, 0.22, 0.10, nan],
            "high": [0.27, 0.38, 0.41, nan],
            "range_low": [nan] * 4,
            "range_high": [nan] * 4,
            "support": ["supported", "supported", "thin", "unsupported"],
        },
        index=pd.Index(["A", "B", "C", "D"], name="arm"),
    )


def made_expectation(
    *,
    kind: str = "binary",
    design: str = "randomised",
    reference: str = "B",
    harms: pd.DataFrame | None = None,
    ranges: tuple[float, float] | None = None,
    turned: bool = False,
) -> Expectation:
    """One patient's options from `made_outcomes`; a number's are a hundred times as large, in points."""
    outcomes = made_outcomes()
    target = Target("relapse", "Relapse", "binary", ("no", "yes"), "yes")
    if kind == "number":
        target = Target("score", "Score", "number", unit="points")
        outcomes[["outcome", "low", "high"]] *= 100
    if ranges is not None:
        outcomes[["range_low", "range_high"]] = ranges
    pairs = [(a, b) for a in outcomes.index for b in outcomes.index if a != b]
    gaps = [outcomes.at[a, "outcome"] - outcomes.at[b, "outcome"] for a, b in pairs]
    differences = pd.DataFrame({"difference": gaps}, index=pd.MultiIndex.from_tuples(pairs, names=["arm", "against"]))
    half = 0.06 if kind == "binary" else 6.0
    differences = differences.assign(low=differences["difference"] - half, high=differences["difference"] + half)
    if turned:
        outcomes, differences = outcomes.iloc[::-1], differences.iloc[::-1]
    roles = Roles(reference=reference, design=design, harm=None if harms is None else "harm")
    return expect(outcomes, differences, target, roles, harms=harms)


Route = namedtuple("Route", "subtasks aggregate")


def made_route(kind: str = "binary", subtasks: int = 10) -> Route:
    random = np.random.default_rng(2)
    index = pd.RangeIndex(subtasks, name="subtask")
    learner = random.choice(LEARNERS, subtasks)
    if kind == "number":
        values = random.normal(55, 2, subtasks)
        return Route(pd.DataFrame({"learner": learner, "value": values}, index=index), float(values.mean()))
    yes = random.uniform(0.2, 0.4, subtasks)
    frame = pd.DataFrame({"learner": learner, "no": 1 - yes, "yes": yes}, index=index)
    return Route(frame, pd.Series({"no": 1 - yes.mean(), "yes": yes.mean()}))
