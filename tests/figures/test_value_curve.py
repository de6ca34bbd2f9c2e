import numpy as np
import pandas as pd

from mac_core.figures.palette import arm_styles
from mac_core.figures.value_curve import draw_value_curve
from mac_core.runs.run import Target
from tests.figures.figure_checks import check_figure

RISK = Target("relapse", "relapse", "binary", ("no", "yes"), "yes")


def made(index: list[object], **arms: list[float]) -> pd.DataFrame:
    return pd.DataFrame(arms, index=pd.Index(index, name="age"))


def test_a_line_per_arm_with_the_tables_patients_below():
    expected = made([40.0, 50.0, 60.0], B=[0.2, 0.3, np.nan], A=[0.1, 0.2, 0.4])
    density = pd.DataFrame({"value": [45.0, 55.0], "patients": [20, 3]})
    figure = draw_value_curve(expected, density, 50.0, RISK, unit="years")
    alt, reading = check_figure(figure)
    assert "A: 10 at 40, 40 at 60; B: 20 at 40, 30 at 50" in alt
    assert "own value is 50" in alt and "age (years)" in alt
    assert "few patients" in reading
    assert [trace.name for trace in figure.data[:2]] == ["A", "B"]
    assert figure.data[0].marker.color == arm_styles("AB")["A"].colour
    assert list(figure.data[2].y) == [20, 3]


def test_levels_are_points_without_a_line_between():
    expected = made(["m", "f"], expected=[0.2, 0.3])
    figure = draw_value_curve(expected, pd.DataFrame({"value": ["m", "f"], "patients": [8, 5]}), None, RISK)
    alt, _ = check_figure(figure)
    assert figure.data[0].mode == "markers"
    assert "own value" not in alt


def test_nothing_supported():
    nothing = made([1.0], A=[np.nan], B=[np.nan])
    check_figure(draw_value_curve(nothing, pd.DataFrame({"value": [1.0], "patients": [2]}), None, RISK), axes=False)
