import numpy as np
import pandas as pd

from mac_core.figures.propensity_overlap import draw_propensity_overlap
from tests.figures.figure_checks import check_figure

EDGES = np.linspace(0, 1, 21)
HISTOGRAM = pd.concat(
    [
        pd.DataFrame({"arm": "B", "given": given, "low": EDGES[:-1], "high": EDGES[1:], "patients": counts})
        for given, counts in (("A", [10] * 10 + [0] * 10), ("B", [0] * 10 + [5] * 10))
    ],
    ignore_index=True,
)


def test_each_given_arm_has_its_curve():
    figure = draw_propensity_overlap(HISTOGRAM, "B")
    alt, _ = check_figure(figure)
    assert "Mean probability of B" in alt and "A 25 per 100; B 75 per 100" in alt
    assert [trace.name for trace in figure.data] == ["got A", "got B"]
    assert sum(figure.data[0].y) == 100


def test_nothing_known():
    check_figure(draw_propensity_overlap(None, "B"), axes=False)
    check_figure(draw_propensity_overlap(HISTOGRAM, "C"), axes=False)
    check_figure(draw_propensity_overlap(HISTOGRAM.assign(patients=0), "B"), axes=False)
