"""Rows of cells to a rectangle."""

from __future__ import annotations

import pytest

from mac_core.data import rectangle
from mac_core.data.rectangle import read_grid
from mac_core.errors import InputError

NAMES = [(1, ["id", "age", "arm"])]
PATIENTS = [(2, ["7", "40", "A"]), (3, ["8", "50", "B"]), (4, ["9", "44", "A"])]


def read(rows):
    return read_grid(iter(rows), {})


def codes(grid):
    return [found.code for found in grid.notices]


def test_columns_and_lines():
    grid = read(NAMES + PATIENTS)
    assert grid.names == ("id", "age", "arm") and grid.lines.tolist() == [2, 3, 4]
    assert grid.columns[2].to_pylist() == ["A", "B", "A"] and grid.notices == ()


def test_many_blocks_make_one_column(monkeypatch):
    monkeypatch.setattr(rectangle, "_BLOCK", 7)
    monkeypatch.setattr(rectangle, "_LOOK", 5)
    rows = NAMES + [(i + 2, [str(i), str(i % 9), "AB"[i % 2]]) for i in range(100)] + [(102, ["Total", "400", ""])]
    grid = read(rows)
    assert grid.columns[0].to_pylist() == [str(i) for i in range(100)]
    assert grid.lines.tolist() == list(range(2, 102)) and codes(grid) == ["total_row"]


def test_a_short_file_loses_no_row_between_the_blocks(monkeypatch):
    monkeypatch.setattr(rectangle, "_BLOCK", 2)
    for n in range(1, 12):
        monkeypatch.setattr(rectangle, "_LOOK", 3)
        grid = read(NAMES + [(i + 2, [f"p{i}", "4", "A"]) for i in range(n)])
        assert grid.columns[0].to_pylist() == [f"p{i}" for i in range(n)]


def test_totals_remarks_and_blank_lines_are_left_out_and_said():
    ending = [(5, ["", "", ""]), (6, ["TOTAL", "134", ""]), (7, ["* not to be shown", "", ""])]
    grid = read(NAMES + PATIENTS + ending)
    assert grid.lines.tolist() == [2, 3, 4]
    assert sorted(codes(grid)) == ["blank_lines", "footnote", "total_row"]
    assert {found.code: found.place.row for found in grid.notices}["total_row"] == 6


def test_a_last_patient_with_gaps_stays():
    assert len(read([*NAMES, *PATIENTS, (5, ["10", "", ""])]).lines) == 4


@pytest.mark.parametrize(
    ("rows", "code", "row"),
    [
        ([], "empty_file", None),
        (NAMES, "no_rows", None),
        ([(1, ["age"]), (2, ["40"])], "one_column", None),
        ([*NAMES, (2, ["7", "40", "A", "!"])], "extra_fields", 2),
    ],
)
def test_what_is_no_rectangle_is_refused(rows, code, row):
    with pytest.raises(InputError) as caught:
        read(rows)
    assert (caught.value.code, caught.value.place.row) == (code, row)


def test_limits(monkeypatch):
    monkeypatch.setattr(rectangle, "MAX_ROWS", 2)
    with pytest.raises(InputError) as caught:
        read(NAMES + PATIENTS)
    assert caught.value.code == "too_many_rows"
    monkeypatch.setattr(rectangle, "MAX_COLUMNS", 2)
    with pytest.raises(InputError) as caught:
        read(NAMES + PATIENTS)
    assert caught.value.code == "too_many_columns"


def test_names_are_mended_and_said():
    rows = [
        (1, ["", "age", "age", "arm", "arm", ""]),
        *((i, [str(i - 1), str(i), str(i + 1), "A", "A", ""]) for i in range(2, 6)),
    ]
    grid = read(rows)
    assert grid.names == ("column_1", "age", "age (2)", "arm")
    assert sorted(codes(grid)) == ["empty_unnamed_column", "renamed_column", "row_numbers", "same_column_twice"]


def test_a_remark_that_is_a_patient_does_not_hide_a_total():
    ending = [(5, ["Total", "134", ""]), (6, ["* not to be shown", "", ""])]
    grid = read_grid(iter(NAMES + PATIENTS + ending), {"footnote": "keep"})
    assert grid.lines.tolist() == [2, 3, 4, 6] and codes(grid) == ["total_row"]
    both = read_grid(iter(NAMES + PATIENTS + ending), {"footnote": "keep", "total_row": "keep"})
    assert both.lines.tolist() == [2, 3, 4, 5, 6] and codes(both) == []
