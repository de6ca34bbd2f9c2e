"""The patient page's benchmark measures what it says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.runs.settings import Settings
from mac_core.runs.study import run_study

PATH = Path(__file__).resolve().parents[2] / "benchmarks" / "patient.py"


def test_measures():
    spec = importlib.util.spec_from_file_location("patient_benchmark", PATH)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    rows = "\n".join(f"{40 + i % 37},{'AB'[i % 2]},{i % 3 % 2}" for i in range(90))
    roles = Roles(treatment="drug", outcome="died", event="1", higher_is_better=False)
    light = Settings(learners=("logistic_regression",), n_subtasks=5, n_jobs=1)
    run = run_study(read_table(f"age,drug,died\n{rows}".encode()), roles, settings=light)
    found = benchmark.measure(run, patients=2)
    assert (found["patients"], found["columns"]) == (90, 1)
    # Generous: the bars are measured on a quiet machine.
    assert 0 < found["page"] <= found["page_most"] < 20
    assert 0 < found["step"] <= found["step_most"] < 20
    assert 0 <= found["differences"] <= found["differences_most"] < 20
    assert len(benchmark.line("x", found).split()) == 9
    table, roles = benchmark.planted(60)
    assert len(table.frame) == 60 and {roles.treatment, roles.outcome} <= set(table.frame)
