"""Two units in one column are seen at a glance: two hills, a line between them, both named."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core.figures.unit_mix import draw_unit_mix
from tests.figures.figure_checks import check_figure


def test_kilograms_and_pounds_stand_apart():
    rng = np.random.default_rng(0)
    kilograms = rng.normal(75, 8, 80)
    values = pd.Series([*kilograms[:60], *(2.2046 * kilograms[60:]), np.nan])
    figure = draw_unit_mix("weight", values)
    alt, reading = check_figure(figure)
    assert "60 patients around" in alt and "20 patients around" in alt and "dashed line" in reading
    low, high = figure.data
    assert (low.name, high.name) == ("perhaps kg", "perhaps lb")
    assert sum(low.y) == 60 and sum(high.y) == 20
    assert max(low.x) < figure.layout.shapes[0].x0 < min(high.x)
    assert low.marker.pattern.shape != high.marker.pattern.shape
    assert figure.layout.yaxis.title.text and figure.layout.xaxis.type is None


def test_units_that_are_far_apart_have_an_axis_of_ratios():
    rng = np.random.default_rng(0)
    percent = rng.normal(7.0, 0.6, 60)
    figure = draw_unit_mix("HbA1c", pd.Series([*percent[:40], *(10.93 * percent[40:] - 23.5)]))
    low, high = figure.data
    assert sum(low.y) + sum(high.y) == 60
    creatinine = rng.normal(1.0, 0.1, 60)
    figure = draw_unit_mix("creatinine", pd.Series([*creatinine[:40], *(88.4 * creatinine[40:])]))
    check_figure(figure)
    assert figure.layout.xaxis.type == "log" and len(figure.data[0].x) > 2


def test_one_group_is_said():
    check_figure(draw_unit_mix("weight", pd.Series(np.random.default_rng(0).normal(75, 8, 80))), axes=False)
