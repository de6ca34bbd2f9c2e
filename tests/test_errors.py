"""Errors and notices keep what they were given, across processes too."""

import pickle

import pytest

from mac_core.errors import CATALOGUE, InputError, Notice, Place, notice, refuse


def test_an_error_says_what_where_and_how_to_fix():
    error = refuse("too_few_rows", Place(3, "age"), rows=7, needed=20)
    assert isinstance(error, ValueError)
    assert error.code == "too_few_rows"
    assert error.place == (3, "age")
    assert "7" in error.message
    assert str(error) == f"{error.message} {error.fix}"


def test_an_error_survives_the_way_from_a_worker():
    error = refuse("empty_file")
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.message, again.place, again.fix) == (error.code, error.message, error.place, error.fix)


def test_without_a_place_row_and_column_are_none():
    assert InputError("x", "Wrong.").place == Place(None, None)


def test_a_refused_fault_cannot_be_only_noticed():
    with pytest.raises(ValueError, match="empty_file"):
        notice("empty_file")


def test_a_notice_carries_the_catalogue_s_severity():
    plain = {code: entry for code, entry in CATALOGUE.items() if "{" not in entry.message + entry.fix}
    code = next(code for code, entry in plain.items() if entry.severity == "warning")
    found = notice(code, Place(None, "age"), value=3)
    assert found == Notice(code, "warning", Place(None, "age"), "3", CATALOGUE[code].message, CATALOGUE[code].fix)
