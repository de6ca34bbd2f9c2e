"""Sentence, table, icons and chart say the same; in routine care nothing is worded as a cause."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from mac_core.data.cohort import Target
from mac_core.data.roles import Roles
from mac_core.figures.expectation import ALONE, Expectation, Option, expect_alone
from mac_core.figures.expectation_words import (
    amount_words,
    difference_words,
    say_alone,
    say_harm,
    say_individual,
    say_option,
    say_verdict,
    tabulate_alone,
    tabulate_options,
    tabulate_pairs,
)
from mac_core.figures.icon_array import count_icons, draw_icons
from mac_core.figures.patient_outcomes import draw_patient_outcomes
from mac_core.figures.wording import NO_UNIT
from tests.figures.made_run import made_expectation

NAN = float("nan")
CAUSAL = re.compile(r"\b(effects?|causes?|will benefit|prevents?|because of)\b", re.IGNORECASE)


def two(first: float, second: float) -> Expectation:
    """Two arms with these risks; the reference is A."""
    options = [
        Option(arm, "supported", 100 * risk, 100 * risk, 100 * risk, NAN, NAN) for arm, risk in (("A", first), ("B", second))
    ]
    gap = 100 * (second - first)
    pairs = {("B", "A"): (gap, gap, gap), ("A", "B"): (-gap, -gap, -gap)}
    return Expectation("relapse", "per 100 patients", None, True, "A", "randomised", tuple(options), pairs)


def said_number(text: str) -> int:
    """The number of "about ..." in a sentence, as its icons count it."""
    found = re.search(r"(?:about|is) (\d+|fewer than 1|more than 99)", text)[1]
    return {"fewer than 1": 0, "more than 99": 100}.get(found) if not found.isdigit() else int(found)


def test_ten_thousand_risks_say_the_same_everywhere():
    random = np.random.default_rng(1)
    for first, second in np.vstack([random.beta(0.6, 0.6, (9_990, 2)), np.linspace(0, 1, 20).reshape(10, 2)]):
        found = two(float(first), float(second))
        icons = count_icons(found.count("B"), found.count("A"))
        assert icons.event + icons.more + icons.fewer + icons.none == 100
        assert min(icons.event, icons.more, icons.fewer, icons.none) >= 0
        assert abs(icons.event + icons.more - 100 * second) < 1
        assert abs(icons.more - icons.fewer - 100 * (second - first)) < 1 + 1e-9
        sentence = say_option(found, "B")
        assert said_number(sentence) == icons.event + icons.more == found.amount("B")
        shown = found.difference("B")[0]
        assert shown == icons.more - icons.fewer
        words = f"{abs(shown):.0f} {'more' if shown > 0 else 'fewer'} than" if shown else "the same as"
        assert words in sentence


def test_sentence_table_icons_and_chart_agree():
    random = np.random.default_rng(2)
    for first, second in random.beta(0.6, 0.6, (40, 2)):
        found = two(float(first), float(second))
        table = tabulate_options(found)
        chart = draw_patient_outcomes(found)
        alt = chart.layout.meta["alt"]
        for option in found.options:
            words = amount_words(found, option.expected)
            assert f" {words} " in say_option(found, option.arm)
            assert table.at[option.arm, "expected (of 100)"] == words
            assert f"{option.arm} {words} (" in alt
            bar = next(trace for trace in chart.data if trace.type == "bar" and trace.y[0] == option.arm)
            assert bar.x[0] == found.count(option.arm)
            icons = draw_icons(found, option.arm)
            filled = [t for t in icons.data if t.marker.color == t.marker.line.color]
            assert sum(len(trace.x) for trace in filled) == found.count(option.arm)
            assert sum(len(trace.x) for trace in icons.data) == 100
        assert table.at["B", "difference from A"] == f"{found.difference('B')[0]:+.0f}"


def test_without_treatments_ten_thousand_risks_say_the_same_everywhere():
    random = np.random.default_rng(3)
    target = Target("x", "relapse", "binary", ("no", "yes"), "yes")
    for i, risk in enumerate([*random.beta(0.6, 0.6, 9_990), *np.linspace(0, 1, 10)]):
        found = expect_alone(float(risk), target, Roles(), usual=0.3)
        count = found.count(ALONE)
        icons = count_icons(count, count)
        assert (icons.event, icons.more, icons.fewer, icons.none) == (count, 0, 0, 100 - count)
        assert abs(count - 100 * risk) < 1
        assert said_number(say_alone(found).replace("one, fewer", "about fewer").replace("one, more", "about more")) == count
        if i % 1000 == 0:
            words = amount_words(found, 100 * float(risk))
            assert tabulate_alone(found).iloc[0, 0] == words
            chart, people = draw_patient_outcomes(found), draw_icons(found, ALONE)
            assert f"in patients like this one: {words}; observed in the whole table 30." in chart.layout.meta["alt"]
            assert next(trace for trace in chart.data if trace.type == "bar").x[0] == count
            assert people.layout.meta["alt"].startswith("Of 100 patients like this one: ")
            assert sum(len(t.x) for t in people.data if t.marker.color == t.marker.line.color) == count


def test_without_treatments_a_number_has_its_range_and_the_tables_mean():
    target = Target("x", "pressure", "number", unit="mmHg")
    found = expect_alone(131.4, target, Roles(), limits=(110.2, 152.6), usual=128.0)
    assert say_alone(found) == (
        "Expected pressure: 131 mmHg; this patient's own value is likely (95 in 100) to lie between 110 and 153 mmHg. In the "
        "whole table it was 128 on average."
    )
    assert tabulate_alone(found)["pressure (mmHg)"].tolist() == ["131", "110 to 153", "128"]
    assert say_alone(expect_alone(131.4, target, Roles()), decimals=True) == "Expected pressure: 131.4 mmHg."
    alt = draw_patient_outcomes(found).layout.meta["alt"]
    assert "131, one patient's own outcome 110 to 153; observed in the whole table 128" in alt


def test_the_baseline_comes_first_and_an_unsupported_arm_has_words_only():
    found = made_expectation()
    assert say_option(found, "B") == (
        "Of 100 patients like this one, about 30 are expected to have Relapse with B (interval 22 to 38)."
    )
    assert say_option(found, "A") == ("With A it is about 21 (interval 15 to 27): 9 fewer than with B (15 fewer to 3 fewer).")
    assert say_option(found, "C").endswith("Few comparable patients got C; read this with care.")
    assert say_option(found, "D") == "No number for D: no comparable patients got D."
    assert tabulate_options(found).at["D", "expected (of 100)"] == "no number"


def test_without_the_reference_no_difference_is_said():
    found = made_expectation(reference="D")
    assert say_option(found, "A") == "With A it is about 21 (interval 15 to 27)."
    assert tabulate_options(found).at["A", "difference from D"] == ""


def test_numbers_have_their_unit():
    found = made_expectation(kind="number")
    assert "9.0 points lower than with B" in say_option(found, "A")
    assert "Score is expected to be about 30.0 points" in say_option(found, "B")


def test_a_number_without_a_unit_stands_alone():
    found = replace(made_expectation(kind="number"), unit=NO_UNIT)
    said = say_option(found, "A") + difference_words(found, 3.0)
    assert "unit" not in said and said.endswith("3.0 higher")
    assert NO_UNIT in tabulate_options(found).columns[0]


def test_small_chances_are_not_none_and_large_ones_not_certain():
    found = two(0.003, 0.998)
    assert "about fewer than 1" not in say_option(found, "A")
    assert "fewer than 1 are expected" in say_option(found, "A")
    assert "it is more than 99" in say_option(found, "B")
    assert tabulate_options(found, decimals=True)["expected (of 100)"].tolist() == ["0.3", "99.8"]


def test_routine_care_names_no_cause():
    harms = pd.DataFrame({"event": "yes", "n": 50, "value": 0.02, "low": 0.0, "high": 0.1}, index=list("ABCD"))
    found = made_expectation(design="routine", harms=harms)
    everything = [say_option(found, arm) for arm in "ABCD"] + [say_harm("A", found["A"].harm)]
    everything += [draw_patient_outcomes(found).layout.meta[name] for name in ("alt", "reading")]
    everything += [draw_icons(found, arm).layout.meta["alt"] for arm in "ABCD"] + [*tabulate_options(found).columns]
    assert not CAUSAL.search("\n".join(everything))
    assert "who got A" in everything[0]


def test_harm_and_pairs_and_verdicts():
    harms = pd.DataFrame({"event": "1", "n": 295, "value": 0.0203, "low": 0.009, "high": 0.043}, index=list("ABCD"))
    found = made_expectation(harms=harms)
    assert say_harm("A", found["A"].harm) == ("harm: 2.0 of 100 patients under A (interval 0.9 to 4.3; 295 patients got it).")
    assert tabulate_options(found)["harm"].tolist() == ["2.0", "2.0", "2.0", ""]
    assert found["D"].harm is None
    pairs = tabulate_pairs(found).set_index(["treatment", "against"])
    assert pairs.loc[("A", "B"), "difference"] == -pairs.loc[("B", "A"), "difference"] == -9
    verdict = {"verdict": "arm", "arm": "A", "reason": "It was better.", "same_arm_first": 0.976}
    assert say_verdict(verdict) == (
        "A, as far as this table can tell. It was better. It came first in 98 of 100 resamples of the patients. (There the "
        "averages are taken anew; no model is trained again.)"
    )
    assert "straight-line part of the differences is trained again" in say_verdict({**verdict, "individual": True})
    assert "resamples" not in say_verdict({**verdict, "verdict": "cannot_tell"})
    assert say_verdict({**verdict, "verdict": "cannot_tell", "arm": NAN}).startswith("The data cannot tell")


def test_whether_the_verdict_is_this_patients_own_is_said():
    for_all = say_individual({"individual": False}, "No sign beyond chance.")
    assert for_all.startswith("No treatment is advised for this one patient.") and for_all.endswith("No sign beyond chance.")
    own = say_individual({"individual": True}, "")
    assert own.startswith("This verdict depends on this patient's values") and "No treatment" not in own
