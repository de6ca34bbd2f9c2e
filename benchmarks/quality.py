"""MAC against what one would pick instead: `python benchmarks/quality.py` from the project's root.

Every contestant learns from the same rows and predicts the same patients: stratified 70/30 splits, the same ones for all.
Told is the log loss, divided by that of plain logistic regression on the same patients, and its interval over resampled test
patients (paired: all contestants are judged on the same resamples). Times are CPU seconds of a fit, on one core.

`--tables FOLDER` takes tables of one's own: `FOLDER/manifest.json` lists slug, target, and where there are any id, site and
drop (columns) for `FOLDER/slug.csv`. Only tables whose target has classes take part. `--peers autogluon flaml mljar` adds
those of them that can be imported (`benchmarks/requirements-peers.txt`); they ask for other versions of libraries, so
`--peer-python PYTHON` names the Python of an environment of their own, whose fits take turns with those here. `--keep FILE`
writes down every fit that was measured, and what stands in the file already is not measured again.

Peers search for as long as they are given, `--peer-seconds`. Their clock is made to count CPU seconds, so that a busy machine
takes nothing away from them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

# One inner thread everywhere, set before numpy is loaded.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from benchmarks.contestants.models import CONTESTANTS, PEERS, Fit, budget  # noqa: E402

FEWEST_OF_A_CLASS = 8
RESAMPLES = 2000


def tables(folder: Path | None, only: list[str] | None = None) -> Iterator[tuple[str, pd.DataFrame, pd.Series]]:
    """Name, predictors and labels of every table (of those named) whose target has classes of enough patients each."""
    for slug, X, y in _with_classes(folder):
        if (not only or slug in only) and y.nunique() > 1 and y.value_counts().min() >= FEWEST_OF_A_CLASS:
            yield slug, X, y


def _with_classes(folder: Path | None) -> Iterator[tuple[str, pd.DataFrame, pd.Series]]:
    if folder is None:
        from mac_core.data.cohort import make_cohort
        from mac_core.data.examples import examples, open_example

        for example in examples():
            cohort = make_cohort(open_example(example.slug), example.roles)
            if cohort.target.kind != "number":
                yield example.slug, cohort.X.reset_index(drop=True), cohort.y.reset_index(drop=True).astype(str)
        return
    for entry in json.loads((folder / "manifest.json").read_text()):
        if entry.get("group", "D") not in ("A", "D") or entry.get("task") == "regression":
            continue
        frame = pd.read_csv(folder / f"{entry['slug']}.csv").dropna(subset=[entry["target"]])
        labels = frame[entry["target"]].astype(str)
        away = [entry["target"], entry.get("id"), *entry.get("drop", ())]
        frequent = labels.isin(labels.value_counts().loc[lambda counts: counts >= FEWEST_OF_A_CLASS].index)
        predictors = frame.drop(columns=[column for column in away if column in frame])
        yield entry["slug"], predictors[frequent].reset_index(drop=True), labels[frequent].reset_index(drop=True)


def losses(model: Any, X: pd.DataFrame, y: pd.Series) -> np.ndarray:
    """Minus the log of what was said of the class that came true; no contestant is charged for a certainty beyond 1e-6."""
    said = model.predict_proba(X)
    classes = said.columns.to_numpy() if isinstance(said, pd.DataFrame) else np.asarray(model.classes_)
    right = np.asarray(said)[np.arange(len(y)), np.searchsorted(classes.astype(str), y.to_numpy())]
    return -np.log(np.clip(right, 1e-6, 1.0))


class Kept:
    """What was measured, by table, contestant and split: losses of the test patients and CPU seconds of the fit."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._found: dict[str, Any] = json.loads(path.read_text()) if path is not None and path.exists() else {}

    def get(self, *key: str | int) -> dict[str, Any] | None:
        return self._found.get("/".join(map(str, key)))

    def put(self, *key: str | int, value: dict[str, Any]) -> None:
        self._found["/".join(map(str, key))] = value
        if self._path is not None:
            self._path.write_text(json.dumps(self._found))


