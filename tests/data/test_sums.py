"""Columns that add up to another one, or to the same total."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core.data.sums import find_sums

RNG = np.random.default_rng(2)
PARTS = pd.DataFrame(RNG.normal(50, 9, (60, 4)).round(2), columns=["a", "b", "c", "age"])


def said(frame):
    return [(found.code, found.place.column, found.message) for found in find_sums(frame)]


def test_a_total_is_named_wherever_it_stands():
    total = PARTS["a"] + PARTS["b"] + PARTS["c"]
    expected = [("sum_of_columns", "total", "total always is the sum of a, b and c.")]
    assert said(PARTS.assign(total=total)) == expected
    first = pd.concat([total.rename("total"), PARTS], axis=1)
    assert said(first) == expected
    gaps = PARTS.assign(total=total)
    gaps.loc[3, "b"] = gaps.loc[7, "total"] = np.nan
    assert said(gaps) == expected


def test_parts_of_a_hundred():
    shares = PARTS[["a", "b", "age"]].assign(rest=100 - PARTS["a"] - PARTS["b"])
    assert said(shares) == [("fixed_sum", "rest", "a, b and rest always add up to 100.")]


@pytest.mark.parametrize(
    "frame",
    [
        PARTS,
        PARTS.assign(pounds=2.2046 * PARTS["a"]),  # another notice says so
        PARTS.assign(score=PARTS["a"] + 0.5 * PARTS["b"]),  # a formula, no sum
        PARTS.assign(nearly=PARTS["a"] + PARTS["b"] + RNG.normal(0, 0.01, 60)),
        PARTS.assign(total=PARTS["a"] + PARTS["b"]).head(8),
        PARTS.assign(total=np.nan),
        PARTS[["a"]],
    ],
    ids=["none", "unit", "formula", "nearly", "few", "empty", "one"],
)
def test_nothing_to_say(frame):
    assert said(frame) == []


def test_large_and_small_numbers():
    tiny = PARTS.assign(a=PARTS["a"] * 1e-6, b=PARTS["b"] * 1e6)
    assert said(tiny.assign(total=tiny["a"] + tiny["c"])) == [
        ("sum_of_columns", "total", "total always is the sum of a and c.")
    ]
