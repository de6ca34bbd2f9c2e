from mac_core.figures.arms import draw_arms
from mac_core.figures.palette import arm_styles
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import made_run


def test_counts_outcomes_and_looks_per_arm():
    run = made_run()
    figure = draw_arms(run.arms.iloc[::-1], run.target)
    assert list(figure.data[0].x) == [30, 36, 27] and list(figure.data[0].y)[0] == "A<br>(n = 20)"
    assert list(figure.data[0].marker.color) == [look.colour for look in arm_styles("ABC").values()]
    assert len(set(figure.data[0].marker.pattern.shape)) == 3
    assert "C 27 in 18 patients (2 without outcome)" in check_figure(figure)[0]


def test_nothing_to_draw_is_said():
    check_figure(draw_arms(None, made_run().target), axes=False)
