from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core.figures.choice_shares import draw_choice_shares
from tests.figures.figure_checks import check_figure


def shares(subtasks=3):
    frame = pd.DataFrame({"ridge": [0.7] * subtasks, "tree": [0.3] * subtasks, "forest": [0.0] * subtasks})
    return frame.rename_axis(index="subtask")


def test_shares_and_the_studys_own_choice_are_drawn():
    figure = draw_choice_shares(shares(), pd.Series(["ridge", "tree", "ridge"]))
    alt, _ = check_figure(figure)
    assert list(figure.data[0].y) == ["Ridge", "Tree"]
    assert np.allclose(np.asarray(figure.data[0].z).sum(axis=0), 100)
    marks = next(trace for trace in figure.data if trace.name == "this study's choice")
    assert list(marks.y) == ["Ridge", "Tree", "Ridge"]
    assert "2 of 3 subtasks repeat" in alt and "Ridge (70 of 100)" in alt


def test_many_subtasks_are_thinned_and_said_so():
    figure = draw_choice_shares(shares(200), pd.Series(["ridge"] * 200))
    assert len(figure.data[0].x) == 60 and "60 of 200" in figure.layout.meta["reading"]


def test_nothing_to_draw_is_said():
    check_figure(draw_choice_shares(shares().iloc[:0], pd.Series(dtype=str)), axes=False)
