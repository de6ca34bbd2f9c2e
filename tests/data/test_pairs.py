"""Two numbers in one cell."""

from __future__ import annotations

import pytest

from mac_core.data.reading import read_table


def read(*cells, name="BP"):
    return read_table("\n".join([f"arm,{name}", *(f"{'AB'[i % 2]},{cell}" for i, cell in enumerate(cells))]).encode())


def test_pressures_are_split_with_their_gaps():
    table = read("120/80", "?", "131 / 77 mmHg", "99/60", "90/60")
    assert table.frame["BP systolic"].tolist()[2:] == [131, 99, 90] and table.frame["BP diastolic"].tolist()[2:] == [77, 60, 60]
    assert table.frame.isna().sum().tolist() == [0, 1, 1]
    assert [found.code for found in table.notices] == ["pair_split"]


def test_other_pairs_are_not_called_pressures():
    assert list(read("20/40", "20/20", "40/20").frame)[1:] == ["BP first", "BP second"]


def test_a_pressure_the_wrong_way_round_is_named():
    table = read(*["120/80"] * 8, "76/102", name="Visit 2 BP")
    assert list(table.frame)[1:] == ["Visit 2 BP systolic", "Visit 2 BP diastolic"]
    turned = {found.code: found for found in table.notices}["pair_turned"]
    assert (turned.place, turned.value) == ((10, "Visit 2 BP systolic"), "76/102")
    assert list(read(*["120/80"] * 8, "76/102", name="score").frame)[1:] == ["score first", "score second"]


@pytest.mark.parametrize(
    "cells", [("120/80", "high"), ("1/2", "1/4"), ("03/04/2020", "05/06/2020"), ("120/80/60",), ("12", "13")]
)
def test_anything_else_is_left(cells):
    assert list(read(*cells).frame) == ["arm", "BP"]


def test_a_name_that_is_taken():
    table = read_table(b"BP,BP systolic\n120/80,1\n130/70,2\n")
    assert list(table.frame) == ["BP systolic (2)", "BP diastolic", "BP systolic"]
