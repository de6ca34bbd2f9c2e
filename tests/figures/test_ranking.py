import pandas as pd
import pytest

from mac_core.figures.ranking import draw_ranking, rank_sentence, say_groups, tabulate_ranking
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import made_ranking


def test_learners_and_baselines_have_their_own_symbols_and_all_are_drawn_best_on_top():
    ranking = made_ranking()
    figure = draw_ranking(ranking, {"random_forest": "Random forest"}, loss="log")
    learners, baselines = figure.data
    assert learners.marker.symbol != baselines.marker.symbol
    assert sorted([*learners.x, *baselines.x]) == ranking["mean_error"].tolist()
    assert learners.error_x.array[0] == pytest.approx(0.06)
    assert figure.layout.yaxis.categoryarray[-1] == "Random forest"
    assert {"42", "33", "20"} <= {note.text for note in figure.layout.annotations}
    assert "log loss" in figure.layout.xaxis.title.text
    check_figure(figure)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "but in 58 of 100 resamples another one came first"),
        ({"p_first": 0.9}, "came first in 90 of 100 resamples"),
        ({"p_first": float("nan")}, "not measured"),
        ({"is_baseline": True}, "no learner did better than this simple rule"),
    ],
)
def test_the_sentence_says_how_sure_the_first_place_is(change, words):
    ranking = made_ranking()
    for column, value in change.items():
        ranking.loc["random_forest", column] = value
    assert words in rank_sentence(ranking)


def test_the_table_names_places_and_kinds():
    table = tabulate_ranking(made_ranking(), None, {"random_forest": "Many trees vote."})
    assert table["place"].tolist() == [1, 2, 3, 4, 5]
    assert table["p_first"].tolist() == [42, 33, 20, 5, 0]
    assert table["kind"].tolist() == ["learner", "learner", "baseline", "learner", "baseline"]
    assert table.loc[0, "explanation"] == "Many trees vote."


def test_nothing_to_draw_is_said():
    empty = made_ranking().iloc[:0]
    check_figure(draw_ranking(empty), axes=False)
    assert rank_sentence(empty) == "No learner was ranked."
    assert isinstance(tabulate_ranking(empty), pd.DataFrame)


def test_ties_are_said_in_groups():
    ranking = made_ranking()
    assert say_groups(ranking) == ""
    assert "errs less than each of the others" in say_groups(ranking.assign(group=[1, 2, 2, 2, 3]))
    assert "the ranking is chance" in say_groups(ranking.assign(group=1))
    assert "Constant errs more in nearly every one" in say_groups(ranking.assign(group=[1, 1, 1, 1, 2]))


def test_first_places_are_rounded_alike_in_sentence_picture_and_table():
    ranking = made_ranking()
    ranking["p_first"] = [0.685, 0.285, 0.02, 0.01, 0.0]
    sentence = rank_sentence(ranking)
    drawn = [note.text for note in draw_ranking(ranking).layout.annotations][:5]
    assert drawn == [f"{value:.0f}" for value in tabulate_ranking(ranking)["p_first"]] == ["68", "28", "2", "1", "0"]
    assert tabulate_ranking(ranking)["p_first"].tolist() == [68, 28, 2, 1, 0]
    assert "in 32 of 100 resamples another one came first" in sentence
