import numpy as np
import pandas as pd

from mac_core.data.schema import Schema, describe
from mac_core.evidence.usual_values import usual_values


def schema_of(rows: pd.DataFrame) -> Schema:
    return Schema(
        tuple(
            describe(name, rows[name], "number" if pd.api.types.is_numeric_dtype(rows[name]) else "category") for name in rows
        )
    )


def test_numbers_by_their_middle_half_and_categories_by_their_shares():
    rows = pd.DataFrame(
        {"age": np.arange(101.0), "smoker": [0.0, 1.0, 1.0, 1.0] * 25 + [np.nan], "stage": [*"aab" * 33, "b", "c"]}
    )
    assert usual_values(rows, schema_of(rows)) == {
        "age": "Half of the patients of the table: 25 to 75.",
        "smoker": "Of 100 patients of the table: 75 1, 25 0.",
        "stage": "Of 100 patients of the table: 65 a, 34 b, 1 c.",
    }


def test_many_and_rare_levels_and_nothing_at_all():
    rows = pd.DataFrame({"place": [*"abcdefg", *["a"] * 993], "empty": [np.nan] * 1000})
    found = usual_values(rows, schema_of(rows))
    assert found == {
        "place": "Of 100 patients of the table: 99 a, fewer than 1 b, fewer than 1 c, fewer than 1 d, fewer than 1 e, "
        "and 2 other values."
    }
