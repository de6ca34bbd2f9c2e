"""Groups of factors: proposed where a name tells, never for what nobody learns from."""

from __future__ import annotations

import pytest

from mac_core.data.factors import FACTOR_GROUPS, factor_group, propose_factor_groups
from mac_core.data.reading import read_table
from mac_core.data.roles import Roles, check_roles, propose_roles
from mac_core.data.schema import Column
from mac_core.errors import InputError


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("genes", ("rs429358", "APOE4", "BRCA1_mutation", "KRAS", "CYP2D6 genotype", "HLA-B27", "snp_12")),
        ("lifestyle", ("smoker", "Smokes (packs/year)", "yearsSmoking", "AlcoholYear", "exercise", "SleepHrsNight", "吸烟史")),
        ("environment", ("income", "HHIncomeMid", "Education", "MaritalStatus", "employment", "homeless", "insurance")),
        ("clinical", ("age", "Sex", "SBP", "trestbps", "tumor size", "cd40", "Alter (Jahre)", "BMI", "karno", "bili")),
        (None, ("x_7", "V3", "column_4", "risk", "generic", "packaging", "visit", "treatment")),
    ],
)
def test_names_tell_the_group(group, names):
    assert {name: factor_group(name) for name in names} == dict.fromkeys(names, group)
    assert group is None or group in FACTOR_GROUPS


def test_only_what_is_learned_from_gets_a_group():
    columns = [
        Column("smoker", "category"),
        Column("smoking_notes", "text"),
        Column("sleep_start", "date"),
        Column("age", "number"),
    ]
    assert propose_factor_groups(columns) == {"smoker": "lifestyle", "age": "clinical"}


def table():
    rows = [f"{40 + i % 31},{'yn'[i % 2]},{i % 7},{'AB'[i % 2]},{i % 3 % 2}" for i in range(40)]
    return read_table("\n".join(["age,smoker,income,arm,died", *rows]).encode())


def test_the_proposal_holds_them_for_predictors_alone():
    roles = propose_roles(table())
    assert roles.treatment == "arm" and roles.outcome == "died"
    assert roles.factor_groups == {"age": "clinical", "smoker": "lifestyle", "income": "environment"}


def test_a_group_of_a_column_that_is_not_there_is_refused():
    with pytest.raises(InputError) as refused:
        check_roles(table(), Roles(outcome="died", factor_groups={"rs7": "genes"}))
    assert refused.value.code == "unknown_column" and "rs7" in refused.value.message