@contextmanager
def clock_of_work() -> Generator[None]:
    """Let time pass by the CPU seconds of this process only."""
    kept = {name: getattr(time, name) for name in ("time", "perf_counter", "monotonic")}

    def of_work(clock: Callable[[], float]) -> Callable[[], float]:
        begun = clock() - time.process_time()
        return lambda: begun + time.process_time()

    for name, clock in kept.items():
        setattr(time, name, of_work(clock))
    try:
        yield
    finally:
        for name, clock in kept.items():
            setattr(time, name, clock)


def _cpu() -> float:
    """CPU seconds of this process and of its children that ended."""
    import resource

    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def measure_fit(name: str, fit: Fit, X: pd.DataFrame, y: pd.Series, split: int, most: int | None) -> dict[str, Any]:
    """Losses of the test patients of one split, and CPU seconds of the fit."""
    from sklearn.model_selection import train_test_split

    train, test = train_test_split(np.arange(len(y)), test_size=0.3, stratify=y, random_state=split)
    train = train[:most]
    start = _cpu()
    with clock_of_work() if name in PEERS else nullcontext():
        model = fit(X.iloc[train], y.iloc[train], split)
    seconds = _cpu() - start
    return {"losses": losses(model, X.iloc[test], y.iloc[test]).tolist(), "seconds": seconds}


class Elsewhere:
    """A contestant in another environment: a process there reads the same tables, and fits when it is told to."""

    def __init__(self, python: Path | str, name: str, folder: Path | None) -> None:
        command = [str(python), __file__, "--serve", name, "--peer-seconds", str(budget["seconds"])]
        command += ["--tables", str(folder)] if folder is not None else []
        self._name = name
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def measure_fit(self, slug: str, split: int, most: int | None) -> dict[str, Any]:
        """As the function of this name."""
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps([slug, split, most]), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self._name} ended in its own environment; what it said stands above.")
        return json.loads(answer)

    def close(self) -> None:
        """Let the process end."""
        self._process.communicate()


def serve(name: str, folder: Path | None) -> None:
    """Answer an `Elsewhere`, line by line."""
    # What libraries print must not come between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    fit = PEERS[name][0] if name in PEERS else CONTESTANTS[name]
    known = {slug: (X, y) for slug, X, y in tables(folder)}
    for line in sys.stdin:
        slug, split, most = json.loads(line)
        print(json.dumps(measure_fit(name, fit, *known[slug], split, most)), file=answers, flush=True)


def measure(
    slug: str,
    X: pd.DataFrame,
    y: pd.Series,
    contestants: dict[str, Fit | Elsewhere],
    splits: int,
    most: int | None,
    kept: Kept,
) -> dict[str, Any]:
    """Losses, shape (splits, test patients), and CPU seconds of a fit per contestant, on one table."""
    found: dict[str, Any] = {name: [] for name in contestants}
    for split in range(splits):
        for name, fit in contestants.items():
            value = kept.get(slug, name, split)
            if value is None:
                here = not isinstance(fit, Elsewhere)
                value = measure_fit(name, fit, X, y, split, most) if here else fit.measure_fit(slug, split, most)
                kept.put(slug, name, split, value=value)
            found[name].append(value)
    return {
        name: {
            "losses": np.array([value["losses"] for value in values]),
            "seconds": float(np.median([value["seconds"] for value in values])),
        }
        for name, values in found.items()
    }


