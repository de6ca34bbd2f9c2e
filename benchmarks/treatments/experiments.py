"""What is measured, how often, and one row of results for each replication.

The seed of a replication is its number. Comparisons with all learners cost seconds, so that what needs hundreds of
replications is measured with light ones, and said so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.treatments.gains import gains_only, groups_only
from benchmarks.treatments.measuring import averages_only, measure, odds_only, peer
from benchmarks.treatments.trials import EXAMPLES, SITUATIONS, Trial, make_situation, make_trial, odds_trial
from mac_core import MACRegressor, TreatmentComparison

__all__ = ["GAINS", "PARTS", "Job", "jobs"]


@dataclass(frozen=True)
class Job:
    """One replication: its part and name, its number, how far through its part it stands, and what makes its row."""

    part: str
    name: str
    seed: int
    place: float
    run: Callable[[], dict[str, Any]]

    @property
    def key(self) -> str:
        return f"{self.part}/{self.name}/{self.seed}"


def _scenario(name: str, seed: int) -> dict[str, Any]:
    return measure(make_trial(name, seed=seed), seed)


def _peer(name: str, seed: int) -> dict[str, Any]:
    return peer(make_trial(name, seed=seed), seed)


def _null_light(name: str, seed: int) -> dict[str, Any]:
    return measure(make_trial("null", n=600, n_new=300, arms=2, seed=seed), seed, light=True)


def _power(name: str, seed: int) -> dict[str, Any]:
    return measure(make_trial("heterogeneous", arms=2, seed=seed), seed, light=name == "light")


def _averages(name: str, seed: int) -> dict[str, Any]:
    scenario, n = name.split(", n = ")
    return averages_only(make_trial(scenario, n=int(n), arms=2, seed=seed), seed)


def _gains(name: str, seed: int, what: Callable[[Trial, int], dict[str, Any]] = gains_only) -> dict[str, Any]:
    scenario, arms, n = GAINS[name]
    return what(make_trial(scenario, n=n, n_new=1, arms=arms, seed=seed), seed)


def _groups(name: str, seed: int) -> dict[str, Any]:
    return _gains(name, seed, groups_only)


def _odds(name: str, seed: int) -> dict[str, Any]:
    return measure(odds_trial(seed=seed), seed, light=True, higher_is_better=False)


def _odds_alone(name: str, seed: int) -> dict[str, Any]:
    return odds_only(odds_trial(seed=seed), seed)


def _situation(name: str, seed: int) -> dict[str, Any]:
    return measure(make_situation(seed, **SITUATIONS[name]), seed, light=True)


def _bundled(name: str, seed: int) -> dict[str, Any]:
    """A bundled trial: average effects, verdict, the answer of the test, gains, benefit by fourth of risk."""
    treatment, outcome, drop, harm, higher = {
        "actg175_cd4": ("arm", "cd4_week20", ["pidnum"], None, True),
        "indo_rct": ("rx", "post_ERCP_pancreatitis", ["id"], "significant_bleeding", False),
        "smoking_triple": ("grp", "relapse", ["id"], None, False),
    }[name]
    table = pd.read_csv(EXAMPLES / f"{name}.csv")
    X = table.drop(columns=[treatment, outcome, *drop, *([harm] if harm else [])])
    comparison = TreatmentComparison(design="randomised", higher_is_better=higher, random_state=seed)
    comparison._fit(X, table[treatment], table[outcome], harm=table[harm] if harm else None)
    found: dict[str, Any] = {
        "open": float(comparison.heterogeneity_.supported),
        "p": float(comparison.heterogeneity_.p),
        "verdict": comparison.verdict_.reason,
        "heterogeneity": comparison.heterogeneity_.reason,
        "average_effects": _plain(comparison.average_effects_),
        "policy_value": _plain(comparison.policy_value_),
        "policy_gain": _plain(comparison.policy_gain_),
    }
    if comparison.binary_:
        first, second = comparison.arms_[:2]
        found["benefit_by_risk"] = _plain(comparison.benefit_by_risk_.loc[(first, second)])
    if comparison.harm_effects_ is not None:
        found["harm_effects"] = _plain(comparison.harm_effects_)
    return found


def _plain(table: pd.DataFrame) -> dict[str, Any]:
    plain = table.reset_index()
    cells = [[round(v, 5) if isinstance(v, float) else v for v in row] for row in plain.to_numpy(dtype=object).tolist()]
    return {"columns": [str(name) for name in plain.columns], "rows": cells}


def _cost(name: str, seed: int) -> dict[str, Any]:
    """The comparison against the plain averaged model on the same table, predictions, and econml where installed."""
    table = pd.read_csv(EXAMPLES / "actg175_cd4.csv")
    treatment, outcome = table["arm"], table["cd4_week20"].to_numpy(dtype=float)
    X = table.drop(columns=["arm", "cd4_week20", "pidnum"])
    found: dict[str, float] = {}
    begun = time.process_time()
    MACRegressor(random_state=seed).fit(X, outcome)
    found["plain study, CPU s"] = time.process_time() - begun
    begun = time.process_time()
    comparison = TreatmentComparison(design=name, random_state=seed).fit(X, treatment, outcome)
    found["comparison, CPU s"] = time.process_time() - begun
    comparison.answers(X.iloc[[0]])
    times, own = [], []
    for row in range(30):
        begun, used = time.perf_counter(), time.process_time()
        comparison.answers(X.iloc[[row]])
        times.append(time.perf_counter() - begun)
        own.append(time.process_time() - used)
    found["one patient, ms"], found["one patient, CPU ms"] = 1000 * float(np.median(times)), 1000 * float(np.median(own))
    many = X.sample(10_000, replace=True, random_state=0).reset_index(drop=True)
    begun, used = time.perf_counter(), time.process_time()
    comparison.answers(many)
    found["10,000 patients, s"] = time.perf_counter() - begun
    found["10,000 patients, CPU s"] = time.process_time() - used
    numbers = X.apply(lambda column: column if pd.api.types.is_numeric_dtype(column) else pd.factorize(column)[0]).astype(float)
    numbers = numbers.fillna(numbers.median())
    arm = np.unique(treatment, return_inverse=True)[1]
    other = peer(Trial(numbers, arm, outcome, np.zeros((1, 4)), numbers.iloc[:1], np.zeros((1, 4))), seed)
    if other:
        found["econml, CPU s"] = other["seconds"]
    return found


def _known(folder: Path, name: str) -> dict[str, Any]:
    """A table with a `.truth.csv` beside it: errors of the differences by patient, the average, and who gets advice."""
    kinds = {"ihdp": ("treatment", "y", "patient_id", True), "semi_null_rct": ("arm", "bad_outcome", "patient_id", False)}
    kinds |= {"semi_confounded_cont": ("arm", "score", "patient_id", True)}
    kinds |= {"twins_confounded": ("heavier_twin", "died_1y", "pair_id", False)}
    treatment, outcome, key, higher = kinds["ihdp" if name.startswith("ihdp") else name]
    table = pd.read_csv(folder / f"{name}.csv")
    truth = table[[key]].merge(pd.read_csv(folder / f"{name}.truth.csv"), on=key)["ite"].to_numpy()
    if name == "twins_confounded":
        few = np.sort(np.random.default_rng(0).choice(len(table), 4000, replace=False))
        table, truth = table.iloc[few].reset_index(drop=True), truth[few]
    X = table.drop(columns=[treatment, outcome, key])
    design = "randomised" if name == "semi_null_rct" else "routine"
    begun = time.process_time()
    comparison = TreatmentComparison(design=design, higher_is_better=higher, random_state=0)
    comparison.fit(X, table[treatment], table[outcome])
    seconds = time.process_time() - begun
    treated = {"ihdp": "intervention", "semi_null_rct": "B", "semi_confounded_cont": None, "twins_confounded": "heavier"}
    label = treated["ihdp" if name.startswith("ihdp") else name]
    label = next(arm for arm in comparison.arms_ if (arm == label if label else arm != "control"))
    other = next(arm for arm in comparison.arms_ if arm != label)
    row = comparison.average_effects_.loc[(label, other)]
    given = table.groupby(treatment)[outcome].mean()
    patients = comparison._read(X)
    comparison._read = lambda _: patients
    difference = comparison.differences(X).xs((label, other), level=("arm", "against"))["difference"].to_numpy()
    known = ~np.isnan(difference)
    advice = comparison.advise(X)
    return {
        "seconds": seconds,
        "patients": len(X),
        "PEHE": float(np.sqrt(np.mean((np.where(known, difference, row["difference"]) - truth) ** 2))),
        "PEHE, supported": float(np.sqrt(np.mean((difference - truth)[known] ** 2))),
        "unsupported": float(1 - known.mean()),
        "true average": float(truth.mean()),
        "naive": float(given[label] - given[other]),
        "difference": float(row["difference"]),
        "low": float(row["low"]),
        "high": float(row["high"]),
        "open": float(comparison.heterogeneity_.supported),
        "p": float(comparison.heterogeneity_.p),
        "individual advice": float((advice["individual"] & (advice["verdict"] == "arm")).mean()),
        "firm": float((advice["verdict"] == "arm").mean()),
        "reason": comparison.heterogeneity_.reason,
    }


KNOWN = (*(f"ihdp_{i}" for i in range(1, 9)), "semi_null_rct", "semi_confounded_cont", "twins_confounded")
GAINS = {
    "no effect, two arms, n = 600": ("null", 2, 600),
    "no effect, four arms, n = 1000": ("null", 4, 1000),
    "the same effect for all, four arms, n = 1000": ("constant", 4, 1000),
    "by patient, two arms, n = 1000": ("heterogeneous", 2, 1000),
    "by patient, four arms, n = 1000": ("heterogeneous", 4, 1000),
    "by patient, confounded, four arms, n = 1000": ("confounded", 4, 1000),
}
_PEERED = ("heterogeneous", "confounded", "poor overlap")
PARTS: dict[str, tuple[Callable[[str, int], dict[str, Any]], dict[str, int]]] = {
    "scenarios": (_scenario, {"null": 100, "constant": 40, **dict.fromkeys(_PEERED, 40)}),
    "econml": (_peer, dict.fromkeys(_PEERED, 40)),
    "null, light": (_null_light, {"2 arms, n = 600": 400}),
    "power": (_power, {"all learners": 20, "light": 40}),
    "averages": (
        _averages,
        {f"{kind}, n = {n}": many for n in (125, 300, 600) for kind, many in (("constant", 1000), ("confounded", 500))},
    ),
    "gains": (_gains, dict.fromkeys(GAINS, 300)),
    "groups": (_groups, {name: 60 for name, (kind, _, _) in GAINS.items() if kind in ("null", "heterogeneous")}),
    "odds": (_odds, {"risks 2 to 60 %": 105}),
    "odds alone": (_odds_alone, {"risks 2 to 60 %": 500}),
    "stress": (_situation, dict.fromkeys(SITUATIONS, 30)),
    "bundled": (_bundled, {"actg175_cd4": 1, "indo_rct": 1, "smoking_triple": 1}),
    "cost": (_cost, {"randomised": 3, "routine": 3}),
}
"""Part to what makes a row, and how many replications of each name."""
_LATER = {
    "scenarios/null": 4.0,
    "scenarios/constant": 3.0,
    "power": 1.5,
    "averages": 1.7,
    "odds": 1.5,
    "odds alone": 0.7,
    "stress": 1.8,
    "bundled": 0.2,
    "cost": 0.5,
}
"""What comes forward more slowly (above 1) or sooner, so that a short time goes to what says most."""


def jobs(parts: list[str], shared: Path | None) -> list[Job]:
    """Every replication of these parts, in an order in which they come forward together."""
    found = []
    for part, (run, names) in PARTS.items():
        for name, count in names.items() if part in parts else ():
            for seed in range(count):
                place = (seed + 0.5) / count * _LATER.get(f"{part}/{name}", _LATER.get(part, 1.0))
                found.append(Job(part, name, seed, place, _bind(run, name, seed)))
    if shared is not None and "known truth" in parts:
        found += [
            Job("known truth", name, 0, 0.1, _bind(lambda table, _: _known(shared, table), name, 0))
            for name in KNOWN
            if (shared / f"{name}.truth.csv").exists()
        ]
    return sorted(found, key=lambda job: job.place)


def _bind(run: Callable[[str, int], dict[str, Any]], name: str, seed: int) -> Callable[[], dict[str, Any]]:
    return lambda: run(name, seed)
