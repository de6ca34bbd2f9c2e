"""The benchmark of settings changes what it says, puts everything back, and judges each patient."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mac_core.ensemble import subtasks
from mac_core.ensemble.learners import LEARNERS, Size

SIZE = Size(200, 5, 2)


@pytest.fixture(scope="module")
def benchmark(load):
    folder = Path(__file__).parents[2] / "benchmarks"
    with pytest.MonkeyPatch.context() as patch:
        # The benchmark sets these for its own process; the other tests get back what was there.
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.setenv("OPENBLAS_NUM_THREADS", "1")
        patch.syspath_prepend(str(folder))
        yield load("settings")


def test_settings_hold_only_inside(benchmark):
    before = dict(LEARNERS), subtasks._FOLDS
    with benchmark._instead({"random_forest": {"n_estimators": 3}, "gradient_boosting": {"max_iter": 7}}, 4):
        assert LEARNERS["random_forest"].factory(SIZE).n_estimators == 3
        assert LEARNERS["gradient_boosting"].factory(SIZE).max_iter == 7
        assert LEARNERS["extra_trees"] is before[0]["extra_trees"]
        assert subtasks._FOLDS == 4
    assert (dict(LEARNERS), subtasks._FOLDS) == before


class Sure:
    """Says the same probability of the class "b" for everybody."""

    classes_ = np.array(["a", "b"])

    def __init__(self, share):
        self.share = share

    def predict_proba(self, X):
        return np.tile([1 - self.share, self.share], (len(X), 1))


def test_each_patient_is_judged_and_the_better_is_below_one(benchmark):
    X, y = pd.DataFrame({"x": np.arange(30.0)}), pd.Series(["b"] * 20 + ["a"] * 10)
    tried = {
        name: (lambda X, y, seed, share=share: Sure(share))
        for name, share in (("logistic regression", 0.5), (benchmark.DEFAULT, 2 / 3))
    }
    found = benchmark.measure(X, y, tried, repeats=2, most=15)
    lost = found[benchmark.DEFAULT][0]
    np.testing.assert_allclose(lost, [-np.log(2 / 3)] * 20 + [-np.log(1 / 3)] * 10)
    # The clock may stand still for so little work.
    told = benchmark.report({"table": {name: (losses, 1.0) for name, (losses, _) in found.items()}}).splitlines()
    assert f"{lost.mean() / np.log(2):.3f}" in told[-1]
    assert told[-1].split()[1] == "30"


def test_another_way_to_lean_holds_only_inside(benchmark):
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(60, 2)), columns=["a", "b"])
    y = pd.Series(np.where(X["a"] + rng.normal(size=60) > 0, "ill", "well"))
    assert benchmark._as_if_for(60.0)(X, y, 0).moderation_.share == 0.5
    even = benchmark._with("leaning._EVEN", 1e-9)(X, y, 0).moderation_.share
    assert even < benchmark.TRIED[benchmark.DEFAULT](X, y, 0).moderation_.share
