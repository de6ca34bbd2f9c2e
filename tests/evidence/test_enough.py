"""One sentence about the number of patients, for every kind of target."""

from __future__ import annotations

import pytest

from mac_core.data.cohort import make_cohort
from mac_core.data.examples import example, open_example
from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.evidence.enough import say_enough


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
