import numpy as np
import pandas as pd
import pytest

from mac_core.figures.site_errors import draw_site_errors
from tests.figures.figure_checks import check_figure

NAN = float("nan")
TABLE = pd.DataFrame(
    [[120, 0.6, 0.5, 0.7, 0.5], [90, 0.4, 0.3, 0.5, 0.6], [12, 0.5, NAN, NAN, 0.6], [0, NAN, NAN, NAN, NAN]],
    columns=["patients", "error", "low", "high", "usual_error"],
    index=pd.Index(["Zürich", "Basel", "Chur", "Olten"], name="site"),
)


def test_the_model_stands_beside_one_guess():
    figure = draw_site_errors(TABLE, loss="log")
    alt, reading = check_figure(figure)
    assert "Zürich, 120 patients: 0.600 (0.500 to 0.700) against 0.500" in alt
    assert "Chur, 12 patients: 0.500 against 0.600" in alt and "Olten" not in alt
    model, guess = figure.data
    np.testing.assert_allclose(model.x, [0.6, 0.4, 0.5])
    np.testing.assert_allclose(guess.x, [0.5, 0.6, 0.6])
    np.testing.assert_allclose(model.error_x.array, [0.1, 0.1, 0.0])
    assert model.marker.symbol != guess.marker.symbol
    assert "right of the diamond" in reading


@pytest.mark.parametrize("table", [TABLE.iloc[:0], TABLE.iloc[3:]])
def test_nothing_to_draw(table):
    check_figure(draw_site_errors(table, loss="log"), axes=False)
