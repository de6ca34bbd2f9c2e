import numpy as np
import pandas as pd
import pytest

from mac_core.evidence.subgroups import group_patients, summarise_groups
from mac_core.figures.subgroup_advice import draw_subgroup_advice, say_hidden, tabulate_advice
from mac_core.runs.run import Target
from tests.figures.figure_checks import check_figure

BINARY = Target("relapse", "Relapse", "binary", ("no", "yes"), "yes")
GROUPS = group_patients(pd.Series(["f"] * 50 + ["m"] * 30 + ["x"] * 4))


@pytest.fixture
def table():
    named = np.arange(84) % 2 == 0
    gain = np.where(named, 0.04, np.nan) + np.linspace(0, 0.02, 84)
    return summarise_groups(GROUPS, shares={"named": named, "cannot_tell": ~named}, means={"gain": gain})


def test_shares_above_and_gains_below(table):
    figure = draw_subgroup_advice(table, BINARY, "sex")
    alt, _ = check_figure(figure)
    assert "f, 50 patients, a treatment is named for 50 (36.6 to 63.4) of 100" in alt
    assert "x," not in alt
    shares, abstained, gains = figure.data
    assert list(shares.y) == ["everybody", "f", "m"] == list(gains.y)
    np.testing.assert_allclose(shares.x, 100 * table["named"].dropna())
    np.testing.assert_allclose(abstained.error_x.array, 100 * (table["cannot_tell_high"] - table["cannot_tell"]).dropna())
    np.testing.assert_allclose(gains.x, 100 * table["gain"].dropna())
    assert shares.marker.symbol != abstained.marker.symbol != gains.marker.symbol
    assert "per 100" in figure.layout.xaxis2.title.text.replace("<br>", " ")


def test_the_table_says_the_same_and_hides_the_small(table):
    shown = tabulate_advice(table, BINARY).set_index("group")
    assert shown.loc["f"].tolist()[:2] == ["50", "50 (36.6 to 63.4)"]
    assert shown.loc["x"].tolist() == ["fewer than 10", "too few", "too few", "too few"]
    assert "x" in say_hidden(table) and say_hidden(table.drop("x")) == ""


def test_without_treatments_what_is_expected():
    table = summarise_groups(GROUPS, means={"expected": np.linspace(40, 60, 84)})
    target = Target("score", "Score", "number", unit="points")
    figure = draw_subgroup_advice(table, target, "sex")
    alt, _ = check_figure(figure)
    assert "expected 45.9" in alt and "points" in figure.layout.xaxis.title.text
    assert tabulate_advice(table, target).columns.tolist() == ["group", "patients", "expected Score (points)"]


def test_nothing_to_draw(table):
    check_figure(draw_subgroup_advice(table[table["hidden"]], BINARY, "sex"), axes=False)
    several = summarise_groups(GROUPS)
    check_figure(draw_subgroup_advice(several, Target("x", "x", "classes", ("a", "b", "c")), "sex"), axes=False)


def test_what_is_the_same_for_everybody_is_not_drawn_apart(table):
    same = table.assign(gain=28.813360141984301, gain_low=28.8133601419843, gain_high=28.813360141984303)
    figure = draw_subgroup_advice(same, BINARY, "sex")
    assert figure.layout.xaxis2.rangemode == "tozero"
