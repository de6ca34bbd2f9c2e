from dataclasses import replace

import pytest

from mac_core.figures.run_comparison import draw_two_runs, say_two_runs, tabulate_two_runs
from mac_core.runs.side_by_side import Paired, compare_runs
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import made_run


@pytest.fixture(scope="module")
def found():
    run = made_run(both=False)
    return compare_runs(run, replace(run, honest_error=type(run.honest_error)(0.3, 0.2, 0.4)))


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (
            Paired(60, "log", 0.4, 0.5, 0.1, 0.05, 0.15),
            "the first run errs less: log loss (no unit, 0 is perfect) 0.400 for the first",
        ),
        (Paired(60, "log", 0.5, 0.4, -0.1, -0.15, -0.05), "the second run errs less"),
        (Paired(60, "log", 0.5, 0.4, -0.1, -0.15, -0.05), "a difference of 0.100 (0.050 to 0.150)"),
        (Paired(60, "log", 0.5, 0.49, -0.01, -0.1, 0.05), "neither run is shown to err less"),
        (Paired(60, "log", 0.5, 0.49, -0.01, -0.1, 0.05), "second minus first -0.010 (-0.100 to 0.050)"),
    ],
)
def test_which_errs_less(found, pair, words):
    assert words in say_two_runs(replace(found, paired=pair))


def test_why_it_cannot_be_said(found):
    assert say_two_runs(replace(found, paired=None, why_not="They learned from different files.")).endswith("different files.")


def test_the_picture_and_the_table(found):
    figure = draw_two_runs(found, loss="log")
    alt, _ = check_figure(figure)
    assert "first run 0.440 (0.390 to 0.500), the same for everybody 0.690; second run 0.300 (0.200 to 0.400)" in alt
    assert figure.data[0].marker.symbol != figure.data[2].marker.symbol
    assert tabulate_two_runs(found.errors).iloc[0].tolist() == [
        "honest error",
        "0.440 (0.390 to 0.500)",
        "0.300 (0.200 to 0.400)",
    ]
    check_figure(draw_two_runs(replace(found, same_loss=False), loss="log"), axes=False)


def test_the_number_above_the_first_mark_has_room(found):
    bottom, top = draw_two_runs(found, loss="log").layout.yaxis.range
    assert bottom > 1 and top <= -0.8
