"""Proposed roles, and roles that cannot be."""

from __future__ import annotations

import pytest

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles, check_roles, propose_roles
from mac_core.errors import InputError


def table_of(**columns):
    rows = [",".join(columns)]
    rows += [",".join(str(make(i)) for make in columns.values()) for i in range(40)]
    return read_table("\n".join(rows).encode())


def age(i):
    return 40 + i * 7 % 31


def arm(i):
    return ["placebo", "drug"][i % 2]


def event(i):
    return int(i % 3 == 0)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"patient_id": lambda i: 100 + i, "age": age, "arm": arm, "died": event}, ("arm", "died", "patient_id", None)),
        (
            {"MRN": lambda i: f"{i:05}", "hospital": lambda i: "NS"[i % 2], "age": age, "rx": arm, "y": event},
            ("rx", "y", "MRN", "hospital"),
        ),
        ({"age": age, "drug": arm, "treatment": arm, "relapse": event}, ("treatment", "relapse", None, None)),
        ({"age": age, "sex": lambda i: "fm"[i % 2], "bmi": lambda i: 20 + i % 9, "died": event}, (None, "died", None, None)),
        ({"age": age, "sex": lambda i: "fm"[i % 2], "kept_leg": event}, (None, "kept_leg", None, None)),
        # A dose is no choice between treatments.
        ({"age": age, "treatment": lambda i: i * 2.5, "died": event}, (None, "died", None, None)),
    ],
)
def test_names_tell_the_roles(columns, expected):
    roles = propose_roles(table_of(**columns))
    assert (roles.treatment, roles.outcome, roles.patient_id, roles.site) == expected


def test_the_last_column_of_a_file_without_names_is_the_treatment():
    table = read_table("\n".join(f"{age(i)},{60 + i % 17},{110 + i},{'ABC'[i % 3]}" for i in range(40)).encode())
    assert propose_roles(table) == Roles(treatment="column_4")


def test_what_is_personal_or_known_afterwards_is_left_out():
    table = table_of(
        last_name=lambda i: ["Li", "Wu"][i % 2],
        age=age,
        arm=arm,
        length_of_stay=lambda i: i % 5,
        died=event,
        discharge_ward=arm,
    )
    roles = propose_roles(table)
    assert roles.outcome == "died"
    assert roles.ignore == ("last_name", "length_of_stay", "discharge_ward")


def test_direction_and_reference_are_guessed_from_names():
    assert propose_roles(table_of(age=age, arm=arm, died=event)).higher_is_better is False
    assert propose_roles(table_of(age=age, arm=arm, outcome=event)).higher_is_better is None
    assert propose_roles(table_of(age=age, arm=arm, died=event)).reference == "placebo"


@pytest.mark.parametrize(
    ("roles", "code", "column"),
    [
        (Roles(), "no_target", None),
        (Roles(patient_id="patient_id"), "no_target", None),
        (Roles(treatment="drug"), "unknown_column", "drug"),
        (Roles(treatment="arm", ignore=("nothing",)), "unknown_column", "nothing"),
        (Roles(treatment="arm", outcome="arm"), "role_twice", "arm"),
        (Roles(outcome="died", ignore=("died",)), "role_twice", "died"),
        (Roles(outcome="died", harm="died"), "role_twice", "died"),
        (Roles(outcome="died", site="patient_id", patient_id="patient_id"), "role_twice", "patient_id"),
    ],
)
def test_impossible_roles_are_refused(roles, code, column):
    table = table_of(patient_id=lambda i: 100 + i, age=age, arm=arm, died=event)
    with pytest.raises(InputError) as caught:
        check_roles(table, roles)
    assert (caught.value.code, caught.value.place.column) == (code, column)


def test_an_ignored_patient_id_may_still_group():
    table = table_of(patient_id=lambda i: 100 + i, age=age, died=event)
    assert check_roles(table, Roles(outcome="died", patient_id="patient_id", ignore=("patient_id",))) is None
