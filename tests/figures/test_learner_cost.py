from __future__ import annotations

from mac_core.figures.learner_cost import draw_learner_cost
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import made_ranking


def test_every_learner_is_a_mark_with_its_place_in_the_ranking():
    ranking = made_ranking()
    figure = draw_learner_cost(ranking, loss="log")
    alt, _ = check_figure(figure)
    assert sum(len(trace.x) for trace in figure.data) == len(ranking)
    assert figure.layout.xaxis.type == "log"
    assert {"0.01", "0.3", "1", "30"} <= set(figure.layout.xaxis.ticktext), "amounts are written out"
    assert [list(trace.text) for trace in figure.data] == [["1", "2", "4"], ["3", "5"]]
    assert "both cheaper and better than: Nearest neighbours 0.05 s, Logistic regression 0.31 s, Random forest 4.2 s" in alt
    assert "The smallest error has Random forest (0.43, 4.2 s)" in alt


def test_time_zero_can_be_drawn_and_a_dear_bad_learner_is_not_praised():
    ranking = made_ranking()
    ranking.loc["nearest_neighbours", ["seconds", "mean_error"]] = [9.0, 0.9]
    ranking.loc["constant", "seconds"] = 0.0
    figure = draw_learner_cost(ranking)
    assert min(min(trace.x) for trace in figure.data) > 0
    assert "Nearest neighbours" not in figure.layout.meta["alt"]


def test_only_baselines_and_nothing():
    ranking = made_ranking()
    assert "Only baselines" in check_figure(draw_learner_cost(ranking[ranking["is_baseline"]]))[0]
    check_figure(draw_learner_cost(ranking.iloc[:0]), axes=False)


def test_places_of_learners_alike_in_cost_and_error_are_told_apart():
    ranking = made_ranking()
    ranking.loc[["random_forest", "logistic_regression"], ["seconds", "mean_error"]] = [[1.0, 0.43], [1.01, 0.431]]
    positions = list(draw_learner_cost(ranking).data[0].textposition)
    assert positions[0] != positions[1]
