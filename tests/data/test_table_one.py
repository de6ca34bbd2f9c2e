"""Table 1 on numbers that can be counted by hand."""

from __future__ import annotations

import pytest

from mac_core.data.cohort import make_cohort
from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.data.table_one import table_one

ROWS = [f"{50 if i % 2 else 60},{['f', 'm', 'm', 'm'][i % 4]},{'AB'[i % 2]},{int(i % 3 == 0)}" for i in range(40)]
ROWS[1] = ",m,B,0"
CONTENT = "\n".join(["age,sex,arm,died", *ROWS]).encode()


def made(roles: Roles) -> dict[str, list[str]]:
    table = table_one(make_cohort(read_table(CONTENT), roles))
    assert table.columns[0] == "characteristic"
    return {row[0]: list(row[1:]) for row in table.itertuples(index=False)}


def test_by_arm():
    table = made(Roles(treatment="arm", outcome="died"))
    assert table["patients"] == ["20", "20", ""]
    assert table["age"] == ["60.0 (0.0)", "50.0 (0.0)", "all"]
    assert table["age: missing"] == ["0", "1 (<11)", ""]
    # 10 of 20 women against none: 0.5 / sqrt(0.25 / 2).
    assert table["sex: f"] == ["10 (50 %) (<11)", "0 (0 %)", "1.41"]
    assert table["sex: m"][2] == "1.41"


def test_yes_and_no_as_numbers_are_counted():
    table = table_one(make_cohort(read_table(CONTENT), Roles(treatment="arm")))
    died = table[table["characteristic"].str.startswith("died")]
    assert died.to_numpy().tolist() == [["died: 1", "7 (35 %) (<11)", "7 (35 %) (<11)", "0.00"]]


def test_without_arms():
    table = made(Roles(outcome="died", ignore=("arm",)))
    assert table["patients"] == ["40"] and table["sex: f"] == ["10 (25 %) (<11)"]


@pytest.mark.parametrize("roles", [Roles(treatment="arm", ignore=("died",))])
def test_the_treatment_as_target(roles):
    assert made(roles)["patients"] == ["20", "20", ""]
