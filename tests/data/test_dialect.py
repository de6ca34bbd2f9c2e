"""Separators."""

from __future__ import annotations

import pytest

from mac_core.data.dialect import find_delimiter, records


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("age,arm\n40,A\n50,B\n", ","),
        ("age;weight;arm\n40;80,5;A\n50;70,0;B\n", ";"),
        ("age\tweight\n40\t80,5\n50\t70,0\n", "\t"),
        ("age|arm\n40|A\n50|B\n", "|"),
        ('age,note\n40,"a; b; c"\n50,"d; e; f"\n', ","),
        ("Study 7\n\nage;arm\n40;A\n50;B\n", ";"),
        ("a,b,c\n1.5,x y,2\n2.5,z w,3\n", ","),
        ("just words\nand more words\n", None),
        ("", None),
    ],
)
def test_separator(text, delimiter):
    assert find_delimiter(text) == delimiter


def test_a_long_file_is_sampled_at_whole_lines():
    assert find_delimiter("age;weight\n" + "40;80,5\n" * 50_000) == ";"


def test_records_know_their_physical_line():
    reader = records('a,b\r"x\ny", 2\n3,4', ",")
    assert [(next(reader), reader.line_num) for _ in range(3)] == [(["a", "b"], 1), (["x\ny", "2"], 3), (["3", "4"], 4)]
