import pandas as pd

from mac_core.figures.error_matrix import draw_error_matrix
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import made_run


def test_rows_are_sorted_by_mean_and_numbers_stand_in_a_small_matrix():
    errors = pd.DataFrame({"tree": [0.5, 0.7], "ridge": [0.1, 0.3]}, index=["1", "2"])
    figure = draw_error_matrix(errors, loss="log")
    assert list(figure.data[0].y) == ["Ridge", "Tree"]
    assert figure.data[0].z.tolist() == [[0.1, 0.3], [0.5, 0.7]]
    assert list(figure.data[1].text) == ["0.10", "0.30", "0.50", "0.70"], "written alike"
    assert list(zip(figure.data[1].x, figure.data[1].y, strict=True))[1] == ("2", "Ridge")
    alt, _ = check_figure(figure)
    assert "Ridge (0.2)" in alt and "from 0.1 to 0.7" in alt


def test_many_subtasks_are_thinned_and_say_so():
    figure = draw_error_matrix(made_run(subtasks=100).errors)
    assert figure.data[0].z.shape == (5, 60) and len(figure.data) == 1
    assert "60 of 100 subtasks" in check_figure(figure)[0]


def test_a_learner_without_errors_does_not_break_the_matrix():
    errors = pd.DataFrame({"tree": [0.5, 0.7], "lost": [float("nan")] * 2}, index=["1", "2"])
    check_figure(draw_error_matrix(errors))
    check_figure(draw_error_matrix(errors[["lost"]]), axes=False)
    check_figure(draw_error_matrix(pd.DataFrame()), axes=False)


def test_large_errors_are_counted_in_thousands_and_told_apart():
    errors = pd.DataFrame({"tree": [2_993.0, 3_040.0], "ridge": [5_794.0, 2_608.0]}, index=["1", "2"])
    figure = draw_error_matrix(errors, loss="squared")
    assert list(figure.data[1].text) == ["2.99", "3.04", "5.79", "2.61"]
    assert figure.layout.xaxis.title.text.replace("<br>", " ").endswith("squared), in thousands")
