import numpy as np
import pytest

from mac_core.figures.difference_calibration import draw_difference_calibration
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import BINARY, FOURTHS


def test_fourths_are_drawn_per_100():
    figure = draw_difference_calibration(FOURTHS, BINARY, "B", "A")
    alt, _ = check_figure(figure)
    assert "B minus A" in alt and "fourth 3: expected 7, found 8 (1 to 15)" in alt
    np.testing.assert_allclose(figure.data[1].y, [3, 3, 8, 10])
    np.testing.assert_allclose(figure.data[1].error_y.array, [5, 5, 7, 8])


@pytest.mark.parametrize("table", [None, FOURTHS * float("nan")])
def test_nothing_to_draw(table):
    check_figure(draw_difference_calibration(table, BINARY, "B", "A"), axes=False)
    check_figure(draw_difference_calibration(FOURTHS, BINARY, "C", "A"), axes=False)
