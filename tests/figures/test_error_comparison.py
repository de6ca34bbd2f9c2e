import math

from mac_core.figures.error_comparison import EXPLANATIONS, compare_errors, draw_errors, say_gain
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import made_run


def rows():
    run = made_run()
    return compare_errors(run.article_error, run.honest_error, run.baseline_error, run.ranking)


def test_four_errors_in_their_order_each_explained():
    assert [row.code for row in rows()] == ["article", "honest", "single", "baseline"] == list(EXPLANATIONS)
    assert [row.error for row in rows()] == [0.40, 0.44, 0.43, 0.69]
    assert rows()[1][3:] == (0.39, 0.50) and math.isnan(rows()[0].low)


def test_the_article_error_never_stands_alone():
    figure = draw_errors(rows(), loss="log")
    alt, _ = check_figure(figure)
    assert "as in the article 0.400; Averaged model, honest 0.440 (0.390 to 0.500)" in alt
    assert len({trace.marker.symbol for trace in figure.data}) == 4
    assert figure.layout.shapes[0].x0 == 0.69


def test_a_run_without_learners_leaves_the_single_one_out():
    run = made_run()
    only = run.ranking[run.ranking["is_baseline"]]
    assert [row.code for row in compare_errors(0.4, run.honest_error, 0.7, only)] == ["article", "honest", "baseline"]


def test_nothing_to_draw_is_said():
    check_figure(draw_errors([]), axes=False)


def test_the_gain_is_said_as_a_share_of_the_constant_error():
    run = made_run()
    assert say_gain(run.honest_gain, run.baseline_error) == ("36 % smaller", "likely between 26 % smaller and 45 % smaller")
    worse = run.honest_gain._replace(value=-0.069, low=-0.1, high=-0.01)
    assert say_gain(worse, 0.69)[0] == "10 % larger"
    assert say_gain(run.honest_gain, 0.0)[0] == "not known"
