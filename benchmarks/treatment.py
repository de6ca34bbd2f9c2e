"""What the comparison of treatments promises, measured: `python benchmarks/treatment.py`, from the project's root.

Simulated trials with known truth on the covariates of a real trial (four arms, 1,000 patients, noise of spread 1, differences
that vary by .45 where they vary), situations in which advice can go wrong, the bundled trials, and what it costs. The table
goes to `benchmarks/results/treatment.md`, with the command and the number of replications.

`--replications N` per scenario (10), `--stress N` per situation (10), `--only NAME ...` of scenarios, stress, trials, cost.
With econml installed, its CausalForestDML is measured on the same trials.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from mac_core import MACClassifier, MACRegressor, TreatmentComparison  # noqa: E402

EXAMPLES = ROOT / "mac_core" / "data" / "examples"
RESULTS = ROOT / "benchmarks" / "results" / "treatment.md"
SCENARIOS = ("null", "constant", "heterogeneous", "confounded", "poor overlap")
COVARIATES = [
    "age",
    "wtkg",
    "hemo",
    "homo",
    "drugs",
    "karnof",
    "oprior",
    "z30",
    "preanti",
    "race",
    "gender",
    "str2",
    "symptom",
    "cd40",
    "cd80",
]
LIGHT = ["logistic_regression", "bent_lines", "random_forest"]
PARTS = ("scenarios", "stress", "trials", "cost")


@dataclass(frozen=True)
class Trial:
    """Patients of a simulated trial, and the expected outcome of everybody under every arm."""

    X: pd.DataFrame
    arm: np.ndarray
    outcome: np.ndarray
    truth: np.ndarray
    X_new: pd.DataFrame
    truth_new: np.ndarray


def make_trial(scenario: str, *, n: int = 1000, n_new: int = 500, arms: int = 4, seed: int = 0) -> Trial:
    """Simulate arms and outcomes on real covariates."""
    random = np.random.default_rng(seed)
    table = pd.read_csv(EXAMPLES / "actg175_cd4.csv")[COVARIATES]
    table = table.apply(lambda column: column if pd.api.types.is_numeric_dtype(column) else pd.factorize(column)[0]).astype(
        float
    )
    table = table.fillna(table.median())
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
            effect[:, k] = 0.5 * average[k] + 0.45 * (shape - shape.mean()) / shape.std()
    share = np.full((rows, arms), 1 / arms)
    if scenario in ("confounded", "poor overlap"):
        logits = Z @ (random.normal(size=(p, arms)) * random.binomial(1, 0.5, (p, arms)) / np.sqrt(p * 0.5))
        logits = logits + 0.5 * level[:, None] * np.linspace(-1, 1, arms)
        logits = (0.6 if scenario == "confounded" else 1.8) * logits / logits.std()
        share = np.exp(logits - logits.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
    truth = np.column_stack([level, level[:, None] + effect])
    arm = (random.random(rows)[:, None] > share.cumsum(axis=1)).sum(axis=1).clip(0, arms - 1)
    outcome = truth[np.arange(rows), arm] + random.normal(size=rows)
    train, new = order[:n], order[n : n + n_new]
    plain = [table.iloc[part].reset_index(drop=True) for part in (train, new)]
    return Trial(plain[0], arm[train], outcome[train], truth[train], plain[1], truth[new])


def pairs_of(values: np.ndarray) -> np.ndarray:
    """Differences of all arms to the first one, shape (n, arms - 1)."""
    return values[:, 1:] - values[:, :1]


def measure(trial: Trial, design: str, seed: int, learners: list[str] | None = None) -> dict[str, float]:
    """Fit one comparison and judge it by the truth."""
    models = {"outcome": MACRegressor(learners), "treatment": MACClassifier(learners)}
    begun = time.process_time()
    comparison = TreatmentComparison(models, design=design, random_state=seed).fit(trial.X, trial.arm, trial.outcome)
    seconds = time.process_time() - begun
    count = trial.truth.shape[1]
    # Unsupported arms have no number; where nothing is said, the average stands.
    average = comparison.effects_.average_ - comparison.effects_.average_[0]
    stack = comparison.outcomes(trial.X_new)["outcome"].to_numpy().reshape(-1, count)
    found = pairs_of(stack)
    found = np.where(np.isnan(found), average[1:], found)
    advised = np.column_stack([np.zeros(len(found)), found]).argmax(axis=1)
    best_for_all = int(np.argmax(average))
    gated = advised if comparison.heterogeneity_.supported else np.full(len(found), best_for_all)
    best = trial.truth_new.max(axis=1)
    rows = np.arange(len(found))
    advice = comparison.advise(trial.X_new)
    firm = (advice["verdict"] == "arm") & advice["individual"]
    chosen = np.array([comparison.arms_.index(arm) if arm == arm else 0 for arm in advice["arm"]])
    # Firmly wrong: another arm is truly better.
    wrong = firm & (trial.truth_new[rows, chosen] < best - 1e-9)
    covered = []
    for (one, other), row in comparison.average_effects_.iterrows():
        if one > other:
            truth = (trial.truth[:, one] - trial.truth[:, other]).mean()
            covered.append(row["low"] <= truth <= row["high"])
    return {
        "PEHE": float(np.sqrt(np.mean((found - pairs_of(trial.truth_new)) ** 2))),
        "PEHE of the average": float(np.sqrt(np.mean((average[1:] - pairs_of(trial.truth_new)) ** 2))),
        "regret": float(np.mean(best - trial.truth_new[rows, advised])),
        "regret, gated": float(np.mean(best - trial.truth_new[rows, gated])),
        "open": float(comparison.heterogeneity_.supported),
        "p < .05": float(comparison.heterogeneity_.p < 0.05),
        "averages covered": float(np.mean(covered)),
        "groups covered": group_coverage(comparison, trial),
        "unsupported": float(np.isnan(stack).mean()),
        "firm individual": float(firm.mean()),
        "firm and wrong": float(wrong.mean()),
        "seconds": seconds,
    }


def group_coverage(comparison: Any, trial: Trial) -> float:
    """Share of the groups (at the fifths of the expected difference) whose interval holds their true mean difference."""
    covered = []
    for (a, b), group in comparison.pair_groups_.items():
        judgement = comparison.support_.judge(
            trial.X, comparison.assignment_.honest if comparison.design == "routine" else None, clusters=np.arange(len(trial.X))
        )
        both = (judgement.support[:, [a, b]] != "unsupported").all(axis=1)
        honest = comparison.effects_.honest_
        order = np.argsort((honest[both, a] - honest[both, b]), kind="stable")
        truth = (trial.truth[both, a] - trial.truth[both, b])[order]
        asked = np.quantile(group.expected_, [0.1, 0.3, 0.5, 0.7, 0.9])
        means = np.array([truth[start:end].mean() for start, end in group.windows(asked)])
        low, high = group.interval(asked).T
        covered.extend((low <= means) & (means <= high))
    return float(np.mean(covered))


def peer(trial: Trial, seed: int) -> dict[str, float]:
    """Measure econml's CausalForestDML, untuned, on the same trial; empty where it is not installed."""
    try:
        from econml.dml import CausalForestDML
    except ImportError:
        return {}
    forest = CausalForestDML(discrete_treatment=True, random_state=seed)
    forest.fit(trial.outcome, trial.arm, X=trial.X.to_numpy())
    found = np.column_stack([forest.effect(trial.X_new.to_numpy(), T0=0, T1=a) for a in range(1, trial.truth.shape[1])])
    advised = np.column_stack([np.zeros(len(found)), found]).argmax(axis=1)
    rows = np.arange(len(found))
    return {
        "PEHE, econml": float(np.sqrt(np.mean((found - pairs_of(trial.truth_new)) ** 2))),
        "regret, econml": float(np.mean(trial.truth_new.max(axis=1) - trial.truth_new[rows, advised])),
    }


