import numpy as np
import pandas as pd
import pytest

from mac_core.evidence.neighbours import PatientMap, summarise_neighbours


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"age": random.normal(60, 10, 300).round(), "sex": random.choice(["f", "m"], 300)})
    frame["sex"] = frame["sex"].astype("str")
    frame.loc[::7, "age"] = np.nan
    return frame


def test_the_nearest_are_alike(rows):
    patient = pd.DataFrame({"age": [70.0], "sex": pd.Series(["f"], dtype="str")})
    found = PatientMap(rows).near(patient, 20)
    assert len(found.rows) == len(set(found.rows)) == 20
    assert (np.diff(found.distances) >= 0).all()
    near = rows.iloc[found.rows]
    assert (near["sex"] == "f").all()
    assert near["age"].between(62, 78).all()


def test_a_patient_of_the_table_is_not_its_own_neighbour(rows):
    here = PatientMap(rows)
    patient = rows.iloc[[5]]
    assert 5 in here.near(patient, 300).rows
    found = here.near(patient, 20, leave_out=5)
    assert 5 not in found.rows
    assert len(found.rows) == 20


def test_who_stands_apart_from_the_table(rows):
    random = np.random.default_rng(1)
    wide = pd.DataFrame(random.normal(size=(300, 6)), columns=list("abcdef"))
    here = PatientMap(wide)
    middle, far = (pd.DataFrame([[level] * 6], columns=list("abcdef")) for level in (0.0, 9.0))
    assert here.near(middle).closer < 0.2
    assert here.near(far).closer > 0.9


def test_what_sets_them_apart_comes_first(rows):
    patient = pd.DataFrame({"age": [120.0], "sex": pd.Series(["f"], dtype="str")})
    found = summarise_neighbours(patient, rows, PatientMap(rows).near(patient, 30))
    assert found.index[0] == "age"
    assert found.at["age", "apart"] > 1 > found.at["sex", "apart"]
    assert found.at["sex", "neighbours"] == "f"
    assert found.at["age", "table"] == rows["age"].median()


def test_unknown_values_are_left_out_and_a_small_table_has_few_neighbours(rows):
    patient = pd.DataFrame({"age": [np.nan], "sex": pd.Series(["m"], dtype="str")})
    small = rows.head(3)
    found = PatientMap(small).near(patient, 50)
    assert len(found.rows) == 3
    assert summarise_neighbours(patient, small, found).index.tolist() == ["sex"]


def test_a_patient_with_several_rows_counts_once_and_is_no_neighbour_of_its_own():
    rows = pd.DataFrame({"age": [20.0, 21.0, 22.0, 40.0, 41.0, 60.0, 80.0]})
    here = PatientMap(rows, patients=np.array([7, 7, 7, 3, 3, 5, 9]))
    assert here.count == 4
    assert here.near(pd.DataFrame({"age": [21.0]}), 3).rows.tolist() == [1, 3, 5]
    own = here.near(rows.iloc[[1]], 4, leave_out=1)
    assert own.rows.tolist() == [3, 5, 6]
    # Only how near others are says who stands apart: rows of one patient are always near each other.
    assert own.closer < 1
