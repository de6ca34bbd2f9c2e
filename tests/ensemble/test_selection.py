"""Steps 6 and 7 by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core.ensemble.selection import average_errors, choose_averages, chosen_error, out_of_sample, top_learners


@pytest.mark.parametrize(("k", "top"), [(None, ["a", "b", "c"]), (2, ["a", "b"]), (9, ["a", "b", "c"])])
def test_top_without_baselines(k, top):
    ranking = pd.DataFrame({"is_baseline": [False, True, False, False]}, index=["a", "constant", "b", "c"])
    assert top_learners(ranking, k) == top


# Two learners, four patients; learner 0 is right about 0 and 1, learner 1 about 2 and 3.
VALUES = np.array([[[1.0], [2.0], [0.0], [0.0]], [[0.0], [0.0], [3.0], [4.0]]])
Y = np.array([1.0, 2.0, 3.0, 4.0])
TESTS = [np.array([0, 1]), np.array([2, 3])]


def test_choose_and_evaluate():
    errors = average_errors(VALUES, Y, TESTS, "absolute")
    assert errors.tolist() == [[0.0, 1.5], [3.5, 0.0]]
    assert choose_averages(pd.DataFrame(errors, columns=["a", "b"])).tolist() == ["a", "b"]
    assert chosen_error(errors + 1) == 1.0


def test_weights():
    errors = average_errors(VALUES, Y, TESTS, "absolute", np.array([1.0, 0.0, 0.0, 1.0]))
    assert errors.tolist() == [[0.0, 1.0], [4.0, 0.0]]


def test_equal_errors_go_to_the_better_ranked():
    assert choose_averages(pd.DataFrame({"best": [0.2], "second": [0.2]})).tolist() == ["best"]


def test_choices_that_did_not_see_the_patient():
    tested = np.array([[True, True, False, False], [False, False, True, True]])
    honest = out_of_sample(VALUES, np.array([0, 1]), tested, "squared")
    # Patients 0 and 1 are judged by the subtask that tests 2 and 3, which chose learner 1, and the other way round.
    assert honest[:, 0].tolist() == [0.0, 0.0, 0.0, 0.0]


def test_all_choices_where_every_subtask_tests_the_patient():
    honest = out_of_sample(VALUES, np.array([0, 1]), np.ones((2, 4), dtype=bool), "squared")
    assert honest[:, 0].tolist() == [0.5, 1.0, 1.5, 2.0]


def test_no_unseen_model_is_nan():
    values = VALUES.copy()
    values[:, 2] = np.nan
    honest = out_of_sample(values, np.array([0, 0]), np.zeros((2, 4), dtype=bool), "squared")
    assert np.isnan(honest[:, 0]).tolist() == [False, False, True, False]
