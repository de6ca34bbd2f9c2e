"""Which columns tell patients apart."""

from __future__ import annotations

import pytest

from mac_core.data.identifiers import is_identifier, must_stay_text, names_a_patient


@pytest.mark.parametrize(
    "name",
    [
        "id",
        "ID",
        "patient_id",
        "Patient ID",
        "MRN",
        "pidnum",
        "subject",
        "study_id",
        "Patienten-Nr.",
        "病历号",
        "seqn",
        "record no",
    ],
)
def test_names_of_patients(name):
    assert names_a_patient(name)


@pytest.mark.parametrize(
    "name", ["age", "steroid", "uric acid", "hospital_id", "drug_id", "site id", "test_id", "num.co", "width", "idh1"]
)
def test_names_of_other_things(name):
    assert not names_a_patient(name)


@pytest.mark.parametrize(
    ("name", "n_different", "numeric", "expected"),
    [
        ("patient_id", 100, True, True),
        ("patient_id", 40, True, True),
        ("drug_id", 3, True, False),
        ("weight", 100, True, False),
        ("code", 100, False, True),
        ("diagnosis", 30, False, False),
    ],
)
def test_identifiers(name, n_different, numeric, expected):
    assert is_identifier(name, n_different, 100, numeric=numeric, whole=True, long_text=False) is expected


def test_free_text_is_no_identifier():
    assert not is_identifier("remark", 100, 100, numeric=False, whole=False, long_text=True)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["00123", "4"], True),
        (["9007199254740993"], True),
        (["9007199254740992"], False),
        (["0", "0.5", "10"], False),
        (["2.50E-01", "1E5"], False),
    ],
)
def test_what_a_number_would_change_stays_text(texts, expected):
    assert must_stay_text(texts) is expected
