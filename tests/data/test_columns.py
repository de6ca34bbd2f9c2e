"""One column at a time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from mac_core.data.columns import read_column


def read(cells, name="x", comma="thousands", **answers):
    lines = np.arange(2, len(cells) + 2)
    return read_column(name, pa.chunked_array([cells], pa.string()), lines, comma=comma, answers=answers)


def codes(typed):
    return [found.code for found in typed.notices]


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("age", ["40", "50", " 60 "], "number"),
        ("arm", ["A", "B", "A"], "category"),
        ("when", ["2020-01-31", "", "2020-02-01"], "date"),
        ("patient_id", [str(i) for i in range(30)], "identifier"),
        ("code", ["007", "008", "007"], "category"),
        ("label", [f"P{i}" for i in range(30)], "identifier"),
        ("remark", [f"came on day {i} with pain" for i in range(30)], "text"),
        ("empty", ["", "", "NA"], "number"),
    ],
)
def test_kinds(name, cells, kind):
    assert read(cells, name).column.kind == kind


def test_the_unit_comes_from_the_name_or_the_cells():
    assert read(["1", "2"], "height (cm)").column.unit == "cm"
    assert read(["1", "2"], "年龄（岁）").column.unit == "岁"
    typed = read(["80 kg", "70 kg"], "weight")
    assert typed.column.unit == "kg" and codes(typed) == ["unit_in_cells"]


def test_missing_words_are_counted_and_placed():
    typed = read(["40", "?", "50", "n/a", "?", "unknown"])
    assert typed.values.isna().tolist() == [False, True, False, True, True, True]
    assert [(found.code, found.place, found.value) for found in typed.notices] == [
        ("missing_words", (3, "x"), "?, n/a"),
        ("missing_words", (7, "x"), "unknown"),
    ]


def test_unknown_is_a_category_among_words():
    typed = read(["yes", "unknown", "no", "NA"])
    assert typed.values.tolist()[:3] == ["yes", "unknown", "no"] and typed.column.missing == 1


def test_infinite_cells_are_named():
    typed = read(["1", "1e400", "2", "inf"])
    assert typed.values.isna().tolist() == [False, True, False, True]
    assert [(found.code, found.place) for found in typed.notices] == [("infinite", (3, "x"))]


def test_a_few_words_among_numbers_become_a_question():
    cells = [str(i) for i in range(12)] + ["19 but poor collection"]
    typed = read(cells)
    assert typed.values.tolist() == cells
    assert [(found.code, found.place.row, found.value) for found in typed.notices] == [("numbers_mixed", 14, cells[-1])]
    assert np.isnan(read(cells, numbers_mixed="missing").values.iloc[-1])
    assert codes(read(cells, numbers_mixed="text")) == []


def test_coded_missing_values_are_asked_about_only_when_far_outside():
    assert codes(read(["1", "2", "3", "-9"])) == ["sentinel"]
    assert codes(read(["-8", "2", "3", "-9"])) == []
    assert codes(read(["600", "700", "800", "999"])) == []
    assert np.isnan(read(["1", "2", "3", "-9"], sentinel="missing").values.iloc[-1])


def test_spellings_are_merged_but_single_letters_are_not():
    typed = read(["Male", "male", "Male", "M", "Fe male", "a", "A", "f"])
    assert typed.values.tolist() == ["Male", "Male", "Male", "Male", "Fe male", "a", "A", "f"]
    assert codes(typed) == ["spellings_merged"]


def test_doubtful_commas_and_dates_stay_text_until_answered():
    assert codes(read(["1,200", "1,350"], comma="unknown")) == ["comma_meaning"]
    assert read(["1,200"], comma="unknown", comma_meaning="decimal").values.tolist() == [1.2]
    assert read(["1,200"], comma="unknown", comma_meaning="thousands").values.tolist() == [1200]
    assert codes(read(["03/04/2020"])) == ["date_order"]
    assert read(["03/04/2020"], date_order="month_first").values.astype(str).tolist() == ["2020-03-04"]
