"""The engine's benchmark measures what it says."""

from __future__ import annotations

import pytest


@pytest.fixture
def engine(load, monkeypatch):
    # The benchmark sets these for its own process; the other tests get back what was there.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MAC_FORK_WORKERS", "MAC_HOME"):
        monkeypatch.setenv(name, "1")
    return load("engine")


def test_measures(engine):
    result = engine.measure(300, 1, learners=["logistic_regression", "decision_tree"])
    assert result["rows"] == 300
    assert 0 < result["pure"] < result["wall"]
    assert result["efficiency"] == pytest.approx(result["pure"] / result["wall"])
    assert 0 < result["one"] <= result["thousand"] < 10
    assert 30 < result["memory"] < 2000
    assert len(engine.line(result).split()) == 14
