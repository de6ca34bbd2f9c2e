"""The engine's benchmark measures what it says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[2] / "benchmarks" / "engine.py"


@pytest.fixture
def engine(monkeypatch):
    # The benchmark sets these for its own process; the other tests get back what was there.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MAC_FORK_WORKERS", "MAC_HOME"):
        monkeypatch.setenv(name, "1")
    spec = importlib.util.spec_from_file_location("engine_benchmark", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_measures(engine):
    result = engine.measure(300, 1, learners=["logistic_regression", "decision_tree"])
    assert result["rows"] == 300
    assert 0 < result["pure"] < result["wall"]
    assert result["efficiency"] == pytest.approx(result["pure"] / result["wall"])
    assert 0 < result["one"] <= result["thousand"] < 10
    assert 30 < result["memory"] < 2000
    assert len(engine.line(result).split()) == 14
