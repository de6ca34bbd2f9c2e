"""What the patient page costs the server: `python benchmarks/patient.py` from the project's root, on finished default studies.

CPU seconds, since the server draws a page in one thread.

One patient: all arms, the explanation, the similar patients and the route, as `report_patient` gives them (bar: 1 s); of these,
the contributions to the differences between the arms (bar: 0.3 s; nearly 0 where the trial does not support them; `planted`, a
simulated trial, does). A what-if step: the changed patient and the curve over one value (bar: 0.3 s). Medians of ten patients,
after one to warm up; as on the server, the table's patients are placed once per run.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
TRIALS = ("indo_rct", "actg175_cd4", "heart_4site")
PATIENTS = 10


def measure(run: Any, patients: int = PATIENTS) -> dict[str, float]:
    """Median and largest CPU seconds of one patient's page and of one what-if step.

    Parameters
    ----------
    run : Run
        With its model.
    patients : int
    """
    from mac_core.evidence.difference_explanation import explain_differences
    from mac_core.evidence.neighbours import PatientMap
    from mac_core.runs.patient import report_patient, try_values
    from mac_core.runs.prediction import predict_patients

    nearby = PatientMap(run.rows)
    name = next((column.name for column in run.schema.columns if column.kind == "number"), run.schema.names[0])

    def page(row: int) -> None:
        report_patient(run, run.rows.iloc[[row]], row=row, nearby=nearby)

    def differences(row: int) -> None:
        if run.comparison is not None:
            explain_differences(run.comparison, run.rows.iloc[[row]], run.rows)

    def step(row: int) -> None:
        patient = run.rows.iloc[[row]]
        predict_patients(run, patient, routes=False)
        try_values(run, patient, name)

    found: dict[str, float] = {"patients": len(run.rows), "columns": len(run.schema.columns)}
    for what, call in (("page", page), ("differences", differences), ("step", step)):
        call(0)
        times = [_seconds(call, row) for row in range(1, patients + 1)]
        found[what], found[f"{what}_most"] = statistics.median(times), max(times)
    return found


def line(name: str, found: dict[str, float]) -> str:
    """One row of the printed table."""
    return (
        f"{name:<16}{found['patients']:>9.0f}{found['columns']:>9.0f}{found['page']:>12.3f}{found['page_most']:>9.3f}"
        f"{found['differences']:>17.3f}{found['differences_most']:>9.3f}{found['step']:>14.3f}{found['step_most']:>9.3f}"
    )


def main() -> None:
    """Study each bundled trial with the default settings, then measure."""
    from mac_core import run_study
    from mac_core.data.examples import example, open_example

    print(
        f"{'table':<16}{'patients':>9}{'columns':>9}{'page CPU s':>12}{'most':>9}{'differences':>17}{'most':>9}"
        f"{'what if':>14}{'most':>9}",
        flush=True,
    )
    for name in TRIALS:
        print(line(name, measure(run_study(open_example(name), example(name).roles))), flush=True)
    print(line("planted", measure(run_study(*planted()))), flush=True)


def planted(n: int = 1200) -> tuple[Any, Any]:
    """Simulate a trial in which the better of two treatments depends on the patient; its table and roles."""
    import numpy as np
    import pandas as pd

    from mac_core import Roles, read_table

    random = np.random.default_rng(1)
    frame = pd.DataFrame({f"x{i}": random.normal(size=n).round(3) for i in range(10)})
    frame["drug"] = random.choice(["A", "B"], n)
    logit = -0.4 + 0.5 * frame["x0"] - 1.5 * frame["x1"] * (frame["drug"] == "B")
    frame["relapse"] = np.where(random.random(n) < 1 / (1 + np.exp(-logit)), "yes", "no")
    roles = Roles(treatment="drug", outcome="relapse", event="yes", higher_is_better=False, design="randomised")
    return read_table(frame.to_csv(index=False).encode(), name="planted.csv"), roles


def _seconds(call: Callable[[int], None], row: int) -> float:
    # Of the processor: what a request costs where nothing else runs.
    start = time.process_time()
    call(row)
    return time.process_time() - start


if __name__ == "__main__":
    main()
