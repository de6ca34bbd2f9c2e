from dataclasses import replace

from mac_core.figures.palette import arm_styles
from mac_core.figures.patient_outcomes import draw_patient_outcomes
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import made_expectation


def test_arms_stand_in_neutral_order_with_their_own_look_whatever_order_came_in():
    figure, turned = (draw_patient_outcomes(made_expectation(turned=turned)) for turned in (False, True))
    assert figure.to_json() == turned.to_json()
    assert list(figure.layout.yaxis.categoryarray) == ["D", "C", "B", "A"]
    marks = {trace.y[0]: trace for trace in figure.data if trace.type == "scatter" and trace.mode == "markers+text"}
    looks = arm_styles("ABCD")
    assert all(
        mark.marker.symbol == looks[arm].symbol and mark.marker.color == looks[arm].colour for arm, mark in marks.items()
    )


def test_risks_are_bars_per_100_from_zero_and_unsupported_arms_words():
    figure = draw_patient_outcomes(made_expectation())
    bars = {trace.y[0]: trace for trace in figure.data if trace.type == "bar"}
    marks = {trace.y[0]: trace for trace in figure.data if trace.type == "scatter" and trace.mode == "markers+text"}
    assert bars["A"].x == marks["A"].x == (21.0,) and "D" not in marks
    assert figure.layout.xaxis.range[0] == 0
    assert marks["C"].text == ("25 (thin data)",)
    assert "no comparable patients got D" in figure.layout.annotations[0].text
    alt, _ = check_figure(figure)
    assert "A 21 (15 to 27)" in alt and "no comparable patients got D" in alt


def test_numbers_are_marks_and_show_the_range_of_one_patient():
    figure = draw_patient_outcomes(made_expectation(kind="number", ranges=(5, 60)))
    assert not [trace for trace in figure.data if trace.type == "bar"]
    alt, reading = check_figure(figure)
    assert "one patient's own outcome 5.0 to 60.0" in alt and "dotted" in reading


def test_decimals_on_demand():
    assert "A 21.0 (15.0 to 27.0)" in draw_patient_outcomes(made_expectation(), decimals=True).layout.meta["alt"]


def test_no_supported_arm_and_no_arm():
    found = made_expectation()
    alone = replace(found, options=found.options[3:])
    assert "no comparable patients got D" in check_figure(draw_patient_outcomes(alone))[0]
    check_figure(draw_patient_outcomes(replace(found, options=())), axes=False)
