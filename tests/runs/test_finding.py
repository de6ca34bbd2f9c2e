from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from mac_core.data.schema import Schema, describe
from mac_core.runs.finding import find_patients

ROWS = pd.DataFrame(
    {
        "age": [51.0, 62.0, 51.0, np.nan, 70.5],
        "sex": pd.Series(["Female", "Male", "Male", None, "Female"], dtype="str"),
        "a very long name of a measurement of something": [1.0, 2.0, 3.0, 4.0, 5.0],
        "stage": pd.Series(["II", "I", "III", "I", "II"], dtype="str"),
        "last": [0.0, 1.0, 0.0, 1.0, 0.0],
    }
)
SCHEMA = Schema(
    tuple(
        describe(name, ROWS[name], "number" if pd.api.types.is_numeric_dtype(ROWS[name]) else "category")
        for name in ROWS.columns
    )
)
RUN = SimpleNamespace(rows=ROWS, schema=SCHEMA, lines=pd.Series([2, 3, 5, 6, 9]))


@pytest.mark.parametrize(
    ("words", "filters", "lines"),
    [
        ("", {}, [2, 3, 5, 6, 9]),
        ("51", {}, [2, 5]),
        ("51 male", {}, [2, 5]),  # "Female" holds "male" too
        ("70,5", {}, [9]),
        ("FEM", {}, [2, 9]),
        ("51 III", {}, [5]),
        ("nobody", {}, []),
        ("", {"age": (50.0, 62.0)}, [2, 3, 5]),
        ("", {"sex": ["Male"]}, [3, 5]),
        ("51", {"sex": ["Male"], "age": (0.0, 99.0)}, [5]),
        ("", {"sex": []}, []),
    ],
)
def test_found(words, filters, lines):
    found = find_patients(RUN, words, filters)
    assert found.patients.index.tolist() == lines
    assert found.count == len(lines)


def test_what_was_filtered_by_stands_first_and_long_names_are_cut():
    found = find_patients(RUN, filters={"last": (1.0, 1.0)})
    assert found.patients[6] == "last 1, age unknown, sex unknown, a very long name of a measu… 4"
    assert find_patients(RUN, "II").patients[2].startswith("age 51, sex Female, a very long")


def test_a_long_list_is_cut_and_counted():
    found = find_patients(RUN, most=2)
    assert (found.count, len(found.patients)) == (5, 2)
