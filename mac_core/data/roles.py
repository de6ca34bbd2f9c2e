"""What each column is for: treatment, outcome, patient, site, or ignored; and what the outcome means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Roles"]


@dataclass(frozen=True)
class Roles:
    """The user's decisions about a table.

    Parameters
    ----------
    treatment, outcome, patient_id, site, harm : str or None
        Column names.
    ignore : tuple of str
        Columns that no model sees.
    reference : str or None
        The arm that the others are compared with.
    higher_is_better : bool or None
        Direction of the outcome.
    event : str or None
        For a binary target, the class that counts.
    kind : {"binary", "classes", "number"} or None
        Of the target (the outcome if there is one, else the treatment). None: as the data suggest.
    design : {"randomised", "routine"}
        How treatment was decided. Routine care forbids causal wording.
    outcome_label, outcome_unit, horizon : str or None
        How the outcome is named, in which unit, after how long.
    smallest_difference : float or None
        The smallest difference in the outcome that would matter, in its unit (for binary outcomes a risk, 0 to 1).
    factor_groups : mapping
        Column name to group (genes, lifestyle, environment, clinical).
    """

    treatment: str | None = None
    outcome: str | None = None
    patient_id: str | None = None
    site: str | None = None
    ignore: tuple[str, ...] = ()
    reference: str | None = None
    higher_is_better: bool | None = None
    event: str | None = None
    kind: Literal["binary", "classes", "number"] | None = None
    design: Literal["randomised", "routine"] = "routine"
    harm: str | None = None
    outcome_label: str | None = None
    outcome_unit: str | None = None
    horizon: str | None = None
    smallest_difference: float | None = None
    factor_groups: Mapping[str, str] = field(default_factory=dict)
