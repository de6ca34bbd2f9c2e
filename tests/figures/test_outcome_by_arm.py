import pandas as pd
import pytest

from mac_core.figures.outcome_by_arm import draw_outcome_by_arm
from mac_core.runs.run import Target
from tests.figures.figure_checks import check_figure

NUMBER = Target("x", "Score", "number", unit="points")
BINARY = Target("y", "Relapse", "binary", ("no", "yes"), "yes")


def test_numbers_are_boxes_made_of_five_numbers():
    figure = draw_outcome_by_arm(pd.Series([1.0, 2, 3, 4, 5, 10]), pd.Series(["A"] * 5 + ["B"]), NUMBER)
    box = figure.data[0]
    assert [box.lowerfence[0], box.q1[0], box.median[0], box.q3[0], box.upperfence[0]] == [1, 2, 3, 4, 5]
    alt, _ = check_figure(figure)
    assert "A median 3, middle half 2 to 4" in alt and "points" in figure.layout.xaxis.title.text


def test_classes_are_shares_that_add_up_and_differ_in_pattern():
    figure = draw_outcome_by_arm(pd.Series(["no", "yes", "no", "no"]), pd.Series(["A", "A", "B", "B"]), BINARY)
    assert [sum(bar.x[i] for bar in figure.data) for i in range(2)] == pytest.approx([100, 100])
    assert len({bar.marker.pattern.shape for bar in figure.data}) == 2
    assert "A no 50, yes 50; B no 100, yes 0" in check_figure(figure)[0]


def test_without_arms_all_stand_in_one_row_and_nothing_is_said():
    assert "all patients" in check_figure(draw_outcome_by_arm(pd.Series(["no", "yes"]), None, BINARY))[0]
    check_figure(draw_outcome_by_arm(pd.Series(dtype=object), None, BINARY), axes=False)


def test_names_of_many_lines_get_room():
    short, long = ({"A": "A", "B": "B"}, {"A": "Placebo with standard of care including physiotherapy", "B": "B"})
    heights = [
        draw_outcome_by_arm(pd.Series(["no", "yes"] * 2), pd.Series([names[a] for a in "AABB"]), BINARY).layout.height
        for names in (short, long)
    ]
    assert heights[1] >= heights[0] + 2 * 30
