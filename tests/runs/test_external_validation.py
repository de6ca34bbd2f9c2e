from dataclasses import fields

from mac_core.runs.external_validation import ExternalValidation
from tests.runs.test_additions import VALIDATION


def test_nothing_of_the_patients_is_kept():
    assert [field.name for field in fields(ExternalValidation)] == [
        "file",
        "sha256",
        "in_training",
        "total",
        "check",
        "created",
    ]
    assert VALIDATION.created == ""
    assert all(
        isinstance(getattr(VALIDATION.check, field.name), (int, float, str, tuple)) for field in fields(VALIDATION.check)
    )
