import numpy as np
import plotly.graph_objects as go
import pytest

from mac_core.figures.cells import add_cell_texts, fit_cells, text_colour
from mac_core.figures.palette import HEAT


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def cell(share: float) -> str:
    stops = [stop for stop, _ in HEAT]
    mixed = [np.interp(share, stops, [int(colour[i : i + 2], 16) for _, colour in HEAT]) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(part):02X}" for part in mixed)


@pytest.mark.parametrize("share", [0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 1])
def test_text_can_be_read_on_every_shade(share):
    dark, light = sorted([luminance(cell(share)), luminance(text_colour(share))])
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_numbers_of_a_matrix_are_written_alike_and_fit():
    values = np.array([[0.0089, 0.41, 1.2], [2.2, 0.7, np.nan]])
    assert fit_cells(values) == ([["0.01", "0.41", "1.20"], ["2.20", "0.70", ""]], "")
    assert fit_cells(np.array([[13_066.0, 20_936.0]])) == ([["13.1", "20.9"]], "thousands")
    assert fit_cells(np.array([[250.4, 131.0]])) == ([["250", "131"]], "")
    assert fit_cells(np.full((1, 2), np.nan)) == ([["", ""]], "")


def test_one_that_is_far_off_does_not_turn_the_others_into_nothing():
    texts, counted = fit_cells(np.array([[0.4, 0.5, 36_000.0]]))
    assert texts == [["0.4", "0.5", "36000"]] and counted == ""


def test_texts_stand_on_their_cells():
    figure = go.Figure()
    values = np.array([[0.0, 1.0], [np.nan, 0.5]])
    add_cell_texts(figure, [["a", "b"], ["", "d"]], values, x=["1", "2"], y=["p", "q"], low=0, high=1, size=9)
    drawn = figure.data[0]
    assert list(zip(drawn.x, drawn.y, drawn.text, strict=True)) == [
        ("1", "p", "a"),
        ("2", "p", "b"),
        ("1", "q", ""),
        ("2", "q", "d"),
    ]
    assert drawn.textfont.color[:2] == ("#000000", "#FFFFFF")
    assert list(figure.layout.xaxis.range) == [-0.5, 1.5] and list(figure.layout.yaxis.range) == [1.5, -0.5]
