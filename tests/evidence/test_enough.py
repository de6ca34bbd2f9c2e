"""One sentence about the number of patients, for every kind of target."""

from __future__ import annotations

import pytest

from mac_core.data.cohort import make_cohort
from mac_core.data.examples import example, open_example
from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.evidence.enough import far_too_few, say_enough


@pytest.mark.parametrize(
    ("slug", "begins"),
    [
        ("indo_rct", "You have 79 events among 602 patients; even a plain regression"),
        ("actg175_cd4", "You have 2,139 patients; "),
        ("heart_4site", "You have 509 events among 920 patients; even"),
        ("patient_treatment", "You have 200 patients; even a plain regression"),
    ],
)
def test_sentence(slug, begins):
    said = say_enough(make_cohort(open_example(slug), example(slug).roles))
    assert said.startswith(begins) and said.endswith(".")


def test_arms_count():
    rows = "\n".join(f"{40 + i * 7 % 31},{'AB'[i % 2]},{i * 5 % 7 // 4}" for i in range(60))
    table = read_table(f"age,arm,died\n{rows}".encode())
    alone = say_enough(make_cohort(table, Roles(outcome="died", ignore=("arm",))))
    both = say_enough(make_cohort(table, Roles(treatment="arm", outcome="died")))
    assert "1 coefficient" in alone and "3 coefficients" in both


def test_a_patient_in_several_rows_counts_once():
    rows = "\n".join(f"p{i // 2},{40 + i * 7 % 31},{i // 2 * 5 % 7 // 4}" for i in range(60))
    cohort = make_cohort(read_table(f"id,age,died\n{rows}".encode()), Roles(outcome="died", patient_id="id"))
    assert (len(cohort.X), cohort.patients) == (60, 30)
    events = sum(i * 5 % 7 // 4 for i in range(30))
    assert say_enough(cohort).startswith(f"You have {events} events among 30 patients; ")


@pytest.mark.parametrize(("patients", "few"), [(40, True), (400, False)])
def test_far_too_few_is_below_a_quarter_of_what_is_wanted(patients, few):
    rows = "\n".join(f"{i * 7 % 31},{i * 11 % 17},{i * 5 % 13}" for i in range(patients))
    cohort = make_cohort(read_table(f"age,crp,score\n{rows}".encode()), Roles(outcome="score"))
    assert far_too_few(cohort) is few
