"""Steps 3 and 4 by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core.ensemble.ranking import mean_errors, rank_learners, subtask_errors


def test_error_of_a_subtask():
    losses = np.array([[1.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0]])
    assert subtask_errors(losses).tolist() == [0.5, 0.25]
    assert subtask_errors(losses, np.array([1.0, 0.0, 0.0, 0.0])).tolist() == [1.0, 0.0]


def test_mean_over_subtasks():
    assert mean_errors(pd.DataFrame({"a": [0.2, 0.4], "b": [0.1, 0.2]})).round(6).tolist() == [0.3, 0.15]


def test_best_first_ties_in_the_pools_order():
    errors = pd.DataFrame([[0.3, 0.2, 0.2], [0.3, 0.2, 0.2]], columns=pd.Index(["a", "b", "c"], name="learner"))
    numbers = np.arange(3.0)
    table = rank_learners(errors, numbers, numbers + 1, numbers / 3, np.array([False, False, True]), numbers, numbers)
    assert table.index.tolist() == ["b", "c", "a"]
    assert table.index.name == "learner"
    assert table.columns.tolist() == ["mean_error", "low", "high", "p_first", "is_baseline", "seconds", "group"]
    assert table["low"].tolist() == [1, 2, 0]
    assert table["is_baseline"].tolist() == [False, True, False]