def scenarios(replications: int) -> list[str]:
    """The five scenarios with all learners."""
    rows = []
    for scenario in SCENARIOS:
        design = "routine" if scenario in ("confounded", "poor overlap") else "randomised"
        found = []
        for seed in range(replications):
            trial = make_trial(scenario, seed=1000 + seed)
            found.append({**measure(trial, design, seed), **peer(trial, seed)})
            say(f"{scenario} {seed + 1} of {replications}: {found[-1]}")
        rows.append(pd.DataFrame(found).mean().rename(scenario))
    return [
        f"## Simulated trials: {replications} replications per scenario, means",
        "Four arms, 1,000 patients to learn from, 500 new ones to judge. PEHE: root mean squared error of the difference to "
        "the first arm, by patient. Regret: what is lost against the arm that is truly best for each patient; gated: by the "
        "advice (everybody gets the best average arm unless individual advice is open).",
        markdown(pd.DataFrame(rows)),
    ]


def stress(replications: int) -> list[str]:
    """Situations in which firm advice can be wrong: two arms without any true difference, so that each firm verdict is."""
    cases: dict[str, Any] = {"nothing wrong": {}}
    cases["hidden confounder"] = {"hidden": 0.7}
    cases["dropout that depends on arm and outcome"] = {"dropout": True}
    cases["predictor measured after treatment"] = {"after": True}
    cases["prescribing by site, site not given"] = {"site": "not given"}
    cases["prescribing by site, site given"] = {"site": "given"}
    cases |= {f"events {100 * share:.0f} %": {"events": share} for share in (0.05, 0.15, 0.3)}
    cases |= {f"n = {n}": {"n": n} for n in (125, 300, 600, 2000)}
    rows = []
    for name, options in cases.items():
        found = [stressed(seed=seed, **options) for seed in range(replications)]
        rows.append(pd.DataFrame(found).mean().rename(name))
        say(f"{name}: {rows[-1].to_dict()}")
    return [
        f"## Where advice can go wrong: {replications} replications each, shares and means",
        "Two arms, 600 patients unless said otherwise, no true difference: every verdict for an arm is wrong. Learners: "
        + ", ".join(LIGHT)
        + ". A hidden confounder, a predictor measured after treatment and dropout that depends on the outcome itself cannot "
        "be seen in the data: the rates say how often firm advice would then mislead. With few replications the shares are "
        "coarse.",
        markdown(pd.DataFrame(rows)),
    ]


