"""What cannot be compared is settled on Data with one click, and can be taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.runs.drafts import Drafts
from mac_core.runs.settings import DEFAULT
from tests.pages.words import said

BOTH = Roles(treatment="drug", outcome="died", event="1", higher_is_better=False)


def keep(counts, extra="", value=lambda arm, died: "", roles=BOTH, blank=()):
    rows, n = [f"age,drug,died{extra}"], 0
    for arm, count in counts.items():
        for _ in range(count):
            died = "" if arm in blank else int(n % 7 % 2)
            rows.append(f"{30 + n * 7 % 41},{arm},{died}{value(arm, died)}")
            n += 1
    return Drafts().save(read_table("\n".join(rows).encode(), name="drugs.csv"), roles, DEFAULT)


def click(at, label):
    next(button for button in at.main.button if button.label == label).click().run()
    assert not at.exception


@pytest.mark.parametrize(
    ("counts", "blank", "sentence", "label"),
    [
        ({"A": 30, "B": 40, "wax": 4}, (), "Patients with an outcome who got wax: 4.", "Leave its patients out"),
        ({"A": 30, "B": 40, "wax": 4}, (), "A comparison needs at least 10", "Join with A"),
        ({"A": 30, "B": 40, "wax": 20}, ("wax",), "missing for every patient who got wax", "Leave its patients out"),
        ({f"drug {x}": 20 for x in "abcdefg"}, (), "drug has 7 treatments; at most 6", "Join with drug g"),
        ({"A": 30, "B": 40, "wax": 4, "gum": 3}, (), "who got gum: 3", "Leave out all 2 treatments named here"),
    ],
)
def test_one_click_and_the_study_can_start(visit, counts, blank, sentence, label):
    at = visit("data", draft=keep(counts, blank=blank))
    assert sentence in said(at) and at.button(key="start_study").disabled
    click(at, label)
    assert sentence not in said(at) and not at.button(key="start_study").disabled
    click(at, "Take back")
    assert at.button(key="start_study").disabled


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (lambda arm, died: f",{arm}", "The column copy holds the treatment itself"),
        (lambda arm, died: f",{died}", "The column copy holds the outcome itself"),
    ],
)
def test_a_copy_of_the_answer_is_left_out_with_one_click(visit, value, sentence):
    draft = keep({"A": 30, "B": 40}, extra=",copy", value=value)
    at = visit("data", draft=draft)
    assert sentence in said(at)
    click(at, "Leave copy out")
    assert sentence not in said(at) and not at.button(key="start_study").disabled
    assert Drafts().open(draft).roles.ignore == ("copy",)


def test_what_no_click_can_settle_offers_none(visit):
    at = visit("data", draft=keep({"A": 40}))
    assert "All patients got the same treatment, A." in said(at)
    assert "What should be done with them?" not in said(at)


def test_names_that_differ_in_case_are_joined_with_one_click(visit):
    draft = keep({"A": 30, "a": 20, "B": 40})
    at = visit("data", draft=draft)
    assert "The treatments A and a in drug differ in case, spaces or letters that look alike only." in said(at)
    click(at, "They are the same")
    assert "that look alike only" not in said(at)
    assert Drafts().open(draft).table.answers == {"alike_arms:drug": "join"}


def test_one_column_for_two_roles(visit):
    at = visit("data", draft=keep({"A": 30, "B": 40}, roles=replace(BOTH, outcome="drug")))
    assert "drug is chosen twice: as treatment and as outcome." in said(at)
    assert "Choose a different column for one of them." in said(at)
