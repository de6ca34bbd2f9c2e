"""What the engine costs: `python benchmarks/engine.py` from the project's root; `--large` adds tables of up to 1,000,000 rows.

Each fit runs in a process of its own, so that its peak memory is its own. Efficiency is pure fit time / (wall time x workers);
predictions are timed by CPU.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

# One inner thread everywhere, set before numpy is loaded: workers are processes.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
TABLE = ROOT / "mac_core" / "data" / "examples" / "heart_4site.csv"
LARGE = (20_000, 200_000, 1_000_000)


def measure(rows: int | None, workers: int, learners: list[str] | None = None) -> dict[str, float]:
    """Fit once, here, and predict; times in seconds, memory in MB.

    Parameters
    ----------
    rows : int or None
        None: the bundled table as it is; else patients drawn from it with replacement, their numbers jittered.
    workers : int
        1: in this process; more: forked workers.
    learners : list of str, optional
    """
    import resource
    import statistics
    import time

    import joblib
    import numpy as np
    import pandas as pd

    from mac_core import MACClassifier

    table = pd.read_csv(TABLE)
    if rows is not None:
        rng = np.random.default_rng(0)
        table = table.iloc[rng.integers(len(table), size=rows)].reset_index(drop=True)
        for name in ("age", "trestbps", "chol", "thalach"):
            table[name] += rng.normal(size=rows)
    X, y = table.drop(columns=["patient_id", "heart_disease"]), table["heart_disease"]
    model = MACClassifier(learners, random_state=0)
    start = time.perf_counter()
    with joblib.parallel_config(backend="multiprocessing", n_jobs=workers):
        model.fit(X, y)
    wall = time.perf_counter() - start
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

    return {
        "rows": len(X),
        "workers": workers,
        "wall": wall,
        "pure": pure,
        "efficiency": pure / (wall * workers),
        "one": prediction(1),
        "thousand": prediction(1000),
        # Linux counts in KiB.
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def measure_apart(rows: int | None, workers: int) -> dict[str, float]:
    """`measure` in a fresh process."""
    command = [sys.executable, __file__, "--here", json.dumps([rows, workers])]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def line(result: dict[str, float]) -> str:
    """One row of the printed table."""
    times = f"{result['wall']:>8.2f}  {result['pure']:>8.2f}  {result['efficiency']:>10.2f}"
    predictions = f"{1000 * result['one']:>12.1f}  {1000 * result['thousand']:>8.1f}"
    return f"{result['rows']:>9,.0f}  {result['workers']:>7.0f}  {times}  {predictions}  {result['memory']:>7.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also tables of 20,000 to 1,000,000 rows")
    parser.add_argument("--here", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(measure(*json.loads(arguments.here))))
        return
    print("     rows  workers    wall s    pure s  efficiency  1 patient ms  1,000 ms       MB")
    for rows, workers in [(None, 1), (None, 2), *((rows, 2) for rows in LARGE if arguments.large)]:
        print(line(measure_apart(rows, workers)), flush=True)


if __name__ == "__main__":
    main()
