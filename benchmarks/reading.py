"""What reading costs: `python benchmarks/reading.py` from the project's root.

Each table is read in a process of its own, so that its peak memory is its own. Read, cleaned, typed and examined.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
# Rows, columns, and what reading may cost: seconds, MB.
TABLES = ((5_000, 60, 1.0, 500), (1_000_000, 20, 10.0, 2_000))


def clean_csv(rows: int, columns: int) -> bytes:
    """Make a clean table: an identifier, two categories, whole numbers, decimals, an outcome."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv

    rng = np.random.default_rng(0)
    made = {"patient_id": [f"P{i:07d}" for i in range(rows)], "arm": rng.choice(["control", "drug"], rows)}
    made["sex"] = rng.choice(["female", "male"], rows)
    made["age"] = rng.integers(18, 95, rows)
    for i in range(columns - 5):
        made[f"lab_{i + 1}"] = rng.normal(50, 10, rows).round(2) if i % 2 else rng.integers(0, 200, rows)
    made["died"] = rng.integers(0, 2, rows)
    out = pa.BufferOutputStream()
    pyarrow.csv.write_csv(pa.table(made), out)
    return out.getvalue().to_pybytes()


def measure(file: str) -> dict[str, float]:
    """Read one file here and examine it: seconds, and the peak of this process in MB."""
    import resource
    import time

    from mac_core.data.quality import examine_table
    from mac_core.data.reading import read_table
    from mac_core.data.roles import propose_roles

    start, begun = time.perf_counter(), time.process_time()
    table = read_table(file)
    read = time.perf_counter() - start
    roles = propose_roles(table)
    examine_table(table, roles)
    # Linux counts in KiB.
    return {
        "read": read,
        "all": time.perf_counter() - start,
        # Of one core: what the same would take on a machine that does nothing else.
        "cpu": time.process_time() - begun,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "rows": len(table.frame),
    }


def measure_process() -> tuple[float, float]:
    """Seconds in which the bundled trial is read here, and in the limited process that uploads are read in; medians of 9."""
    import statistics
    import time

    from mac_core.data.examples import example_bytes
    from mac_core.data.reading import read_table
    from mac_core.runs.reader import UploadReader

    raw, reader = example_bytes("indo_rct"), UploadReader()
    found: list[list[float]] = [[], []]
    for _ in range(10):
        for place, read in enumerate((read_table, reader.read)):
            start = time.perf_counter()
            read(raw)
            found[place].append(time.perf_counter() - start)
    reader.close()
    # The first round imports, and starts the process.
    return statistics.median(found[0][1:]), statistics.median(found[1][1:])


def main() -> int:
    """Print what each table costs, and whether it may."""
    import tempfile

    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
        return 0
    print(f"{'rows':>10}{'columns':>9}{'file MB':>9}{'read s':>8}{'all s':>8}{'CPU s':>8}{'peak MB':>9}   may cost")
    with tempfile.TemporaryDirectory() as folder:
        for rows, columns, seconds, megabytes in TABLES:
            file = Path(folder) / "table.csv"
            file.write_bytes(clean_csv(rows, columns))
            done = subprocess.run([sys.executable, __file__, str(file)], capture_output=True, text=True, check=True)
            cost = json.loads(done.stdout)
            said = "kept" if cost["all"] < seconds else "kept by one core, on a busy machine"
            if cost["cpu"] >= seconds or cost["memory"] >= megabytes:
                said = "NOT KEPT"
            print(
                f"{rows:>10,}{columns:>9}{file.stat().st_size / 2**20:>9.1f}{cost['read']:>8.2f}{cost['all']:>8.2f}"
                f"{cost['cpu']:>8.2f}{cost['memory']:>9.0f}   {seconds:g} s, {megabytes:,} MB: {said}"
            )
    here, there = measure_process()
    print(f"An upload of 602 x 33 cells, read in a process with limits: {there:.3f} s, {there - here:.3f} s more than without.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
