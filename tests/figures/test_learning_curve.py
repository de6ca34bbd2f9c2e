from dataclasses import replace

import numpy as np
import pytest

from mac_core.evidence.learning_curve import CurvePoint, LearningCurve
from mac_core.figures.learning_curve import draw_learning_curve, say_learning_curve
from mac_core.runs.run import Target
from tests.figures.figure_checks import check_figure

RISK = Target("relapse", "Relapse", "binary", ("no", "yes"), "yes")


def curve(*worse: tuple[float, float]) -> LearningCurve:
    """Errors of 100, 200, ... patients that are so much above .4, plus or minus so much."""
    points = [
        CurvePoint(100 * (i + 1), 0.4 + far, 0.4 + far - half, 0.4 + far + half, far, far - half, far + half, 300)
        for i, (far, half) in enumerate(worse)
    ]
    last = CurvePoint(100 * (len(worse) + 1), 0.4, 0.35, 0.45, 0.0, 0.0, 0.0, 500)
    return LearningCurve((*points, last), "log", 0.69, ("logistic_regression",))


FALLING = curve((0.2, 0.05), (0.1, 0.03), (0.05, 0.02), (0.02, 0.03))
LEVEL = curve((0.2, 0.05), (0.1, 0.03), (0.01, 0.02), (0.0, 0.01))
NEVER = curve((0.02, 0.05), (0.0, 0.03), (0.01, 0.02), (0.0, 0.01))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (FALLING, "Probably yes: after learning from 300 instead of 500 patients the error was 12 % larger (8 % to 18 %)"),
        (LEVEL, "Probably not much: the error fell from 100 to 300 patients, but from there to 500 no further fall is shown"),
        (
            NEVER,
            "Not shown: between 100 and 500 patients the error did not fall beyond chance; either these columns say little",
        ),
        (curve(), "too few patients to tell"),
        (replace(FALLING, points=()), "too few patients to tell"),
    ],
)
def test_the_answer(found, words):
    assert words in say_learning_curve(found, RISK)


def test_the_picture():
    figure = draw_learning_curve(FALLING)
    alt, reading = check_figure(figure)
    assert "100 patients 0.600; 200 patients 0.500" in alt and "without a model 0.690" in alt
    line, parts, everybody = figure.data
    np.testing.assert_allclose(parts.y, [0.6, 0.5, 0.45, 0.42])
    np.testing.assert_allclose(parts.error_y.array, [0.05, 0.03, 0.02, 0.03])
    assert (list(everybody.x), everybody.marker.symbol) == ([500], "square") and parts.marker.symbol != "square"
    assert "falls" in reading
    check_figure(draw_learning_curve(curve()), axes=False)
