"""New patients in the form of the study's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core.data.conforming import conform
from mac_core.data.examples import open_example
from mac_core.data.reading import read_table
from mac_core.data.schema import Column, Schema, describe, template_csv
from mac_core.errors import InputError

SCHEMA = Schema(
    (
        Column("age", "number", "years", low=20, high=80, typical=55.5, whole=True),
        Column("sex", "category", levels=("female", "male"), typical="female"),
        Column("grade", "category", levels=("1", "2"), typical="1"),
    )
)


def codes(notices):
    return [found.code for found in notices]


def test_order_and_further_columns_do_not_matter():
    frame = pd.DataFrame({"name": ["x"], "grade": [2.0], "sex": ["male"], "age": ["47"]}, index=[9])
    ready, notices = conform(frame, SCHEMA)
    assert list(ready) == ["age", "sex", "grade"] and ready.index.tolist() == [9]
    assert ready.loc[9].tolist() == [47.0, "male", "2"]
    assert codes(notices) == ["extra_columns"] and "name" in notices[0].message


@pytest.mark.parametrize("cell", ["", "NA", " ? ", None, np.nan, "unknown"])
def test_gaps_stay_gaps(cell):
    ready, notices = conform(pd.DataFrame({"age": [cell], "sex": [None], "grade": ["n/a"]}), SCHEMA)
    assert ready.isna().all(axis=None) and notices == ()


@pytest.mark.parametrize(("cell", "number"), [("47,5", 47.5), ("1e1", 10.0), ("47 years", 47.0), ("1.047,5", 1047.5)])
def test_numbers_are_read_as_files_are(cell, number):
    ready, _ = conform(pd.DataFrame({"age": [cell], "sex": ["male"], "grade": ["1"]}), SCHEMA)
    assert ready["age"].tolist() == [number]


def test_a_missing_column_is_named():
    with pytest.raises(InputError) as caught:
        conform(pd.DataFrame({"age": [40], "grade": ["1"]}), SCHEMA)
    assert (caught.value.code, caught.value.place.column) == ("missing_column", "sex")


def test_a_word_in_a_number_column_is_placed():
    with pytest.raises(InputError) as caught:
        conform(pd.DataFrame({"age": ["40", "old"], "sex": "male", "grade": "1"}), SCHEMA)
    assert (caught.value.code, caught.value.place) == ("number_unreadable", (2, "age"))


def test_no_patients():
    with pytest.raises(InputError) as caught:
        conform(pd.DataFrame({"age": [], "sex": [], "grade": []}), SCHEMA)
    assert caught.value.code == "no_rows"


def test_what_the_model_has_not_seen_is_noticed_with_its_row():
    frame = pd.DataFrame({"age": [40.0, 430.0, 10.0], "sex": ["Male", "other", "female"], "grade": ["1", "1", "3"]})
    ready, notices = conform(frame, SCHEMA)
    assert ready["sex"].tolist() == ["male", "other", "female"]
    assert [(found.code, found.place) for found in notices] == [
        ("outside_range", (2, "age")),
        ("outside_range", (3, "age")),
        ("unseen_value", (2, "sex")),
        ("unseen_value", (3, "grade")),
    ]


@pytest.mark.parametrize("slug", ["indo_rct", "heart_4site", "actg175_cd4"])
def test_the_training_rows_and_the_template_conform(slug):
    table = open_example(slug)
    ready, notices = conform(table.frame, table.schema)
    pd.testing.assert_frame_equal(ready, table.frame)
    assert notices == ()
    back = read_table(template_csv(table.schema).encode(), answers={"header_missing": "names"})
    ready, notices = conform(back.frame, table.schema)
    assert len(ready) == 1 and notices == ()


def test_notices_name_the_lines_of_the_file():
    frame = pd.DataFrame({"age": [40.0, 430.0], "sex": ["male", "other"], "grade": ["1", "1"]})
    _, notices = conform(frame, SCHEMA, lines=[5, 9])
    assert [found.place for found in notices] == [(9, "age"), (9, "sex")]
    assert not any("9" in found.message for found in notices)
    with pytest.raises(InputError) as caught:
        conform(pd.DataFrame({"age": ["40", "old"], "sex": "male", "grade": "1"}), SCHEMA, lines=[5, 9])
    assert caught.value.place == (9, "age")


def test_a_column_that_is_empty_for_all_new_patients_is_said_but_not_for_a_form():
    schema = Schema((describe("age", pd.Series([40.0, 52.0]), "number"),))
    several = conform(pd.DataFrame({"age": ["", ""]}), schema)[1]
    assert [(found.code, found.place.column) for found in several] == [("empty_for_new", "age")]
    assert conform(pd.DataFrame({"age": [""]}), schema)[1] == ()
    assert conform(pd.DataFrame({"age": ["", "44"]}), schema)[1] == ()


@pytest.mark.parametrize(
    ("unit", "cell", "number"), [("kg", "80 kg", 80.0), ("kg", "176.37 lb", 80.0), ("lb", "80 kg", 176.37), ("kg", "80", 80.0)]
)
def test_a_cell_in_another_unit_is_written_in_the_study_s(unit, cell, number):
    schema = Schema((Column("weight", "number", unit),))
    assert conform(pd.DataFrame({"weight": [cell]}), schema)[0]["weight"].tolist() == pytest.approx([number], rel=1e-4)


@pytest.mark.parametrize(
    ("name", "unit", "cell"), [("weight", "kg", "12 stone"), ("weight", None, "175 lb"), ("dose", "mg", "5 g")]
)
def test_a_cell_in_a_unit_that_cannot_be_converted_is_no_number(name, unit, cell):
    with pytest.raises(InputError) as caught:
        conform(pd.DataFrame({name: [cell]}), Schema((Column(name, "number", unit),)))
    assert (caught.value.code, caught.value.place) == ("number_unreadable", (1, name))


def test_all_cells_that_are_no_numbers_are_named_at_once():
    frame = pd.DataFrame({"age": ["40", "old", "older"], "sex": "male", "grade": "1"})
    with pytest.raises(InputError) as caught:
        conform(frame, SCHEMA, lines=[5, 9, 7])
    assert (caught.value.code, caught.value.place) == ("numbers_unreadable", (7, "age"))
    assert "2 cells" in caught.value.message and "older (row 7, column age), old (row 9, column age)" in caught.value.message


@pytest.mark.parametrize("cell", ["1e400", "-1e308", float("inf"), -1e31])
def test_a_number_that_nobody_can_have_is_named_not_taken_as_unknown(cell):
    frame = pd.DataFrame({"age": ["47", cell] if isinstance(cell, str) else [47.0, cell], "sex": "male", "grade": "1"})
    with pytest.raises(InputError) as caught:
        conform(frame, SCHEMA, lines=[2, 3])
    assert (caught.value.code, caught.value.place) == ("number_unreadable", (3, "age"))