def stressed(
    *,
    seed: int,
    n: int = 600,
    hidden: float = 0.0,
    dropout: bool = False,
    after: bool = False,
    site: str = "",
    events: float | None = None,
) -> dict[str, float]:
    """One replication of a situation."""
    random = np.random.default_rng(seed)
    X = pd.DataFrame(random.normal(size=(n, 4)), columns=["a", "b", "c", "d"])
    unseen = random.normal(size=n)
    places = random.choice(["north", "south", "east"], n)
    logit = 0.5 * X["a"] + hidden * unseen
    if site:
        logit = logit + np.where(places == "north", 1.5, np.where(places == "south", -1.5, 0.0))
    design = "routine" if hidden or site or after else "randomised"
    arm = (random.random(n) < (1 / (1 + np.exp(-logit)) if design == "routine" else 0.5)).astype(int)
    level = X["a"] + 0.5 * X["b"] + hidden * unseen + (np.where(places == "north", 0.8, 0.0) if site else 0.0)
    if events is None:
        outcome = level + random.normal(size=n)
    else:
        outcome = (random.random(n) < 1 / (1 + np.exp(-(level + np.log(events / (1 - events)))))).astype(float)
    outcome = np.asarray(outcome, dtype=float)
    if after:
        X = X.assign(after=0.7 * outcome + 0.7 * arm + random.normal(size=n))
    if dropout:
        outcome = np.where((arm == 1) & (random.random(n) < 1 / (1 + np.exp(1.5 + outcome))), np.nan, outcome)
    models = {"outcome": (MACRegressor if events is None else MACClassifier)(LIGHT), "treatment": MACClassifier(LIGHT)}
    comparison = TreatmentComparison(models, design=design, random_state=seed)
    comparison._fit(X, arm, outcome, site=places if site == "given" else None)
    row = comparison.average_effects_.loc[(1, 0)]
    advice = comparison.advise(X)
    return {
        "firm (wrong)": float((advice["verdict"] == "arm").mean()),
        "of it individual": float(((advice["verdict"] == "arm") & advice["individual"]).mean()),
        "individual advice open": float(comparison.heterogeneity_.supported),
        "interval holds 0": float(row["low"] <= 0 <= row["high"]),
        "difference": float(row["difference"]),
    }


