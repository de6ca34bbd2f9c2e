from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core.evidence.decision_curve import decision_curve
from mac_core.figures.decision_curve import draw_decision_curve, say_decision
from tests.figures.figure_checks import check_figure


def made(informative=True):
    rng = np.random.default_rng(0)
    risk = rng.beta(1, 3, 600)
    happened = rng.uniform(size=600) < (risk if informative else 0.25)
    return decision_curve(happened, risk)


def test_the_three_ways_to_act_are_drawn():
    table = made()
    figure = draw_decision_curve(table, "relapse", span=(0.05, 0.5), threshold=0.2)
    alt, reading = check_figure(figure)
    names = [trace.name for trace in figure.data]
    assert names == ["its 95 % band", "act by the model", "act on everybody", "act on nobody"]
    assert min(figure.data[1].x) == 5 and max(figure.data[1].x) == 50
    assert "shown to be better than both" in reading and "thresholds from 5 to 50" in alt
    assert len(figure.layout.shapes) == 1


def test_dashes_tell_the_lines_apart_without_colour():
    lines = [trace.line.dash for trace in draw_decision_curve(made()).data[1:]]
    assert len(set(lines)) == 3


def test_a_useless_model_is_said_to_be_so():
    table = made(informative=False)
    assert "At no threshold is the model shown" in draw_decision_curve(table).layout.meta["reading"] or (
        table["gain_low"].gt(0).mean() < 0.1
    )
    assert "does worse" in say_decision(table, 0.25, "relapse") or "is not shown to do better" in say_decision(table, 0.25)
    assert "does better" in say_decision(made(), 0.2, "relapse")


def test_a_gain_of_a_model_that_has_not_learned_is_said_with_care():
    table = made()
    assert "chance" not in say_decision(table, 0.2, "relapse")
    assert say_decision(table, 0.2, "relapse", learned=False).endswith("a gain at one threshold may well be chance.")
    worse = table.assign(gain_low=-0.2, gain_high=-0.1)
    assert "chance" not in say_decision(worse, 0.2, "relapse", learned=False)
    assert "of many, a few stand out by chance" in draw_decision_curve(table).layout.meta["reading"]


def test_nothing_to_draw_is_said():
    check_figure(draw_decision_curve(pd.DataFrame(columns=made().columns)), axes=False)
