"""What reading gives."""

from __future__ import annotations

import dataclasses

import pytest

from mac_core.data.reading import read_table


def test_questions_are_those_among_the_notices_that_ask():
    table = read_table(b"age;x\n40;999\n51;2\n62;3\n430;4\n")
    assert {found.severity for found in table.notices} == {"question", "fixed"}
    assert [found.code for found in table.questions] == ["sentinel", "impossible_value"]
    # Worst first, as pages show them.
    assert table.notices[:2] == table.questions


def test_a_table_is_not_changed_but_made_anew():
    table = read_table(b"age,arm\n40,A\n50,B\n")
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.name = "other"
    assert dataclasses.replace(table, name="other").frame is table.frame
