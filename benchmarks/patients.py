"""What a file of new patients costs: read, predicted under every treatment, grouped, written; CPU seconds and memory.

Run with `python benchmarks/patients.py` (1,000 and 10,000 patients; `--large`: 100,000 too), on a default study of the bundled
trial. Patients are drawn from the trial's own with replacement, with a little noise in the numbers.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def measure(run: Any, count: int) -> dict[str, float]:
    """CPU seconds of each step for so many patients, and the process's largest memory so far in MB."""
    import numpy as np

    from mac_core.data.reading import read_table
    from mac_core.runs.batch import predict_batch
    from mac_core.runs.batch_groups import group_batch
    from mac_core.runs.safe_csv import to_safe_csv
    from mac_core.runs.safe_xlsx import to_safe_xlsx

    random = np.random.default_rng(0)
    frame = run.rows.sample(count, replace=True, random_state=0).reset_index(drop=True)
    frame["age"] = (frame["age"] + random.normal(0, 0.5, count)).round(1).clip(run.rows["age"].min(), run.rows["age"].max())
    content = frame.to_csv(index=False).encode()
    seconds: dict[str, float] = {}

    def timed(step: str, work: Callable[[], Any]) -> Any:
        begun = time.process_time()
        done = work()
        seconds[step] = time.process_time() - begun
        return done

    table = timed("read", lambda: read_table(content, name="new.csv"))
    batch = timed("predict", lambda: predict_batch(run, table))
    timed("group", lambda: group_batch(run, batch, "age"))
    timed("CSV", lambda: to_safe_csv(batch.patients))
    if count <= 10_000:
        timed("Excel", lambda: to_safe_xlsx(batch.patients))
    return {**seconds, "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main() -> None:
    """Print a table."""
    from mac_core.data.examples import example, open_example
    from mac_core.runs.study import run_study

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="100,000 patients too")
    sizes = (1_000, 10_000, 100_000) if parser.parse_args().large else (1_000, 10_000)
    run = run_study(open_example("indo_rct"), example("indo_rct").roles)
    for count in sizes:
        found = measure(run, count)
        print(f"{count:>9,} patients: " + ", ".join(f"{step} {value:,.2f}" for step, value in found.items()), flush=True)


if __name__ == "__main__":
    main()
