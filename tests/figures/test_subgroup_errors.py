import numpy as np
import pandas as pd
import pytest

from mac_core.evidence.subgroup_errors import errors_by_group
from mac_core.evidence.subgroups import group_patients
from mac_core.figures.subgroup_errors import draw_group_calibration, draw_group_errors, say_groups, tabulate_groups
from mac_core.runs.run import Target
from tests.figures.figure_checks import check_figure

RISK = Target("relapse", "Relapse", "binary", ("no", "yes"), "yes")


def made(worse: float = 0.0) -> pd.DataFrame:
    """Calibrated risks; in group c they are too low by `worse`; e has nine patients, d thirty."""
    random = np.random.default_rng(0)
    group = pd.Series(["a"] * 200 + ["b"] * 200 + ["c"] * 200 + ["d"] * 30 + ["e"] * 9)
    risk = random.uniform(0.1, 0.6, len(group))
    happened = random.random(len(group)) < risk + worse * (group == "c")
    out = pd.DataFrame({"no": 1 - risk, "yes": risk})
    return errors_by_group(RISK, pd.Series(np.where(happened, "yes", "no")), out, group_patients(group), "brier")


def test_the_errors_are_drawn_with_their_intervals():
    table = made()
    figure = draw_group_errors(table, "ward", loss="brier", target=RISK)
    alt, _ = check_figure(figure)
    assert "everybody, 639 patients" in alt and "d, 30 patients" in alt and "e," not in alt
    everybody, groups = figure.data
    assert everybody.marker.symbol != groups.marker.symbol
    np.testing.assert_allclose(groups.x, table.loc[["a", "b", "c", "d"], "error"])
    np.testing.assert_allclose(
        groups.error_x.array, (table["error_high"] - table["error"]).loc[["a", "b", "c", "d"]], atol=1e-12
    )
    assert groups.y[-1] == "d<br>(n = 30, few)"
    # Everybody stands at the top, with room above for the number.
    bottom, top = figure.layout.yaxis.range
    assert everybody.y[0].startswith("everybody") and bottom > len(groups.y) and top <= -0.8


def test_calibration_is_drawn_per_100():
    table = made(worse=0.3)
    figure = draw_group_calibration(table, "ward", target=RISK, unit=None)
    alt, _ = check_figure(figure)
    observed, predicted = figure.data
    np.testing.assert_allclose(observed.x, 100 * table["observed"].dropna())
    np.testing.assert_allclose(predicted.x, 100 * table["predicted"].dropna())
    assert "c: predicted" in alt and observed.marker.symbol != predicted.marker.symbol


def test_what_is_said():
    calm = " ".join(say_groups(made(), RISK, "ward"))
    assert "By ward no group's error differs from the others' beyond chance" in calm
    assert "Predicted risks are not shown to be too high or too low on average, beyond chance, for any group." in calm
    assert "hidden: e." in calm and "read with care: d." in calm
    loud = " ".join(say_groups(made(worse=0.3), RISK, "ward"))
    assert "errs more than for the others, beyond chance, for: c (200 patients)" in loud
    assert "Predicted risks are too low, beyond chance, for: c (200 patients)." in loud


def test_a_group_that_stands_out_in_the_picture_alone_is_named():
    table = made()
    table.loc["b", ["gap_low", "gap_high", "gap_p"]] = [0.01, 0.12, 0.08]
    said = say_groups(table, RISK, "ward")
    assert "Looked at alone, b would be off the mark (the lower picture); among 4 groups that may be chance." in said
    assert not any("Looked at alone" in sentence for sentence in say_groups(made(worse=0.3), RISK, "ward"))


def test_the_table_hides_and_marks():
    shown = tabulate_groups(made(), RISK, "brier").set_index("group")
    assert shown.loc["e"].tolist() == ["fewer than 10", "hidden", "hidden", "hidden", "hidden"]
    assert shown.at["d", "patients"] == "30 (few)"
    assert " to " in shown.at["a", "observed (per 100 patients)"]


@pytest.mark.parametrize(
    "target", [Target("x", "Score", "number", unit="points"), Target("x", "Grade", "classes", ("p", "q", "r"))]
)
def test_other_targets(target):
    random = np.random.default_rng(1)
    groups = group_patients(pd.Series(["a", "b"] * 40))
    if target.kind == "number":
        observed = pd.Series(random.normal(50, 5, 80))
        out = pd.DataFrame({"prediction": observed + random.normal(0, 1, 80)})
    else:
        raw = random.dirichlet(np.ones(3), 80)
        observed, out = pd.Series(random.choice(["p", "q", "r"], 80)), pd.DataFrame(raw, columns=["p", "q", "r"])
    table = errors_by_group(target, observed, out, groups, "absolute" if target.kind == "number" else "log")
    check_figure(draw_group_errors(table, "ward", loss="log", target=target))
    check_figure(draw_group_calibration(table, "ward", target=target))
    assert len(say_groups(table, target, "ward")) >= 2 and len(tabulate_groups(table, target, "log")) == 3


def test_nothing_to_draw():
    table = made()
    table.loc[:, "hidden"] = True
    check_figure(draw_group_errors(table, "ward", loss="brier", target=RISK), axes=False)
    check_figure(draw_group_calibration(table, "ward", target=RISK), axes=False)
    assert "no two groups" in say_groups(table, RISK, "ward")[0]