def ratios(measured: dict[str, Any], name: str, against: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Log-loss ratio per table, and of the geometric mean over the tables in each resample of the test patients."""
    ratio, resampled = [], np.zeros(RESAMPLES)
    for table in measured.values():
        mine, theirs = table[name]["losses"], table[against]["losses"]
        ratio.append(mine.mean() / theirs.mean())
        drawn = rng.multinomial(mine.shape[1], np.full(mine.shape[1], 1 / mine.shape[1]), size=(len(mine), RESAMPLES))
        sums = [np.einsum("srn,sn->r", drawn, values) for values in (mine, theirs)]
        resampled += np.log(sums[0] / sums[1]) / len(measured)
    return np.array(ratio), np.exp(resampled)


def report(measured: dict[str, Any], contestants: Sequence[str], rows: dict[str, int]) -> str:
    """What is printed."""
    lines = [
        "contestant                        log loss / logistic   [95 %]            worst   MAC / contestant [95 %]       CPU s"
    ]
    for name in contestants:
        ratio, resampled = ratios(measured, name, "logistic regression", np.random.default_rng(0))
        low, high = np.quantile(resampled, (0.025, 0.975))
        mean = np.exp(np.log(ratio).mean())
        mine, mine_resampled = ratios(measured, "MAC", name, np.random.default_rng(0))
        mine_low, mine_high = np.quantile(mine_resampled, (0.025, 0.975))
        seconds = np.median([table[name]["seconds"] for table in measured.values()])
        lines.append(
            f"{name:<32}  {mean:>8.3f}           [{low:.3f}, {high:.3f}]   {ratio.max():>8.3f}   "
            f"{np.exp(np.log(mine).mean()):>6.3f} [{mine_low:.3f}, {mine_high:.3f}]   {seconds:>8.2f}"
        )
    lines += ["", "MAC's CPU seconds / contestant's     median of the tables  [least, most]"]
    for name in contestants:
        cost = np.array([table["MAC"]["seconds"] / table[name]["seconds"] for table in measured.values()])
        lines.append(f"{name:<32}  {np.median(cost):>22.3f}  [{cost.min():.3f}, {cost.max():.3f}]")
    lines += ["", "table                       patients to learn from   MAC / logistic   MAC / SuperLearner"]
    for slug, table in measured.items():
        mean = {name: values["losses"].mean() for name, values in table.items()}
        lines.append(
            f"{slug:<26}  {rows[slug]:>22,}   {mean['MAC'] / mean['logistic regression']:>14.3f}"
            f"   {mean['MAC'] / mean['SuperLearner (NNLS)']:>18.3f}"
        )
    return "\n".join(lines)


def main() -> None:
    from importlib.util import find_spec

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=Path, help="folder with manifest.json and tables; default: the bundled examples")
    parser.add_argument("--only", nargs="+", help="names of tables")
    parser.add_argument("--splits", type=int, default=3)
    parser.add_argument("--most-rows", type=int, help="learn from at most so many patients")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="go on where the last call with this file ended")
    parser.add_argument("--peer-seconds", type=int, default=budget["seconds"], help="what each peer may take (default 30)")
    parser.add_argument("--peers", nargs="+", choices=list(PEERS), default=[])
    parser.add_argument("--peer-python", type=Path, help="the Python of the environment in which the peers are installed")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    budget["seconds"] = arguments.peer_seconds
    warnings.simplefilter("ignore")
    if arguments.serve:
        serve(arguments.serve, arguments.tables)
        return
    contestants: dict[str, Fit | Elsewhere] = dict(CONTESTANTS)
    for peer in arguments.peers:
        fit, module = PEERS[peer]
        if arguments.peer_python is not None:
            contestants[peer] = Elsewhere(arguments.peer_python, peer, arguments.tables)
        elif find_spec(module.partition(".")[0]) is None:
            print(f"{peer} is not installed: see benchmarks/requirements-peers.txt", file=sys.stderr)
        else:
            contestants[peer] = fit
    kept = Kept(arguments.keep)
    measured: dict[str, Any] = {}
    rows: dict[str, int] = {}
    for slug, X, y in tables(arguments.tables, arguments.only):
        measured[slug] = measure(slug, X, y, contestants, arguments.splits, arguments.most_rows, kept)
        rows[slug] = min(int(0.7 * len(y)), arguments.most_rows or len(y))
        print(f"{slug}: {len(y)} patients", file=sys.stderr, flush=True)
    for fit in contestants.values():
        if isinstance(fit, Elsewhere):
            fit.close()
    print(report(measured, list(contestants), rows))


if __name__ == "__main__":
    main()
