"""The benchmark of quality measures a contestant in another process as it does here."""

from __future__ import annotations

import json
import sys

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="module")
def benchmark(load):
    with pytest.MonkeyPatch.context() as patch:
        # The benchmark sets these for its own process; the other tests get back what was there.
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.setenv("OPENBLAS_NUM_THREADS", "1")
        yield load("quality")


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"x": rng.normal(size=90), "word": np.where(rng.random(90) < 0.5, "a", "b")})
    table["ill"] = np.where(table["x"] + rng.normal(size=90) > 0, "yes", "no")
    table.to_csv(tmp_path / "small.csv", index=False)
    (tmp_path / "manifest.json").write_text(json.dumps([{"slug": "small", "target": "ill"}]))
    return tmp_path


def test_a_contestant_elsewhere_says_what_it_says_here(benchmark, folder):
    ((slug, X, y),) = benchmark.tables(folder)
    name = "logistic regression"
    there = benchmark.Elsewhere(sys.executable, name, folder)
    found = benchmark.measure(
        slug, X, y, {"there": there, name: benchmark.CONTESTANTS["logistic regression"]}, 2, 50, benchmark.Kept(None)
    )
    there.close()
    assert found["there"]["losses"].shape == (2, 27)
    np.testing.assert_allclose(found["there"]["losses"], found[name]["losses"], rtol=1e-9)
    assert found["there"]["seconds"] > 0


def test_what_was_kept_is_not_measured_again(benchmark, folder, tmp_path):
    ((slug, X, y),) = benchmark.tables(folder)
    kept = benchmark.Kept(tmp_path / "kept.json")
    first = benchmark.measure(slug, X, y, {"model": benchmark.CONTESTANTS["logistic regression"]}, 1, None, kept)
    again = benchmark.measure(slug, X, y, {"model": None}, 1, None, benchmark.Kept(tmp_path / "kept.json"))
    np.testing.assert_array_equal(first["model"]["losses"], again["model"]["losses"])
