import numpy as np
import pytest

from mac_core.figures.difference_by_risk import draw_difference_by_risk
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import BINARY, FOURTHS


def test_fourths_are_drawn_per_100():
    figure = draw_difference_by_risk(FOURTHS, BINARY, "B", "A")
    alt, _ = check_figure(figure)
    assert "B minus A" in alt and "fourth 4 (about 40): shown 12, found 10 (2 to 18)" in alt
    np.testing.assert_allclose(figure.data[1].y, [3, 3, 8, 10])
    np.testing.assert_allclose(figure.data[1].error_y.array, [5, 5, 7, 8])


@pytest.mark.parametrize("table", [None, FOURTHS * float("nan")])
def test_nothing_to_draw(table):
    check_figure(draw_difference_by_risk(table, BINARY, "B", "A"), axes=False)
    check_figure(draw_difference_by_risk(FOURTHS, BINARY, "C", "A"), axes=False)
