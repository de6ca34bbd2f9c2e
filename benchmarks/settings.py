"""What other settings of the learners and folds cost and gain: `python benchmarks/settings.py` from the project's root.

Every setting learns from the same patients and predicts the same others: three folds of every table, repeated, so that each
patient is predicted equally often. Told is the log loss against plain logistic regression and against the default (the
geometric mean over the tables and its standard error; the tables are split in two halves by name), and the CPU seconds of a fit
against the default's. Tables as in `benchmarks/quality.py`. The last lines give the ratio to logistic regression for each
table, and its 95 % interval over resampled patients: on a small table one fold's luck moves it by several per cent.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from quality import losses, tables  # noqa: E402

from benchmarks.contestants.models import Fit, logistic  # noqa: E402

RESAMPLES = 2000
Judged = dict[str, tuple[np.ndarray, float]]


@contextmanager
def _instead(changes: dict[str, dict[str, Any]], folds: int | None) -> Iterator[None]:
    """Give learners other parameters, by name, and kfold so many folds."""
    from mac_core.ensemble import subtasks
    from mac_core.ensemble.learners import LEARNERS, Learner

    kept, kept_folds = dict(LEARNERS), subtasks._FOLDS

    def changed(learner: Learner, options: dict[str, Any]) -> Learner:
        return replace(learner, factory=lambda size: learner.factory(size).set_params(**options))

    LEARNERS.update({name: changed(kept[name], options) for name, options in changes.items()})
    subtasks._FOLDS = folds or kept_folds
    try:
        yield
    finally:
        LEARNERS.update(kept)
        subtasks._FOLDS = kept_folds


def _mac(changes: dict[str, dict[str, Any]] | None = None, *, folds: int | None = None, n_subtasks: int = 10) -> Fit:
    def fit(X: pd.DataFrame, y: pd.Series, seed: int) -> Any:
        from mac_core import MACClassifier

        with _instead(changes or {}, folds):
            return MACClassifier(n_subtasks=n_subtasks, random_state=seed).fit(X, y)

    return fit


def _trees(count: int) -> dict[str, dict[str, Any]]:
    return {"random_forest": {"n_estimators": count}, "extra_trees": {"n_estimators": count}}


def _with(target: str, other: Any) -> Fit:
    """The default, but for a function or number of the engine."""

    def fit(X: pd.DataFrame, y: pd.Series, seed: int) -> Any:
        from mac_core import MACClassifier

        with patch(f"mac_core.ensemble.{target}", other):
            return MACClassifier(random_state=seed).fit(X, y)

    return fit


def _as_if_for(patients: float) -> Fit:
    """Lean on the linear model as if it stood for so many patients more, whatever the data say."""
    return _with(
        "moderation.lean_shares", lambda values, on, y, chosen, *_: np.full(len(chosen), patients / (patients + len(y)))
    )


_TO_THE_END: dict[str, dict[str, Any]] = {
    "logistic_regression": {"tol": 1e-4},
    "bent_lines": {"tol": 1e-4},
    "kernel_machine": {"logisticregression__tol": 1e-4},
    "sparse_linear": {"tol": 3e-3},
}
DEFAULT = "default"
TRIED: dict[str, Fit] = {
    "logistic regression": logistic,
    DEFAULT: _mac(),
    "linear model: C = 1, not 2": _mac({"logistic_regression": {"C": 1.0}}),
    "linear model: C = .5, not 2": _mac({"logistic_regression": {"C": 0.5}}),
    "linear models: tolerance 1e-4": _mac(_TO_THE_END),
    "kernel machine: C = 3, not 10": _mac({"kernel_machine": {"logisticregression__C": 3.0}}),
    "kernel machine: 100 typical patients": _mac({"kernel_machine": {"nystroem__n_components": 100}}),
    "25 trees per forest and subtask": _mac(_trees(25)),
    "random trees: leaves of 3": _mac({"extra_trees": {"min_samples_leaf": 3}}),
    "forest: leaves of 1": _mac({"random_forest": {"min_samples_leaf": 1}}),
    "boosting: leaves of 20": _mac({"gradient_boosting": {"min_samples_leaf": 20}}),
    "boosting: 4 leaves a tree, not 6": _mac({"gradient_boosting": {"max_leaf_nodes": 4}}),
    "boosting: 10 rounds at .5": _mac({"gradient_boosting": {"max_iter": 10, "learning_rate": 0.5}}),
    "boosting: 15 leaves a tree": _mac({"gradient_boosting": {"max_leaf_nodes": 15}}),
    "boosting: 25 rounds at .2": _mac({"gradient_boosting": {"max_iter": 25, "learning_rate": 0.2}}),
    "boosting: 60 rounds at .1": _mac({"gradient_boosting": {"max_iter": 60, "learning_rate": 0.1}}),
    "boosting: half of the columns a cut": _mac({"gradient_boosting": {"max_features": 0.5}}),
    "network: 32 steps, not 25": _mac({"neural_network": {"max_iter": 32}}),
    "sparse linear model: up to 200 passes": _mac({"sparse_linear": {"max_iter": 200}}),
    "sparse linear model: 10 passes, not 20": _mac({"sparse_linear": {"max_iter": 10}}),
    "network: 40 steps": _mac({"neural_network": {"max_iter": 40}}),
    "4 / 6 trees per forest and subtask": _mac({"random_forest": {"n_estimators": 4}, "extra_trees": {"n_estimators": 6}}),
    "forest: 8 trees, not 6": _mac({"random_forest": {"n_estimators": 8}}),
    "holding back ends at even odds": _with("conclusions.base_rates", lambda y, k, weights=None: (1.0 / k,) * k),
    "leaning as if for 60 patients": _as_if_for(60.0),
    "leaning as if for 120 patients": _as_if_for(120.0),
    "leaning: even for 100 patients, not 200": _with("leaning._EVEN", 100.0),
    "leaning: even for 150 patients": _with("leaning._EVEN", 150.0),
    "leaning: the prior counts 2, not 4": _with("leaning._STRENGTH", 2.0),
    "leaning: the prior counts 8": _with("leaning._STRENGTH", 8.0),
    "five subtasks (five folds once)": _mac(n_subtasks=5),
    "seven subtasks (seven folds once)": _mac(folds=7, n_subtasks=7),
    "ten subtasks (ten folds once)": _mac(folds=10),
}


def wide_tables() -> Iterator[tuple[str, pd.DataFrame, pd.Series]]:
    """Simulated tables of many columns, as of genes: five of them matter, or five hidden factors move all of them."""
    for columns in (100, 300, 1000):
        for factors in (False, True):
            for rows in (150, 450):
                rng = np.random.default_rng(columns + rows)
                if factors:
                    hidden = rng.normal(size=(rows, 5))
                    X = 0.5 * hidden @ rng.normal(size=(5, columns)) + rng.normal(size=(rows, columns))
                    odds = hidden @ rng.normal(size=5)
                else:
                    X = rng.normal(size=(rows, columns))
                    odds = X[:, :5] @ [1.0, -1.0, 0.8, 0.6, -0.6]
                ill = rng.random(rows) < 1 / (1 + np.exp(-odds))
                frame = pd.DataFrame(X, columns=[f"gene {number}" for number in range(columns)])
                yield f"{'factors' if factors else 'few'}_{columns}_{rows}", frame, pd.Series(np.where(ill, "ill", "well"))


def measure(
    X: pd.DataFrame, y: pd.Series, tried: dict[str, Fit], repeats: int, most: int
) -> dict[str, tuple[np.ndarray, float]]:
    """Loss of every patient, shape (n,), averaged over the repeats, and the median CPU seconds of a fit, by what was tried."""
    from sklearn.model_selection import StratifiedKFold

    lost = {name: np.zeros(len(y)) for name in tried}
    times = np.zeros(len(y))
    seconds: dict[str, list[float]] = {name: [] for name in tried}
    for repeat in range(repeats):
        for train, test in StratifiedKFold(3, shuffle=True, random_state=repeat).split(X, y):
            learned_from = np.random.default_rng(repeat).permutation(train)[:most]
            asked = test[y.iloc[test].isin(y.iloc[learned_from].unique()).to_numpy()]
            times[asked] += 1
            for name, fit in tried.items():
                start = time.process_time()
                model = fit(X.iloc[learned_from], y.iloc[learned_from], repeat)
                seconds[name].append(time.process_time() - start)
                lost[name][asked] += losses(model, X.iloc[asked], y.iloc[asked])
    judged = times > 0
    return {name: (lost[name][judged] / times[judged], float(np.median(seconds[name]))) for name in tried}


def report(measured: dict[str, Judged]) -> str:
    """What is printed."""
    names = list(next(iter(measured.values())))
    mean = {name: np.array([table[name][0].mean() for table in measured.values()]) for name in names}
    seconds = {name: np.array([table[name][1] for table in measured.values()]) for name in names}
    half = np.arange(len(measured)) % 2
    lines = [f"{'':<36}/ logistic  worst table  / default    s.e.  half 1  half 2  CPU / default"]
    for name in names:
        gain = np.log(mean[name] / mean[DEFAULT])
        ratio = mean[name] / mean["logistic regression"]
        halves = "  ".join(f"{np.exp(gain[half == side].mean()):>6.4f}" for side in (0, 1) if (half == side).any())
        cost = np.exp(np.log(seconds[name] / seconds[DEFAULT]).mean())
        lines.append(
            f"{name:<36}{np.exp(np.log(ratio).mean()):>10.4f}  {ratio.max():>11.3f}  {np.exp(gain.mean()):>9.4f}  "
            f"{gain.std() / np.sqrt(len(gain)):>6.4f}  {halves}  {cost:>13.2f}"
        )
    lines += ["", f"{'':<36}patients  default / logistic  [95 %]"]
    for slug, table in measured.items():
        mine, plain = table[DEFAULT][0], table["logistic regression"][0]
        drawn = np.random.default_rng(0).multinomial(len(mine), np.full(len(mine), 1 / len(mine)), size=RESAMPLES)
        low, high = np.quantile((drawn @ mine) / (drawn @ plain), (0.025, 0.975))
        lines.append(f"{slug:<36}{len(mine):>8,}  {mine.mean() / plain.mean():>18.3f}  [{low:.3f}, {high:.3f}]")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=Path, help="as in benchmarks/quality.py; default: the bundled examples")
    parser.add_argument("--only", nargs="+", help="names of tables")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--wide", action="store_true", help="simulated tables of 100 to 1,000 columns instead")
    parser.add_argument("--tried", nargs="+", help="only what is tried by these names, besides the default")
    parser.add_argument("--most-rows", type=int, default=700, help="learn from at most so many patients")
    parser.add_argument("--default-only", action="store_true", help="only the default and logistic regression")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    always = list(TRIED)[:2]
    kept = always + [name for name in TRIED if name not in always and name in (arguments.tried or TRIED)]
    tried = {name: TRIED[name] for name in (always if arguments.default_only else kept)}
    measured: dict[str, Judged] = {}
    taken = wide_tables() if arguments.wide else tables(arguments.tables, arguments.only)
    for slug, X, y in sorted(taken, key=lambda entry: entry[0]):
        measured[slug] = measure(X, y, tried, arguments.repeats, arguments.most_rows)
        print(f"{slug}: {len(y)} patients", file=sys.stderr, flush=True)
    print(report(measured))


if __name__ == "__main__":
    main()
