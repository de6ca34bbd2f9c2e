import pandas as pd

from mac_core.figures.missingness import draw_missingness
from tests.figures.figure_checks import check_figure


def test_columns_with_gaps_are_drawn_worst_first():
    frame = pd.DataFrame({"full": range(200), "half": [None, 1.0] * 100, "rare": [None, *[1.0] * 199]})
    figure = draw_missingness(frame)
    assert list(figure.layout.yaxis.ticktext) == ["half", "rare"] and list(figure.data[0].x) == [50, 0.5]
    alt, _ = check_figure(figure)
    assert "2 of 3 columns: half 50 per 100, rare under 1 per 100" in alt


def test_many_columns_are_cut_and_it_is_said():
    frame = pd.DataFrame({f"c{i}": [None, 1.0] for i in range(60)})
    assert "the 40 worst of 60 columns" in check_figure(draw_missingness(frame))[1]


def test_nothing_to_draw_is_said():
    assert "No value is missing in 1 columns" in check_figure(draw_missingness(pd.DataFrame({"a": [1]})), axes=False)[0]
    check_figure(draw_missingness(pd.DataFrame({"a": []})), axes=False)


def test_long_names_have_one_line_and_stay_apart():
    long = "Baseline measurement of the extended laboratory panel"
    figure = draw_missingness(
        pd.DataFrame(
            {f"{long} (unit {i})": [None, 1.0] for i in range(3)} | {f"{long} {9}{i}{long}": [None, 1.0] for i in range(2)}
        )
    )
    check_figure(figure)
    names = figure.layout.yaxis.ticktext
    assert len(names) == len(figure.data[0].y) == 5 and max(map(len, names)) <= 24 and not any("<br>" in name for name in names)
    assert names[0].endswith("(unit 0)")
