"""Every column a name of its own."""

from __future__ import annotations

import pyarrow as pa
import pytest

from mac_core.data.names import name_columns


def column(*cells):
    return pa.chunked_array([list(cells)])


def named(names, *columns, **answers):
    made, _, notices = name_columns(names, columns, {code.replace("__", ":"): answer for code, answer in answers.items()})
    return made, [notice.code for notice in notices]


ONE, TWO = column("1", "2"), column("3", "4")


@pytest.mark.parametrize(
    ("names", "answers", "expected"),
    [
        (("age", "age"), {}, (("age", "age (2)"), ["renamed_column"])),
        (("age", "age"), {"renamed_column": "first"}, (("age",), [])),
        (("age", "age"), {"renamed_column": "last"}, (("age (2)",), [])),
        (("age", "age"), {"renamed_column": "both"}, (("age", "age (2)"), [])),
        (("age", "Age"), {}, (("age", "Age"), ["similar_names"])),
        (("body_weight", "Body weight"), {"similar_names": "first"}, (("body_weight",), [])),
        (("body_weight", "Body weight"), {"similar_names": "last"}, (("Body weight",), [])),
        (("age", ""), {}, (("age", "column_2"), ["unnamed_column"])),
        (("age", ""), {"unnamed_column": "drop"}, (("age",), [])),
        (("", "age"), {}, (("column_1", "age"), ["row_numbers"])),
    ],
)
def test_names(names, answers, expected):
    assert named(names, ONE, TWO, **answers) == expected


def test_what_says_nothing_is_left_out():
    assert named(("age", "age"), ONE, ONE) == (("age",), ["same_column_twice"])
    assert named(("age", ""), ONE, column("", " ")) == (("age",), ["empty_unnamed_column"])
