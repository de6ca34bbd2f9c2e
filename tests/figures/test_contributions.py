import numpy as np
import pandas as pd

from mac_core.data.schema import Column, Schema
from mac_core.evidence.explanation import Explanation
from mac_core.figures.contributions import _labels, draw_contributions, name_factor, say_contributions, tabulate_contributions
from mac_core.runs.run import Target
from tests.figures.figure_checks import check_figure

RISK = Target("relapse", "relapse", "binary", ("no", "yes"), "yes")
SCORE = Target("score", "score", "number", unit="points")
SCHEMA = Schema(
    (
        Column("age", "number", "years", low=20, high=90, typical=55.0, whole=True),
        Column("smoker", "number", low=0, high=1, typical=0.0, whole=True),
        Column("sex", "category", levels=("f", "m"), typical="f"),
        *(Column(f"x{i}", "number", low=0, high=9.5, typical=4.0) for i in range(9)),
    )
)


def made(sizes: dict[str, float], values: dict[str, object] | None = None, **groups: tuple[str, ...]) -> Explanation:
    parts = pd.Series(sizes).rename_axis("factor")
    known = pd.Series({name: (values or {}).get(name, np.nan) for name in sizes}, dtype=object)
    return Explanation(0.2 + parts.sum(), 0.2, parts, known, {name: groups.get(name, (name,)) for name in sizes})


def test_in_words():
    found = made({"age": 0.04, "sex": -0.021, "smoker": 0.003}, {"age": 63.0, "sex": "m", "smoker": 1.0})
    assert say_contributions(found, RISK, SCHEMA) == [
        "age 63 years, higher than the typical 55, raises the expected relapse by 4 in 100.",
        "sex m lowers the expected relapse by 2 in 100.",
    ]
    assert name_factor(found, "smoker", SCHEMA) == "smoker 1"


def test_unknown_values_groups_and_nothing_to_say():
    found = made({"age": 3.0, "genes": -1.0}, genes=("x0", "x1"))
    assert say_contributions(found, SCORE, SCHEMA) == [
        "age unknown raises the expected score by 3 points.",
        "genes (2 columns) lowers the expected score by 1 points.",
    ]
    assert say_contributions(made({"age": 0.001}), RISK, SCHEMA)[0].startswith("No single value moves")


def test_the_waterfall_ends_at_the_prediction():
    sizes = {"age": 0.1, "sex": -0.05, **{f"x{i}": 0.01 for i in range(9)}}
    found = made(sizes)
    figure = draw_contributions(found, RISK)
    alt, reading = check_figure(figure)
    assert "from 20 for the average patient to 34 for this one" in alt
    assert "3 others together +3" in alt and "sex −5" in alt
    assert "would happen" in reading
    trace = figure.data[0]
    assert sum(trace.x[:-1]) == 100 * found.prediction or np.isclose(sum(trace.x[:-1]), 100 * found.prediction)
    assert len(trace.y) == 11


def test_long_names_take_two_lines_and_stay_apart():
    names = [f"serum concentration of N-terminal pro-B-type natriuretic peptide at visit {i}" for i in (1, 1.0)]
    names += ["serum concentration of N-terminal pro-B-type natriuretic peptide at discharge"]
    labels = list(draw_contributions(made(dict.fromkeys(names, 0.1)), RISK).data[0].y)
    assert len(set(labels)) == len(labels) == 5
    assert all(label.count("<br>") <= 2 and "…" in label for label in labels[1:-1])
    assert "visit 1" in labels[1].replace("<br>", " ")


def test_the_table_holds_all_of_them():
    table = tabulate_contributions(made({"age": 0.1, "sex": -0.05}, {"age": 61.0}), RISK)
    assert table["this patient"].tolist() == ["61", ""]
    assert table["contribution (per 100 patients)"].tolist() == [10, -5]


def test_nothing_to_draw():
    check_figure(draw_contributions(made({}), SCORE), axes=False)


def test_the_difference_between_two_arms_is_worded_by_design_and_named_on_its_axis():
    found = made({"age": -0.04, "sex": 0.021, "smoker": 0.001}, {"age": 63.0, "sex": "m", "smoker": 1.0})
    trial = say_contributions(found, RISK, SCHEMA, pair=("B", "A"), design="randomised")
    assert trial == [
        "age 63 years, higher than the typical 55, moves the difference by 4 in 100 towards less relapse with B than with A.",
        "sex m moves the difference by 2 in 100 towards more relapse with B than with A.",
    ]
    routine = say_contributions(found, RISK, SCHEMA, pair=("B", "A"))
    assert routine[1] == (
        "sex m moves the difference by 2 in 100 towards more relapse among those who got B than among those who got A."
    )
    number = say_contributions(made({"age": -3.0}, {"age": 63.0}), SCORE, SCHEMA, pair=("B", "A"), design="randomised")
    assert "by 3 points towards lower score with B" in number[0]
    none = say_contributions(made({"age": 0.001}), RISK, SCHEMA, pair=("B", "A"))
    assert none == [
        "No single value moves the difference between B and A by 1 in 100 or more: it is that of the average patient."
    ]
    figure = draw_contributions(found, RISK, pair=("B", "A"))
    alt, _ = check_figure(figure)
    assert alt.startswith(
        "Difference in expected relapse, B minus A (per 100 patients), from 20 for the average patient to 18.2 "
    )
    assert "B minus A" in figure.layout.xaxis.title.text.replace("<br>", " ")


def test_long_names_that_differ_in_the_middle_are_told_apart():
    names = [f"Laboratory measurement number {i} at the baseline visit before treatment (adjusted)" for i in (7, 12, 42)]
    assert _labels(["age", *names]) == ["age", "Laboratory… 7…", "Laboratory… 12…", "Laboratory… 42…"]
    others = _labels(["Any name that is longer than there is room for", "Something else of which no part is shared with it"])
    assert len(set(others)) == 2 and all(label.count("<br>") <= 1 for label in others)
