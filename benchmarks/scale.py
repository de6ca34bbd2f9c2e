"""How cost grows with rows and columns: `python benchmarks/scale.py` from the project's root.

`--large` goes up to 1,000,000 rows and 1,000 columns; `--workers N` forks N workers (1: everything in one process). Each fit
runs in a process of its own, so that its peak memory is its own. CPU seconds count the workers too. A slope of 1 means that
ten times the rows (or columns) cost ten times as much; subtasks train on 20,000 rows at most, so that above these it falls.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
from pathlib import Path

# One inner thread everywhere, set before numpy is loaded: workers are processes.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
ROWS, LARGE_ROWS = (1_000, 10_000, 100_000), (1_000_000,)
COLUMNS, LARGE_COLUMNS = (10, 100), (1_000,)
FEW_ROWS, FEW_COLUMNS = 1_000, 20


def measure(rows: int, columns: int, workers: int) -> dict[str, float]:
    """Fit the default once, here, on a made table: times in seconds, memory in MB, and what a prediction costs."""
    import resource
    import time

    import joblib
    import numpy as np

    from mac_core import MACClassifier

    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, columns))
    y = (X[:, 0] + X[:, 1] * X[:, 2] + rng.normal(size=rows) > 0).astype(int)
    wall, cpu = time.perf_counter(), time.process_time()
    with joblib.parallel_config(backend="multiprocessing", n_jobs=workers):
        model = MACClassifier(random_state=0).fit(X, y)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.process_time()
    model.predict_proba(X[:1000])
    return {
        "rows": rows,
        "columns": columns,
        "wall": wall,
        "cpu": cpu + children.ru_utime + children.ru_stime,
        # Linux counts in KiB. A worker's memory is the largest one's.
        "memory": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + workers * children.ru_maxrss * (workers > 1)) / 1024,
        "predict": time.process_time() - start,
        "honest": model.honest_error_.value,
    }


def measure_apart(rows: int, columns: int, workers: int) -> dict[str, float]:
    """`measure` in a fresh process."""
    command = [sys.executable, __file__, "--here", json.dumps([rows, columns, workers])]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def show(results: list[dict[str, float]], along: str) -> None:
    """Print the last result, with the slope of its CPU seconds from the one before."""
    last = results[-1]
    slope = ""
    if len(results) > 1:
        before = results[-2]
        slope = f"{math.log(last['cpu'] / before['cpu']) / math.log(last[along] / before[along]):.2f}"
    cost = f"{last['wall']:>8.1f} {last['cpu']:>8.1f} {slope:>6} {last['memory']:>7.0f} {1000 * last['predict']:>9.0f}"
    print(f"{last['rows']:>9,.0f} {last['columns']:>8,.0f} {cost} {last['honest']:>8.4f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="up to 1,000,000 rows and 1,000 columns")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--here", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(measure(*json.loads(arguments.here))))
        return
    print("     rows  columns   wall s    CPU s  slope      MB  1,000 ms    error")
    results: list[dict[str, float]] = []
    for rows in ROWS + LARGE_ROWS * arguments.large:
        results.append(measure_apart(rows, FEW_COLUMNS, arguments.workers))
        show(results, "rows")
    results = []
    for columns in COLUMNS + LARGE_COLUMNS * arguments.large:
        results.append(measure_apart(FEW_ROWS, columns, arguments.workers))
        show(results, "columns")


if __name__ == "__main__":
    main()
