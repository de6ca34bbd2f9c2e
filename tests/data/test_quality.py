"""What a table is worth."""

from __future__ import annotations

from mac_core.data.quality import examine_table
from mac_core.data.reading import read_table
from mac_core.data.roles import Roles


def found(text: str, roles: Roles | None = None):
    return {notice.code: notice for notice in examine_table(read_table(text.encode()), roles)}


PATIENTS = "patient_id,age,arm,died\n" + "".join(f"p{i:02},{40 + i},{'AB'[i % 2]},{int(i == 3)}\n" for i in range(30))


def test_a_clean_table_has_nothing_to_say():
    assert found(PATIENTS, Roles(treatment="arm")) == {}


def test_repeated_rows_and_patients_are_placed():
    text = PATIENTS + "p03,43,B,1\n"
    seen = found(text, Roles(outcome="died", patient_id="patient_id"))
    assert seen["duplicate_rows"].place.row == seen["repeated_ids"].place.row == 32
    assert "30 patients in 31 rows" in seen["repeated_ids"].message


def test_columns_that_cannot_help():
    text = "age,sex,ward,crp,note\n" + "".join(f"{40 + i},{'fm'[i % 2]},7,{i if i < 5 else ''},\n" for i in range(10))
    seen = found(text)
    assert seen["constant_column"].place.column == "ward"
    assert seen["column_missing_much"].place.column == "crp" and "50 %" in seen["column_missing_much"].message
    assert seen["empty_column"].place.column == "note"
    assert set(found(text, Roles(ignore=("ward", "crp", "note")))) == set()


def test_many_levels_and_rare_classes():
    text = "age,icd,died\n" + "".join(f"{40 + i % 30},I{i % 60},{int(i < 5)}\n" for i in range(240))
    seen = found(text, Roles(outcome="died", outcome_label="death"))
    assert seen["many_levels"].place.column == "icd"
    assert seen["class_balance"].value == "1" and seen["class_balance"].message == "Only 5 of 240 patients have death = 1."


def test_many_rare_classes_are_one_sentence_and_an_amount_has_none():
    text = "age,icd,score\n" + "".join(f"{40 + i % 30},I{i % 20},{i % 13}\n" for i in range(240))
    assert "20 of the 20 classes of icd" in found(text, Roles(outcome="icd"))["rare_classes"].message
    for roles in (Roles(outcome="score"), Roles(outcome="score", kind="number"), Roles(treatment="icd", outcome="score")):
        assert not {"rare_classes", "class_balance"} & set(found(text, roles))
    assert "rare_classes" in found(text, Roles(outcome="score", kind="classes"))
