"""What is kept of a check on patients of another file: the file's name and hash and the numbers, never the patients."""

from __future__ import annotations

from dataclasses import dataclass

from mac_core.evidence.outside_check import OutsideCheck

__all__ = ["ExternalValidation"]


@dataclass(frozen=True)
class ExternalValidation:
    """How good a run's predictions were for the patients of another file; of the patients themselves nothing is kept.

    Attributes
    ----------
    file : str
        Its name, as it was uploaded.
    sha256 : str
        Of its content.
    in_training : int
        Patients with exactly the values of one whom the study learned from; with any, the check is too good.
    total : int
        Patients in the file, with and without an outcome.
    check : OutsideCheck
    created : str
        When it was kept, UTC, ISO 8601; filled in by `Additions.add`.
    """

    file: str
    sha256: str
    in_training: int
    total: int
    check: OutsideCheck
    created: str = ""
