from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core.evidence.phenotype_plane import describe_phenotypes, lay_flat
from mac_core.figures.phenotype_map import draw_phenotype_map, say_phenotypes
from tests.figures.figure_checks import check_figure


def patients():
    rng = np.random.default_rng(0)
    group = np.arange(60) % 2
    return pd.DataFrame(
        {"age": 40 + 30 * group + rng.normal(0, 2, 60), "sex": pd.Series(np.where(group, "f", "m"), dtype="str")}
    ), group


def test_groups_have_a_colour_and_a_shape_each():
    figure = draw_phenotype_map(lay_flat(*patients()))
    alt, _ = check_figure(figure)
    assert [trace.name for trace in figure.data] == ["group 1", "group 2"]
    assert len({trace.marker.symbol for trace in figure.data}) == len({trace.marker.color for trace in figure.data}) == 2
    assert "30 in group 1 and 30 in group 2" in alt


def test_what_sets_groups_apart_is_said():
    said = dict(say_phenotypes(describe_phenotypes(*patients())))
    assert said["Group 2"].startswith("30 patients, with") and "higher age (" in said["Group 2"]
    assert "often sex" in said["Group 1"] and "lower age" in said["Group 1"]


def test_nothing_to_draw_is_said():
    check_figure(draw_phenotype_map(lay_flat(*patients()).iloc[:0]), axes=False)
