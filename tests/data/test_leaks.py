"""Columns that know the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mac_core.data.leaks import association, find_leaks
from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.data.table import PatientTable

RNG = np.random.default_rng(0)
N = 80
DIED = np.tile([0, 1, 0, 0], N // 4)


def table_of(target=None, **columns) -> PatientTable:
    died = DIED if target is None else target
    frame = pd.DataFrame({"age": RNG.integers(30, 80, N), **columns, "outcome": died})
    return read_table(frame.to_csv(index=False).encode())


def found(table: PatientTable, roles: Roles) -> list[tuple[str, str | None]]:
    return [(notice.code, notice.place.column) for notice in find_leaks(table, roles)]


ROLES = Roles(outcome="outcome")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"x": DIED * 2.5 + RNG.random(N)}, [("leak", "x")]),
        ({"x": -(DIED * 2.5 + RNG.random(N))}, [("leak", "x")]),
        ({"x": np.where(DIED == 1, "Z51", "Z09")}, [("leak", "x")]),
        ({"x": np.where(DIED == 1, RNG.random(N).round(3).astype(str), "")}, [("leak_gap", "x")]),
        ({"x": np.where(np.arange(N) % 9 == 0, "no follow-up", "well")}, [("leak_words", "x")]),
        ({"lab": RNG.random(N), "test": np.where(np.arange(N) % 20 == 1, 0, DIED)}, [("leak_sibling", "test")]),
        ({"time": RNG.integers(1, 300, N)}, [("after_treatment", "time")]),
        # A good predictor is none, and neither is noise.
        ({"x": DIED + RNG.normal(size=N)}, []),
        ({"x": RNG.choice(["a", "b"], N)}, []),
        ({"x": [f"p{i}" for i in range(N)]}, []),
    ],
)
def test_leaks_of_two_classes(columns, expected):
    assert found(table_of(**columns), ROLES) == expected


def test_numbers_and_classes():
    score = RNG.normal(size=N).round(4)
    assert found(table_of(target=score, twin=(3 * score + 1).round(4)), ROLES) == [("leak", "twin")]
    assert found(table_of(target=score, half=score + RNG.normal(size=N)), ROLES) == []
    grade = np.arange(N) % 4
    assert found(table_of(target=grade, code=np.array(list("wxyz"))[grade]), ROLES) == [("leak", "code")]


def test_an_answer_settles_it_and_ignoring_too():
    table = table_of(x=DIED * 2.5, time=RNG.integers(1, 300, N))
    assert len(found(table, ROLES)) == 2
    assert found(replace(table, answers={"leak:x": "known", "after_treatment:time": "known"}), ROLES) == []
    assert found(table, replace(ROLES, ignore=("x", "time"))) == [("afterwards_ignored", "time")]


def test_a_column_that_decides_the_treatment():
    arm = np.array(["A", "B"])[np.arange(N) % 2]
    table = table_of(arm=arm, hospital=np.where(arm == "A", "North", "South"))
    roles = Roles(treatment="arm", outcome="outcome")
    assert ("treatment_decided_by", "hospital") in found(table, roles)


def test_few_rows_say_nothing():
    table = read_table(b"age,x,outcome\n40,a,1\n50,b,0\n60,a,1\n")
    assert find_leaks(table, ROLES) == () and find_leaks(table, Roles(outcome="nothing")) == ()


@pytest.mark.parametrize(
    ("values", "target", "expected"),
    [
        ([1.0, 2, 3, 4], [0.0, 0, 1, 1], 1.0),
        ([4.0, 3, 2, 1], [0.0, 0, 1, 1], 1.0),
        ([1.0, 2, 1, 2], [0.0, 0, 1, 1], 0.0),
        ([1.0, 1, 1, 1], [0.0, 0, 1, 1], 0.0),
        ([np.nan] * 4, [0.0, 0, 1, 1], 0.0),
    ],
)
def test_association(values, target, expected):
    assert association(pd.Series(values), pd.Series(target)) == pytest.approx(expected)
