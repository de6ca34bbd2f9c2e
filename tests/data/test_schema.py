"""Schemas, and the template to fill in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core.data.reading import read_table
from mac_core.data.schema import Column, Schema, describe, template_csv

SCHEMA = Schema(
    (
        Column("age", "number", "years", low=20, high=80, typical=55.5, whole=True),
        Column("sex", "category", levels=("female", "male"), typical="female"),
        Column("grade", "category", levels=("1", "2"), typical="1"),
    )
)


def test_describe_category_orders_levels_by_count_then_name():
    column = describe("x", pd.Series(["b", "a", "c", "c", np.nan], dtype="str"), "category")
    assert column == Column("x", "category", levels=("c", "a", "b"), typical="c", missing=1)


def test_lookup():
    assert SCHEMA["sex"].levels == ("female", "male") and SCHEMA.names == ("age", "sex", "grade")
    with pytest.raises(KeyError):
        SCHEMA["weight"]


def test_the_template_quotes_what_must_be_quoted():
    schema = Schema(
        (Column('dose, "mg"', "number", typical=2.0), Column("stage", "category", levels=("I, II",), typical="I, II"))
    )
    back = read_table(template_csv(schema).encode())
    assert back.frame.to_dict("list") == {'dose, "mg"': [2.0], "stage": ["I, II"]}


@pytest.mark.parametrize(("values", "levels"), [([0.0, 1.0, np.nan], ("0", "1")), ([0.0, 0.5, 1.0], ()), ([1.0, 2.0], ())])
def test_zero_and_one_are_a_choice(values, levels):
    assert describe("x", pd.Series(values), "number").levels == levels


def test_a_template_of_one_column_reads_back():
    schema = Schema((Column("age", "number", typical=46.5),))
    back = read_table(template_csv(schema).encode(), least_columns=1)
    assert back.frame.to_dict("list") == {"age": [46.5]}
