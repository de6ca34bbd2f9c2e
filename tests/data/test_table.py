"""What reading returns."""

from __future__ import annotations

from mac_core.data.reading import read_table


def test_questions_are_the_notices_that_ask():
    table = read_table(b"age;when\n40;03/04/2020\n50;05/06/2020\n")
    assert [found.code for found in table.questions] == ["date_order"]
    assert len(table.notices) == 2
