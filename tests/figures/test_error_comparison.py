import math

from mac_core.figures.error_comparison import compare_errors, draw_errors, explain_error, say_errors, say_gain, say_means
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import made_run


def rows():
    run = made_run()
    return compare_errors(run.article_error, run.honest_error, run.baseline_error, run.ranking)


def test_four_errors_in_their_order_each_explained():
    assert [row.code for row in rows()] == ["article", "honest", "single", "baseline"]
    assert len({explain_error(row.code) for row in rows()}) == 4
    assert [row.error for row in rows()] == [0.40, 0.44, 0.43, 0.69]
    assert rows()[1][3:] == (0.39, 0.50) and math.isnan(rows()[0].low)


def test_the_article_error_never_stands_alone():
    figure = draw_errors(rows(), loss="log")
    alt, _ = check_figure(figure)
    assert "as in the article 0.400; Averaged model, honest 0.440 (0.390 to 0.500)" in alt
    assert len({trace.marker.symbol for trace in figure.data}) == 4
    assert figure.layout.shapes[0].x0 == 0.69
    assert [trace.textposition for trace in figure.data] == ["top center"] * 3 + ["middle left"], "beside the dashed line"


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


def test_a_learner_tested_within_its_subtask_is_not_compared_with_the_averaged_model():
    for draw, kind in (("cluster", "a group of similar patients"), ("block", "a few consecutive rows")):
        for said in (explain_error("single", draw), say_means(draw)):
            assert kind in said and "cannot be compared" in said
        assert explain_error("honest", draw) == explain_error("honest")
    for draw in ("kfold", "random", "bootstrap", "site"):
        assert "optimistic" in explain_error("single", draw) and "may differ a little" in say_means(draw)


def test_the_number_above_the_first_mark_has_room():
    figure = draw_errors(rows(), loss="log")
    assert figure.layout.yaxis.range[1] <= -0.7 and figure.layout.yaxis.range[0] == 3.5


def test_a_single_learner_far_off_costs_the_others_no_digit():
    far = [row._replace(error=5.49) if row.code == "single" else row for row in rows()]
    assert say_errors(far) == ["0.400", "0.440", "5.490", "0.690"]
    assert [trace.text[0] for trace in draw_errors(far).data] == say_errors(far)
