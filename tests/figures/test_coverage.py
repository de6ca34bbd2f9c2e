from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core.evidence.conformal import measure_ranges, measure_sets
from mac_core.figures.coverage import draw_coverage, say_coverage, tabulate_coverage
from tests.figures.figure_checks import check_figure


def ranges(n=300):
    rng = np.random.default_rng(0)
    predicted = rng.normal(size=n)
    return measure_ranges(predicted + rng.normal(size=n), predicted)


def sets():
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet((1, 1), 300)
    return measure_sets((rng.uniform(size=300) < probabilities[:, 1]).astype(int), probabilities)


def test_promised_and_measured_stand_side_by_side():
    coverage = ranges()
    figure = draw_coverage(coverage, unit="mmol/mol")
    alt, _ = check_figure(figure)
    assert list(figure.data[1].x) == [50, 80, 90, 95]
    assert list(figure.data[1].y) == list(100 * coverage["coverage"])
    assert "mmol/mol" in alt and "95 promised" in alt
    assert list(tabulate_coverage(coverage)) == ["level", "coverage", "low", "high", "radius", "worst_fifth"]


def test_sets_are_said_in_classes():
    coverage = sets()
    words = say_coverage(coverage)
    assert "classes on average" in words and "95 of 100 patients" in words
    assert list(tabulate_coverage(coverage)) == ["level", "coverage", "low", "high", "size", "single"]
    check_figure(draw_coverage(coverage))


def test_too_few_and_none():
    assert "too few patients" in say_coverage(ranges(12))
    check_figure(draw_coverage(ranges(12)))
    check_figure(draw_coverage(pd.DataFrame(columns=ranges().columns)), axes=False)
    assert say_coverage(ranges().query("level < 0.9")) == "Coverage was not measured."


def test_a_set_of_one_class_is_said_with_a_decimal():
    row = pd.DataFrame({"level": [0.95], "coverage": [0.979], "size": [1.0], "single": [1.0]})
    assert "They hold 1.0 classes on average" in say_coverage(row)
