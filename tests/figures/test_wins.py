import pandas as pd

from mac_core.figures.wins import draw_wins
from tests.figures.figure_checks import check_figure


def test_wins_add_up_and_those_without_any_are_shown():
    figure = draw_wins(pd.Series(["b", "a", "b"]), eligible=["a", "b", "c"])
    assert dict(zip(figure.data[0].y, figure.data[0].x, strict=True)) == {"B": 2, "A": 1, "C": 0}
    assert "of 3: B 2, A 1" in check_figure(figure)[0]


def test_nothing_to_draw_is_said():
    check_figure(draw_wins(pd.Series(dtype=object)), axes=False)
