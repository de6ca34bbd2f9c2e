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


@pytest.mark.parametrize(("kind", "column", "least"), [("yes", "yes", 1.0), ("number", "value", 0.5)])
def test_subtasks_that_agree_to_the_last_digits_stand_on_an_axis_with_ticks(kind, column, least):
    route = made_route(kind) if kind == "number" else made_route()
    value = 50.0 if kind == "number" else 0.228
    same = route.subtasks.assign(**{column: value + 1e-16 * (route.subtasks.index.to_numpy() % 2)})
    aggregate = value if kind == "number" else route.aggregate * 0 + value
    target = Target("hba1c", "HbA1c", "number") if kind == "number" else BINARY
    low, high = draw_route(route._replace(subtasks=same, aggregate=aggregate), target).layout.xaxis.range
    assert (low, high) == pytest.approx((50.0 - least, 50.0 + least) if kind == "number" else (22.8 - least, 22.8 + least))
    assert draw_route(route, target).layout.xaxis.range is None


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
