"""The reading benchmark measures what it says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

PATH = Path(__file__).resolve().parents[2] / "benchmarks" / "reading.py"


def test_measures(tmp_path):
    spec = importlib.util.spec_from_file_location("reading_benchmark", PATH)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    file = tmp_path / "table.csv"
    file.write_bytes(benchmark.clean_csv(500, 8))
    found = benchmark.measure(str(file))
    assert found["rows"] == 500
    assert 0 < found["read"] <= found["all"]
    assert found["cpu"] > 0 and found["memory"] > 30
    here, there = benchmark.measure_process()
    assert 0 < here < 5 and 0 < there < 5
