import numpy as np
import pandas as pd
import pytest

from mac_core.figures.difference_by_risk import draw_difference_by_risk
from mac_core.runs.run import Target
from tests.figures.figure_checks import check_figure

BINARY = Target("relapse", "Relapse", "binary", ("no", "yes"), "yes")
TABLE = pd.DataFrame(
    {
        "n": 50,
        "by": [0.05, 0.1, 0.2, 0.4],
        "expected": [0.02, 0.04, 0.07, 0.12],
        "difference": [0.03, 0.03, 0.08, 0.1],
        "low": [-0.02, -0.02, 0.01, 0.02],
        "high": [0.08, 0.08, 0.15, 0.18],
    },
    index=pd.MultiIndex.from_tuples([("B", "A", fourth) for fourth in range(1, 5)], names=["arm", "against", "fourth"]),
)


def test_fourths_are_drawn_per_100():
    figure = draw_difference_by_risk(TABLE, BINARY, "B", "A")
    alt, _ = check_figure(figure)
    assert "B minus A" in alt and "fourth 4 (about 40): shown 12, found 10 (2 to 18)" in alt
    np.testing.assert_allclose(figure.data[1].y, [3, 3, 8, 10])
    np.testing.assert_allclose(figure.data[1].error_y.array, [5, 5, 7, 8])


@pytest.mark.parametrize("table", [None, TABLE * float("nan")])
def test_nothing_to_draw(table):
    check_figure(draw_difference_by_risk(table, BINARY, "B", "A"), axes=False)
    check_figure(draw_difference_by_risk(TABLE, BINARY, "C", "A"), axes=False)
