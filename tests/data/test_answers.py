"""Questions and answers."""

from __future__ import annotations

import pytest

from mac_core.data.answers import CHOICES, answer_to
from mac_core.errors import CATALOGUE


@pytest.mark.parametrize("code", CHOICES)
def test_choices_belong_to_questions(code):
    assert CATALOGUE[code].severity != "refused"
    assert len(set(CHOICES[code])) == len(CHOICES[code]) >= 2


def test_the_column_goes_before_the_table():
    answers = {"sentinel": "missing", "sentinel:age": "keep"}
    assert answer_to(answers, "sentinel", "age") == "keep"
    assert answer_to(answers, "sentinel", "weight") == answer_to(answers, "sentinel") == "missing"
    assert answer_to(answers, "date_order", "age") is None
