import numpy as np
import pandas as pd

from mac_core.data.schema import Column
from mac_core.evidence.value_curve import value_grid

TABLE = pd.DataFrame(
    {"age": np.arange(20.0, 90.0), "sex": pd.Series(["f", "m"] * 35, dtype="str"), "marker": np.linspace(0, 1, 70)}
)
AGE = Column("age", "number", low=20.0, high=89.0, whole=True)
SEX = Column("sex", "category", levels=("f", "m"))


def test_numbers_cover_the_table_and_hold_the_patients_own():
    grid = value_grid(TABLE.iloc[[17]], TABLE, AGE)
    assert grid.values[0] == 20 and grid.values[-1] == 89
    assert 37.0 in grid.values == sorted(grid.values)
    assert all(float(value).is_integer() for value in grid.values)
    assert grid.density["patients"].sum() == 70
    assert (grid.patients["sex"] == TABLE["sex"].iloc[17]).all()
    assert len(value_grid(TABLE.iloc[[17]], TABLE, Column("marker", "number", low=0.0, high=1.0)).values) <= 26


def test_an_unknown_value_stays_out_and_one_outside_the_data_comes_in():
    assert value_grid(TABLE.head(1).assign(age=np.nan), TABLE, AGE).own is None
    grid = value_grid(TABLE.head(1).assign(age=140.0), TABLE, AGE)
    assert grid.values[-1] == grid.own == 140


def test_levels_come_most_frequent_first():
    frame = pd.DataFrame({"sex": pd.Series(["m", "m", "f"], dtype="str")})
    grid = value_grid(pd.DataFrame({"sex": pd.Series(["x"], dtype="str")}), frame, SEX)
    assert grid.values == ["m", "f", "x"]
    assert grid.density["patients"].tolist() == [2, 1, 0]
    assert grid.patients["sex"].tolist() == ["m", "f", "x"]
