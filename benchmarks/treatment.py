"""What the comparison of treatments promises, measured: `python benchmarks/treatment.py`, from the project's root.

Simulated trials with known truth, situations in which advice can go wrong, the bundled trials, and what it costs. Every
replication is kept as one row in `benchmarks/results/treatment/`, so that a run that was stopped goes on where it was; the
table, with the number of replications, its Monte Carlo error and the bar beside each figure, goes to
`benchmarks/results/treatment.md`. A row is done while the code that decides it is the same (`--keep`: whatever the code).

`--minutes M` stops after so many minutes (60): the table says how many replications there are, and the same command goes on.
`--only PART ...` measures some parts; `--shared FOLDER` adds tables with a `.truth.csv` beside them; `--again` measures what is
done once more; `--table` writes the table only; `--rows FOLDER` keeps rows elsewhere, and the table beside them. With econml
installed (`requirements-peers.txt`), its CausalForestDML is measured on the same trials.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.treatments.experiments import PARTS, jobs  # noqa: E402
from benchmarks.treatments.results import append, code, read  # noqa: E402
from benchmarks.treatments.tables import write_coverage, write_table  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results"
ALL = (*PARTS, "known truth")


def main() -> None:
    """Measure what is missing, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--only", nargs="+", choices=ALL, default=list(ALL))
    parser.add_argument("--shared", type=Path, default=None)
    parser.add_argument("--rows", type=Path, default=RESULTS / "treatment")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=FutureWarning)
    if not options.table:
        measure_missing(options)
    rows = read(options.rows)
    if options.rows == RESULTS / "treatment":
        write_coverage(rows)
    print(write_table(rows, options.rows.with_suffix(".md")))


def measure_missing(options: argparse.Namespace) -> None:
    """Measure, one row after the other, until everything is there or the time is over."""
    end = time.monotonic() + 60 * options.minutes
    known = {} if options.again else read(options.rows)
    done = {key for key, row in known.items() if options.keep or row["code"] == code()}
    for job in jobs(options.only, options.shared):
        if job.key in done:
            continue
        if time.monotonic() > end:
            print(f"Stopped after {options.minutes:g} minutes; the same command goes on.", file=sys.stderr)
            return
        row = job.run()
        if row:
            append(options.rows, job.part, job.key, row)
            print(job.key, f"{row.get('seconds', 0):.1f} CPU s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
