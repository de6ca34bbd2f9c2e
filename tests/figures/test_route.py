import pytest

from mac_core.figures.route import draw_route, tabulate_route
from mac_core.runs.run import Target
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import made_route

BINARY = Target("relapse", "Relapse", "binary", ("no", "yes"), "yes")


def test_each_subtask_has_a_mark_and_the_line_stands_at_the_aggregate():
    route = made_route()
    figure = draw_route(route, BINARY)
    assert sum(len(trace.x) for trace in figure.data) == 10
    assert figure.layout.shapes[0].x0 == pytest.approx(100 * route.aggregate["yes"])
    assert len({trace.marker.symbol for trace in figure.data}) == len(figure.data) > 1
    check_figure(figure)


def test_numbers_keep_their_unit():
    route = made_route("number")
    figure = draw_route(route, Target("hba1c", "HbA1c", "number", unit="mmol/mol"))
    assert figure.layout.shapes[0].x0 == pytest.approx(route.aggregate)
    assert "mmol/mol" in figure.layout.xaxis.title.text


def test_many_classes_show_the_one_that_came_out_or_the_one_asked_for():
    target = Target("drug", "Drug", "classes", ("no", "yes"))
    assert "of no" in draw_route(made_route(), target).layout.xaxis.title.text
    assert "of yes" in draw_route(made_route(), target, shown_class="yes").layout.xaxis.title.text


def test_many_subtasks_are_thinned_and_nothing_is_said():
    assert "60 of 100 subtasks" in check_figure(draw_route(made_route(subtasks=100), BINARY))[0]
    route = made_route()
    check_figure(draw_route(route._replace(subtasks=route.subtasks.iloc[:0]), BINARY), axes=False)


def test_the_table_names_learners_in_plain_words():
    table = tabulate_route(made_route(), {"random_forest": "Forest"})
    assert table.columns.tolist() == ["subtask", "learner", "no", "yes"]
    assert "Forest" in set(table["learner"])
