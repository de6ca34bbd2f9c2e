import pandas as pd

from mac_core.figures.chosen_averages import draw_chosen_averages, tabulate_chosen
from tests.figures.figure_checks import check_figure

AVERAGES = pd.DataFrame({"a": [0.1, 0.4], "b": [0.2, 0.3], "c": [0.9, 0.9]}, index=["1", "2"])


def test_each_subtask_has_one_mark_in_the_row_of_its_choice():
    figure = draw_chosen_averages(AVERAGES, AVERAGES.idxmin(axis=1))
    assert list(zip(figure.data[0].x, figure.data[0].y, strict=True)) == [("1", "A"), ("2", "B")]
    assert list(figure.layout.yaxis.categoryarray) == ["C", "B", "A"]
    assert "2 of 3 averages were chosen" in check_figure(figure)[0]


def test_the_table_gives_the_chosen_averages_error():
    assert tabulate_chosen(AVERAGES, AVERAGES.idxmin(axis=1))["error"].tolist() == [0.1, 0.3]


def test_nothing_to_draw_is_said():
    check_figure(draw_chosen_averages(pd.DataFrame(), pd.Series(dtype=object)), axes=False)
