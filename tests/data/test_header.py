"""Where the names are."""

from __future__ import annotations

import pytest

from mac_core.data.header import Header, find_header, unique_names


def grid(text: str) -> list[list[str]]:
    return [line.split(",") for line in text.strip().split("\n")]


@pytest.mark.parametrize(
    ("text", "has_names"),
    [
        ("age,arm\n40,A\n50,B\n44,A", True),
        ("40,A\n50,B\n44,A", False),
        ("40,70.5,120,A\n50,71,131,B\n61,80,133,A", False),
        ("sex,smoker\nm,yes\nf,no\nm,no", True),
        ("m,yes\nf,no\nm,yes\nf,no", False),
        # A first patient with gaps is a patient.
        ("40,,A\n50,3,B\n44,4,A", False),
        # Names that are numbers, over words.
        ("2019,2020,arm\nlow,high,A\nlow,low,B\nhigh,low,A", True),
        ("1_UM,26,1\n2_IU,30,0\n1_UM,40,1", False),
    ],
)
def test_names_or_a_patient(text, has_names):
    rows = grid(text)
    assert (find_header(rows, len(rows[0])).names is not None) == has_names


def test_the_answer_overrides():
    rows = grid("40,A\n50,B\n44,A")
    assert find_header(rows, 2, answer="names").names == ("40", "A")
    assert find_header(grid("age,arm\n40,A"), 2, answer="data").names is None


def test_titles_are_left_above():
    found = find_header(grid("Study 7,,,\nExported 3 May,,,\nid,age,sex,arm\n1,40,m,A\n2,50,f,B"), 4)
    assert found == (("id", "age", "sex", "arm"), 3, 2, False)


def test_two_rows_of_names_are_joined():
    found = find_header(grid(",,Visit 1,,Visit 2,\nid,sex,BP,HR,BP,HR\n1,m,120,80,121,81\n2,f,130,70,131,71"), 6)
    assert found.names == ("id", "sex", "Visit 1 BP", "Visit 1 HR", "Visit 2 BP", "Visit 2 HR")
    assert found.two_rows and found.first == 2


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("a", "b"), ["a", "b"]),
        (("a", "a", "a"), ["a", "a (2)", "a (3)"]),
        (("a", "a", "a (2)"), ["a", "a (3)", "a (2)"]),
        (("", "x", ""), ["column_1", "x", "column_3"]),
        (("", "column_1"), ["column_1 (2)", "column_1"]),
    ],
)
def test_every_column_gets_a_name_of_its_own(names, expected):
    assert unique_names(names) == expected


def test_a_title_that_fills_two_cells_is_no_header():
    rows = [["Trial 7", "exported", ""], ["age", "arm", "died"], ["40", "A", "1"], ["52", "B", "0"]]
    assert find_header(rows, 3) == Header(("age", "arm", "died"), 2, 1, False)
    # A name may be missing above numbers.
    assert find_header([["age", "arm", ""], ["40", "A", "1"], ["52", "B", "0"]], 3).names == ("age", "arm", "")
