"""The overlap picture on Data, before any study."""

from __future__ import annotations

import random

import pytest

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.runs.drafts import Drafts
from mac_core.runs.settings import DEFAULT
from tests.pages.shown import chart_texts
from tests.pages.words import said

BOTH = Roles(treatment="drug", outcome="died", event="1", higher_is_better=False)


def keep(choose, roles=BOTH, n=240):
    chance = random.Random(0)
    rows = ["age,drug,died"]
    for _ in range(n):
        age = chance.randint(20, 80)
        rows.append(f"{age},{choose(age, chance)},{int(chance.random() < 0.3)}")
    return Drafts().save(read_table("\n".join(rows).encode(), name="drugs.csv"), roles, DEFAULT)


def overlap_charts(at):
    return [text for text in chart_texts(at) if text.startswith("Mean probability of")]


def test_a_trial_shows_that_similar_patients_got_different_treatments(visit, draft):
    at = visit("data", draft=draft)
    words = said(at)
    assert "as where chance decides" in words and "Preliminary: one simple model" in words
    assert len(overlap_charts(at)) == 1


@pytest.mark.parametrize(
    ("choose", "sentence"),
    [
        (
            lambda age, chance: chance.choice("AB" if age < 65 else "A"),
            "of 240 patients every treatment was a realistic choice",
        ),
        (lambda age, chance: "AB"[age // 5 % 2 if age > 90 else int(age > 50)], "of 240 patients every treatment"),
    ],
)
def test_routine_care_says_for_how_many_it_was_a_choice(visit, choose, sentence):
    at = visit("data", draft=keep(choose))
    assert sentence in said(at)
    assert "as where chance decides" not in said(at)


def test_one_picture_per_arm_where_there_are_three(visit):
    at = visit("data", draft=keep(lambda age, chance: chance.choice("ABC")))
    assert len(overlap_charts(at)) == 3


def test_it_is_made_once_for_the_same_table_and_roles(visit, draft, monkeypatch):
    from pages.shared import overlap_before

    made = []
    original = overlap_before.preliminary_overlap
    monkeypatch.setattr(overlap_before, "preliminary_overlap", lambda *a, **k: made.append(1) or original(*a, **k))
    at = visit("data", draft=draft)
    at.run()
    assert len(made) == 1
    at.multiselect(key=f"roles_{draft}_0_ignore").set_value(["age"]).run()
    assert len(made) == 2


def test_without_two_roles_there_is_nothing_to_compare(visit):
    at = visit("data", draft=keep(lambda age, chance: chance.choice("AB"), Roles(treatment="drug")))
    assert not overlap_charts(at)
    assert "Could the patients of different arms be compared?" not in said(at)
