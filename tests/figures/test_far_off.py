"""An axis is made for those who can be compared; who is far off stays, with a mark and words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core.figures.error_matrix import draw_error_matrix
from mac_core.figures.far_off import far_off, say_far_off
from mac_core.figures.learner_cost import draw_learner_cost
from mac_core.figures.ranking import draw_ranking
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import made_ranking


def hopeless() -> pd.DataFrame:
    """A ranking whose last learner errs ten times as much as the others."""
    ranking = made_ranking().assign(is_baseline=[False, False, True, False, False])
    ranking.loc[ranking.index[-1], ["mean_error", "low", "high"]] = [4.0, 3.0, 5.0]
    return ranking


@pytest.mark.parametrize(
    ("values", "far"),
    [
        ([0.38, 0.385, 0.39, 0.41, 0.42, 0.83], 1),
        ([1.0, 1.1, 1.2, 1.3, 9.0, 90.0], 2),  # one after the other
        ([1.0, 1.1, 1.2, 9.0, 9.1, 9.2], 0),  # half of all are no exception
        ([1.0, 1.2, 1.4, 1.6, 1.8, 2.0], 0),
        ([np.nan, 1.0, 1.1, 1.2, 9.0], 1),
        ([1.0, 1.0, 1.0, 1.0], 0),
        ([1.0], 0),
        ([], 0),
    ],
)
def test_a_third_at_most_and_only_where_it_makes_room(values, far):
    found = far_off(pd.Series(values, dtype=float))
    assert found.sum() == far and found.dtype == bool
    assert set(pd.Series(values)[found]) == set(sorted(v for v in values if v == v)[len([v for v in values if v == v]) - far :])


def test_a_mark_within_the_others_intervals_is_not_far_off():
    values = pd.Series([1.0, 1.1, 1.2, 3.0])
    assert far_off(values).iloc[-1]
    assert not far_off(values, values - 0.1, pd.Series([1.1, 4.0, 1.3, 30.0])).any()


def test_nobody_is_nothing_to_say():
    assert say_far_off(pd.Series(dtype=float), pd.Series(dtype=str), "upwards") == ""


def test_the_ranking_gives_the_others_the_room_and_keeps_the_hopeless_one():
    ranking = hopeless()
    figure = draw_ranking(ranking, loss="log")
    _, reading = check_figure(figure)
    *_, mark = figure.data
    low, high = figure.layout.xaxis.range
    assert high < 1 < 4 and low < ranking["low"].min() and high > ranking["high"].iloc[:-1].max()
    assert list(mark.text) == ["4.00"] and low < mark.x[0] < high and mark.marker.symbol == "triangle-right"
    assert "far off to the right" in reading and "(4.00)" in reading
    assert "far off" not in draw_ranking(made_ranking(), loss="log").layout.meta["reading"]


def test_the_cost_and_the_matrix_do_the_same():
    ranking = hopeless()
    cost = draw_learner_cost(ranking, loss="log")
    assert cost.layout.yaxis.range[1] < 1 and "far off upwards" in check_figure(cost)[1]
    assert sum("triangle-up" in trace.marker.symbol for trace in cost.data) == 1
    errors = pd.DataFrame({name: [error, error + 0.01] for name, error in ranking["mean_error"].items()})
    matrix = draw_error_matrix(errors, loss="log")
    assert matrix.data[0].zmax < 1 and "beyond the darkest shade" in check_figure(matrix)[1]
    assert np.isclose(np.max(matrix.data[0].z), 4.01)
