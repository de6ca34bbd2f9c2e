import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish, rows_height
from tests.figures.figure_checks import check_figure


def test_a_finished_figure_has_words_names_of_axes_and_no_ground():
    figure = finish(
        go.Figure(),
        alt="Something of 3 patients is drawn.",
        reading="Further left is better.",
        x="error (mmHg)",
        y="arm",
        height=300,
    )
    alt, reading = check_figure(figure)
    assert (alt, reading) == ("Something of 3 patients is drawn.", "Further left is better.")
    assert figure.layout.height == 300


def test_an_empty_figure_says_why_in_its_middle():
    figure = empty("There are no subtasks to draw.")
    check_figure(figure, axes=False)
    assert "no subtasks" in figure.layout.annotations[0].text


def test_height_grows_with_rows_and_ends():
    assert rows_height(1) < rows_height(12) < rows_height(10_000) == 1400
