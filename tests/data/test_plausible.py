"""Values that cannot be, are unlikely, or stand in two units."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core.data.plausible import check_values
from mac_core.data.reading import read_table


def check(name, values, answers=None, **options):
    return check_values(name, pd.Series(values, dtype=float), np.arange(2, len(values) + 2), answers or {}, **options)


@pytest.mark.parametrize(
    ("name", "usual", "wrong"),
    [
        ("SBP", 120, 1200), ("age", 50, -3), ("age", 50, 430), ("potassium", 4.1, 45), ("SpO2", 97, 140), ("ph", 7.4, 74),
        ("heart rate", 80, 7), ("chol", 210, 0), ("temp", 37, 98.6),
    ],
)  # fmt: skip
def test_impossible_cells_are_named(name, usual, wrong):
    values, found = check(name, [usual, usual + 0.1, wrong, usual])
    assert [(notice.code, notice.place, notice.value) for notice in found] == [("impossible_value", (4, name), f"{wrong:g}")]
    assert "(row 4)" in found[0].message
    assert values.tolist()[2] == wrong
    values, found = check(name, [usual, usual + 0.1, wrong, usual], {"impossible_value": "missing"})
    assert np.isnan(values[2]) and found == ()
    values, found = check(name, [usual, usual + 0.1, wrong, usual], {f"impossible_value:{name}": "keep"})
    assert values[2] == wrong and found == ()


def test_hints():
    assert "likely in °F" in check("temp", [37, 36.5, 98.6])[1][0].message
    assert "a 0 often stands for not measured" in check("weight", [70, 80, 0])[1][0].message


def test_unlikely_values_are_a_warning():
    assert [found.code for found in check("age", [50, 60, 112])[1]] == ["unlikely_value"]


@pytest.mark.parametrize("name", ["dose", "weight", "age"])
def test_nothing_to_say(name):
    values = {"dose": [1, 5000], "weight": [-1.1, 0.4, -0.3], "age": [np.nan, np.nan]}[name]
    assert check(name, values)[1] == ()


def test_one_question_about_a_cell_is_enough():
    table = read_table(b"age,sbp\n" + b"".join(b"%d,%d\n" % (40 + i, 120 + i) for i in range(9)) + b"50,999\n")
    assert [found.code for found in table.notices] == ["sentinel"]