def trials() -> list[str]:
    """The bundled trials."""
    lines = ["## Bundled trials"]
    for name, treatment, outcome, drop, higher in (
        ("actg175_cd4", "arm", "cd4_week20", ["pidnum"], True),
        ("indo_rct", "rx", "post_ERCP_pancreatitis", ["id", "significant_bleeding"], False),
        ("smoking_triple", "grp", "relapse", ["id"], False),
    ):
        table = pd.read_csv(EXAMPLES / f"{name}.csv")
        X = table.drop(columns=[treatment, outcome, *drop])
        comparison = TreatmentComparison(design="randomised", higher_is_better=higher, random_state=0)
        comparison.fit(X, table[treatment], table[outcome])
        say(name)
        lines += [f"### {name}", markdown(comparison.average_effects_), comparison.verdict_.reason]
        lines += [comparison.heterogeneity_.reason, "Gain of choosing by patient:", markdown(comparison.policy_gain_)]
        if comparison.binary_:
            first, second = comparison.arms_[:2]
            lines += [f"{first} minus {second} by fourth of risk:", markdown(comparison.benefit_by_risk_.loc[(first, second)])]
    return lines


def cost() -> list[str]:
    """The whole comparison against the plain averaged model on the same table, and predictions."""
    table = pd.read_csv(EXAMPLES / "actg175_cd4.csv")
    X, y, arm = table[COVARIATES], table["cd4_week20"].to_numpy(), table["arm"].to_numpy()
    rows = []
    for design in ("randomised", "routine"):
        begun = time.process_time()
        MACRegressor(random_state=0).fit(X, y)
        plain = time.process_time() - begun
        begun = time.process_time()
        comparison = TreatmentComparison(design=design, random_state=0).fit(X, arm, y)
        whole = time.process_time() - begun
        comparison.answers(X.iloc[[0]])
        times = []
        for row in range(20):
            begun = time.perf_counter()
            comparison.answers(X.iloc[[row]])
            times.append(time.perf_counter() - begun)
        many = X.sample(10_000, replace=True, random_state=0).reset_index(drop=True)
        begun = time.perf_counter()
        comparison.answers(many)
        rows.append(
            {
                "design": design,
                "plain study, CPU s": plain,
                "comparison, CPU s": whole,
                "ratio": whole / plain,
                "one patient, ms (median)": 1000 * float(np.median(times)),
                "10,000 patients, s": time.perf_counter() - begun,
            }
        )
        say(str(rows[-1]))
    return ["## Cost (actg175_cd4, 2,139 patients, four arms)", markdown(pd.DataFrame(rows).set_index("design"))]


def markdown(table: pd.DataFrame) -> str:
    """Write a table with three digits, without further packages."""
    plain = table.reset_index()
    cells = plain.map(lambda value: f"{value:.3g}" if isinstance(value, float) else str(value))
    head = "| " + " | ".join(map(str, plain.columns)) + " |"
    return "\n".join([head, "|" + "---|" * len(plain.columns), *("| " + " | ".join(row) + " |" for row in cells.to_numpy())])


def say(text: str) -> None:
    """Report progress."""
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--replications", type=int, default=10)
    parser.add_argument("--stress", type=int, default=10)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=FutureWarning)
    command = f"python benchmarks/treatment.py --replications {options.replications} --stress {options.stress}"
    if tuple(options.only) != PARTS:
        command += " --only " + " ".join(options.only)
    lines = ["# Comparing treatments, measured", f"`{command}`"]
    parts = {"cost": cost, "trials": trials, "scenarios": lambda: scenarios(options.replications)}
    parts["stress"] = lambda: stress(options.stress)
    for name in ("cost", "trials", "scenarios", "stress"):
        if name in options.only:
            lines += parts[name]()
            options.out.parent.mkdir(parents=True, exist_ok=True)
            options.out.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    print("\n\n".join(lines))


if __name__ == "__main__":
    main()
