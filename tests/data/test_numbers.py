"""Texts to numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from mac_core.data.numbers import read_numbers


@pytest.mark.parametrize(
    ("texts", "comma", "values", "how"),
    [
        (["1", "-2.5", "+3", "1e3", ".5", "2."], "thousands", [1, -2.5, 3, 1000, 0.5, 2], "plain"),
        (["1,8", "2,0", "3"], "decimal", [1.8, 2, 3], "decimal_comma"),
        (["1.490,0", "36,5"], "decimal", [1490, 36.5], "decimal_comma"),
        (["1,200", "950"], "thousands", [1200, 950], "thousands"),
        (["1,200,000", "950"], "unknown", [1200000, 950], "thousands"),
        (["1,5", "2,25"], "unknown", [1.5, 2.25], "decimal_comma"),
        (["1,200", "1,350"], "unknown", [1200, 1350], "comma_meaning"),
        (["1 200", "950"], "thousands", [1200, 950], "thousands"),
        (["80 kg", "63.5kg"], "thousands", [80, 63.5], "unit"),
        (["48岁", "61岁"], "thousands", [48, 61], "unit"),
    ],
)
def test_numbers(texts, comma, values, how):
    read = read_numbers(pa.array(texts), comma=comma)
    assert read.values.tolist() == values
    assert read.how == how and not read.unread.any()


@pytest.mark.parametrize(
    "texts", [["1_female", "2_male"], ["80 kg", "175 lb", "6 st"], ["120/80", "130/90"], ["1-2", "3-4"], ["0x1F"], ["1_000"]]
)
def test_what_is_no_number_stays_unread(texts):
    read = read_numbers(pa.array(texts))
    assert read.unread.all() and np.isnan(read.values).all()


def test_limits_are_read_when_asked():
    texts = pa.array(["5", "<2", ">= 300", "high"])
    assert read_numbers(texts).unread.tolist() == [False, True, True, True]
    read = read_numbers(texts, limits=True)
    assert read.values[:3].tolist() == [5, 2, 300] and read.unread.tolist() == [False, False, False, True]


def test_limits_with_a_unit():
    texts = pa.array(["60 mg/dl", "<50 mg/dl", "80mg/dl"])
    assert read_numbers(texts).unread.tolist() == [False, True, False]
    read = read_numbers(texts, limits=True)
    assert read.values.tolist() == [60, 50, 80] and read.unit == "mg/dl"
