import pandas as pd
import plotly.graph_objects as go
import pytest

from mac_core.figures.difference_calibration import draw_difference_calibration
from mac_core.figures.fourths import add_found, choose_fourths, say_found
from mac_core.runs.run import Target

BINARY = Target("relapse", "Relapse", "binary", ("no", "yes"), "yes")
TABLE = pd.DataFrame(
    {"n": 50, "by": [0.1, 0.2], "expected": [0.02, 0.04], "difference": [0.03, 0.08], "low": [-0.3, 0.01], "high": [0.4, 0.15]},
    index=pd.MultiIndex.from_tuples([("B", "A", 1), ("B", "A", 2)], names=["arm", "against", "fourth"]),
)


def test_one_pair_in_the_shown_unit():
    shown = choose_fourths(TABLE, BINARY, "B", "A")
    assert shown.index.tolist() == [1, 2]
    assert shown["by"].tolist() == pytest.approx([10, 20]) and shown["high"].tolist() == pytest.approx([40, 15])
    assert say_found(shown.loc[2].round(6)) == "found 8 (1 to 15)"
    figure = go.Figure()
    add_found(figure, ["1", "2"], shown, colour="#0072B2", symbol="circle", hover="")
    assert list(figure.data[0].error_y.arrayminus) == pytest.approx([33, 7])


@pytest.mark.parametrize("table", [None, TABLE * float("nan"), TABLE.iloc[:0]])
def test_nothing_to_choose(table):
    assert choose_fourths(table, BINARY, "B", "A") is None
    assert choose_fourths(TABLE, BINARY, "A", "B") is None


def test_the_line_of_agreement_does_not_stretch_the_axis_of_what_was_expected():
    line = draw_difference_calibration(TABLE, BINARY, "B", "A").data[0]
    assert list(line.x) == list(line.y)
    assert line.x[0] > 1 and line.x[1] < 5, "the intervals reach from -30 to 40"
