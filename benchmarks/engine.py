"""What the engine costs: `python benchmarks/engine.py` from the project's root; `--large` adds tables of up to 1,000,000 rows.

Each fit runs in a process of its own, so that its peak memory is its own. Workers are forked from it, as jobs and the command
line do. Efficiency is pure fit time / (wall time x workers); below a second or two of work workers do not pay, and a study
takes none. CPU counts the workers, too: unlike the wall time, it hardly depends on what else the machine does. Predictions are
timed by CPU. The finished model is told by its file, by what it takes in memory once it is read, and by the CPU time of that.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

# One inner thread everywhere, set before numpy is loaded: workers are processes.
os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MAC_FORK_WORKERS": "1"})
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
TABLE = ROOT / "mac_core" / "data" / "examples" / "heart_4site.csv"
# Rows (None: the bundled table), workers, whether all is learned once more.
SMALL = ((None, 1, False), (None, 1, True), (None, 2, False), (2_000, 1, False), (10_000, 1, False), (10_000, 2, False))
LARGE = ((20_000, 2, False), (200_000, 2, False), (1_000_000, 2, False))


def measure(rows: int | None, workers: int, refit: bool = False, learners: list[str] | None = None) -> dict[str, float]:
    """Fit once, here, and predict; times in seconds, memory in MB.

    Parameters
    ----------
    rows : int or None
        None: the bundled table as it is; else patients drawn from it with replacement, their numbers jittered.
    workers : int
        1: in this process; more: forked workers.
    refit : bool
        As the estimator's.
    learners : list of str, optional
    """
    import resource
    import statistics
    import tempfile
    import time
    import tracemalloc

    import numpy as np
    import pandas as pd

    from mac_core import MACClassifier
    from mac_core.runs.model_files import read_model, sign, write_model
    from mac_core.runs.workers import worker_pool

    table = pd.read_csv(TABLE)
    if rows is not None:
        rng = np.random.default_rng(0)
        table = table.iloc[rng.integers(len(table), size=rows)].reset_index(drop=True)
        for name in ("age", "trestbps", "chol", "thalach"):
            table[name] += rng.normal(size=rows)
    X, y = table.drop(columns=["patient_id", "heart_disease"]), table["heart_disease"]
    model = MACClassifier(learners, refit=refit, n_jobs=workers, random_state=0)
    start, cpu = time.perf_counter(), _cpu()
    with worker_pool():
        model.fit(X, y)
    wall, cpu = time.perf_counter() - start, _cpu() - cpu
    # Linux counts in KiB; a worker's memory is the largest one's, and holds what it shares with this process.
    memory = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    pure = float(model.ranking_["seconds"].sum())

    def prediction(n: int) -> float:
        patients = X.iloc[np.arange(n) % len(X)]
        times = []
        for _ in range(7):
            # CPU time: a prediction runs in this process alone, whatever else the machine does.
            start = time.process_time()
            model.predict_proba(patients)
            times.append(time.process_time() - start)
        return statistics.median(times)

    with tempfile.TemporaryDirectory() as home:
        os.environ["MAC_HOME"] = home  # for the key that model files are signed with
        content = write_model(model)
        signature = sign(content, label="benchmark")
        start = time.process_time()
        read_model(content, signature, label="benchmark")
        load = time.process_time() - start
        tracemalloc.start()
        kept = read_model(content, signature, label="benchmark")
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        del kept
    return {
        "rows": len(X),
        "workers": workers,
        "refit": refit,
        "wall": wall,
        "cpu": cpu,
        "pure": pure,
        "efficiency": pure / (wall * workers),
        "one": prediction(1),
        "thousand": prediction(1000),
        "memory": memory[0],
        "worker": memory[1] if workers > 1 else 0.0,
        "file": len(content) / 1e6,
        "held": held / 1e6,
        "load": load,
    }


def _cpu() -> float:
    """CPU seconds of this process and of its workers that ended."""
    import resource

    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def measure_apart(rows: int | None, workers: int, refit: bool) -> dict[str, float]:
    """`measure` in a fresh process."""
    command = [sys.executable, __file__, "--here", json.dumps([rows, workers, refit])]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def line(result: dict[str, float]) -> str:
    """One row of the printed table."""
    times = f"{result['wall']:>8.2f}  {result['cpu']:>8.2f}  {result['pure']:>8.2f}  {result['efficiency']:>10.2f}"
    predictions = f"{1000 * result['one']:>12.1f}  {1000 * result['thousand']:>8.1f}"
    memory = f"{result['memory']:>7.0f}  {result['worker']:>9.0f}"
    model = f"{result['file']:>8.1f}  {result['held']:>8.1f}  {1000 * result['load']:>7.0f}"
    asked = f"{result['rows']:>9,.0f}  {result['workers']:>7.0f}  {'yes' if result['refit'] else 'no':>5}"
    return f"{asked}  {times}  {predictions}  {memory}  {model}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also tables of 20,000 to 1,000,000 rows")
    parser.add_argument("--here", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(measure(*json.loads(arguments.here))))
        return
    print(
        "     rows  workers  refit    wall s     CPU s    pure s  efficiency  1 patient ms  1,000 ms       MB  MB worker"
        "   file MB   read MB  read ms"
    )
    for rows, workers, refit in SMALL + LARGE * arguments.large:
        print(line(measure_apart(rows, workers, refit)), flush=True)


if __name__ == "__main__":
    main()
