"""Small arms left out or joined, and names that differ in case alone, as they are answered on Data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mac_core.data.arm_choices import LEAVE_OUT, alike_arms, ask_about_arms, joining, settle_arms
from mac_core.data.cohort import make_cohort
from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.errors import InputError

BOTH = Roles(treatment="drug", outcome="died", event="1", reference="A")


def table_of(counts, answers=None, blank=()):
    rows, n = ["age,drug,died"], 0
    for arm, count in counts.items():
        for _ in range(count):
            died = "" if arm in blank else int(n % 7 % 2)
            rows.append(f"{30 + n * 7 % 41},{arm},{died}")
            n += 1
    return replace(read_table("\n".join(rows).encode()), answers=answers or {})


def arms_of(table, roles=BOTH):
    return make_cohort(table, roles).treatment.value_counts().to_dict()


def test_a_small_arm_is_refused_and_asked_about():
    table = table_of({"A": 30, "B": 40, "wax": 9})
    with pytest.raises(InputError) as caught:
        make_cohort(table, BOTH)
    assert caught.value.code == "tiny_arm"
    (question,) = ask_about_arms(table, BOTH)
    assert (question.arm, question.patients, question.key) == ("wax", 9, "arm:drug:wax")
    assert question.choices == (LEAVE_OUT, "join with B", "join with A")


def test_left_out():
    table = table_of({"A": 30, "B": 40, "wax": 9}, {"arm:drug:wax": LEAVE_OUT})
    assert arms_of(table) == {"A": 30, "B": 40}
    flow = make_cohort(table, BOTH).flow
    assert flow == (("rows in the file", 79), ("excluded: treatment left out, as answered", 9), ("rows used", 70))
    assert ask_about_arms(table, BOTH) == ()
    assert settle_arms(table, replace(BOTH, reference="wax")).roles.reference is None


def test_joined_under_a_name_that_says_so():
    table = table_of({"A": 30, "B": 40, "wax": 9}, {"arm:drug:wax": joining("A")})
    assert arms_of(table) == {"B": 40, "A or wax": 39}
    assert settle_arms(table, BOTH).roles.reference == "A or wax"
    assert ask_about_arms(table, BOTH) == ()


def test_what_is_joined_can_be_too_small_and_asked_about_again():
    counts = {"A": 30, "B": 40, "gum": 3, "wax": 4}
    joined = {"arm:drug:gum": joining("wax")}
    (question,) = ask_about_arms(table_of(counts, joined), BOTH)
    assert (question.arm, question.patients) == ("gum or wax", 7)
    again = {**joined, question.key: joining("B")}
    assert arms_of(table_of(counts, again)) == {"A": 30, "B or gum or wax": 47}


def test_an_arm_without_any_outcome_can_be_left_out():
    table = table_of({"A": 30, "B": 40, "wax": 30}, blank=("wax",))
    with pytest.raises(InputError) as caught:
        make_cohort(table, BOTH)
    assert caught.value.code == "arm_without_outcome"
    (question,) = ask_about_arms(table, BOTH)
    assert question.patients == 0
    assert arms_of(replace(table, answers={question.key: LEAVE_OUT})) == {"A": 30, "B": 40}


def test_seven_arms_are_refused_and_six_are_not():
    counts = {f"drug {name}": 20 + place for place, name in enumerate("abcdefg")}
    table, roles = table_of(counts), replace(BOTH, reference=None)
    with pytest.raises(InputError) as caught:
        make_cohort(table, roles)
    assert caught.value.code == "too_many_arms" and "leave out those" in caught.value.fix
    (question,) = ask_about_arms(table, roles)
    assert question.arm == "drug a"
    assert len(arms_of(replace(table, answers={question.key: LEAVE_OUT}), roles)) == 6
    assert len(arms_of(replace(table, answers={question.key: joining("drug g")}), roles)) == 6


def test_names_that_differ_in_case_are_asked_about():
    table = table_of({"A": 30, "a": 20, "B": 40})
    (found,) = [found for found in make_cohort(table, BOTH).notices if found.code == "alike_arms"]
    assert found.severity == "question" and "A and a" in found.message
    assert arms_of(table) == {"A": 30, "a": 20, "B": 40}
    assert arms_of(replace(table, answers={"alike_arms:drug": "join"})) == {"A": 50, "B": 40}
    apart = replace(table, answers={"alike_arms:drug": "apart"})
    assert arms_of(apart) == {"A": 30, "a": 20, "B": 40} and alike_arms(apart, BOTH) == []


def test_letters_of_another_alphabet_that_look_the_same_are_asked_about():
    table = table_of({"A": 30, "\u0410": 20, "B": 40})  # a Latin and a Cyrillic A
    (found,) = alike_arms(table, BOTH)
    assert found.message.startswith("The treatments A and \u0410 in drug differ in")
    assert arms_of(replace(table, answers={"alike_arms:drug": "join"})) == {"A": 50, "B": 40}
    assert alike_arms(table_of({"\u0416": 30, "\u0424": 20}), BOTH) == []


@pytest.mark.parametrize("spelling", ["stent", " Stent", "STENT ", "Stent  "])
def test_case_and_spaces_are_repaired_when_the_table_is_read(spelling):
    table = table_of({"Stent": 30, spelling: 20, "Wax": 40})
    assert arms_of(table, replace(BOTH, reference=None)) == {"Stent": 50, "Wax": 40}
    assert alike_arms(table, BOTH) == []


@pytest.mark.parametrize(
    "answers", [{}, {"arm:drug:tar": LEAVE_OUT}, {"arm:other:A": LEAVE_OUT}, {"arm:drug:A": joining("tar")}]
)
def test_answers_about_nothing_change_nothing(answers):
    table = table_of({"A": 30, "B": 40}, answers)
    assert arms_of(table) == {"A": 30, "B": 40}
    assert not settle_arms(table, BOTH).left_out.any()


def test_where_no_arms_are_compared_nothing_is_asked():
    table = table_of({"A": 30, "wax": 3})
    assert ask_about_arms(table, Roles(treatment="drug")) == ()
    assert ask_about_arms(table, Roles(outcome="died")) == ()
    assert ask_about_arms(table_of({"A": 5}), BOTH) == ()


def test_a_study_compares_the_joined_arms():
    from mac_core.runs.settings import Settings
    from mac_core.runs.study import run_study

    table = table_of({"A": 30, "B": 40, "wax": 9}, {"arm:drug:wax": joining("A")})
    run = run_study(table, BOTH, settings=Settings(learners=("logistic_regression",), n_subtasks=5, n_jobs=1))
    assert run.arms["n"].to_dict() == {"A or wax": 39, "B": 40}
    assert run.roles.reference == "A or wax" and run.answers == table.answers
