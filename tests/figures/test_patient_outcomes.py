from mac_core.figures.palette import arm_styles
from mac_core.figures.patient_outcomes import draw_patient_outcomes
from mac_core.runs.run import Target
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import made_outcomes

BINARY = Target("relapse", "Relapse", "binary", ("no", "yes"), "yes")


def test_arms_stand_in_neutral_order_with_their_own_look_whatever_order_came_in():
    outcomes = made_outcomes()
    figure, turned = draw_patient_outcomes(outcomes, BINARY), draw_patient_outcomes(outcomes.iloc[::-1], BINARY)
    assert figure.to_json() == turned.to_json()
    assert list(figure.layout.yaxis.categoryarray) == ["D", "C", "B", "A"]
    marks = {trace.y[0]: trace for trace in figure.data if trace.mode == "markers+text"}
    looks = arm_styles("ABCD")
    assert all(
        mark.marker.symbol == looks[arm].symbol and mark.marker.color == looks[arm].colour for arm, mark in marks.items()
    )


def test_risks_are_drawn_per_100_and_unsupported_arms_as_words():
    figure = draw_patient_outcomes(made_outcomes(), BINARY)
    marks = {trace.y[0]: trace for trace in figure.data if trace.mode == "markers+text"}
    assert marks["A"].x == (21.0,) and "D" not in marks
    assert marks["C"].text == ("25 (thin data)",)
    assert "no comparable patients got D" in figure.layout.annotations[0].text
    alt, _ = check_figure(figure)
    assert "A 21 (15 to 27)" in alt and "no comparable patients got D" in alt


def test_numbers_show_the_range_of_one_patient():
    outcomes = made_outcomes().assign(range_low=0.05, range_high=0.6)
    alt, reading = check_figure(draw_patient_outcomes(outcomes, Target("x", "Score", "number", unit="points")))
    assert "one patient's own outcome 0.05 to 0.6" in alt and "dotted" in reading


def test_no_supported_arm_and_no_arm():
    alone = made_outcomes().iloc[[3]]
    assert "no comparable patients got D" in check_figure(draw_patient_outcomes(alone, BINARY))[0]
    check_figure(draw_patient_outcomes(alone.iloc[:0], BINARY), axes=False)
