"""Which treatment: what is expected under every arm, how far the arms differ on average, and what may be said of it.

A *doubly robust score* of patient i and arm a is a number whose average over patients is the expected outcome if everybody
got arm a. It is what the models of the outcome say, corrected by what was observed in those who got the arm, weighted by how
unlikely that was. Everything about the cohort here is an average of such scores: over all patients (`average_effects`,
`policy`), or over patients who are alike (`similar_groups`). What is said of one patient (`comparison`) comes from the models
per arm (`outcomes`), and only where comparable patients got the arm (`overlap`).

The public names load on first use: pages list runs without importing scikit-learn.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "Answers": "mac_core.treatment.comparison",
    "Heterogeneity": "mac_core.treatment.heterogeneity",
    "Overlap": "mac_core.treatment.overlap",
    "RandomisationCheck": "mac_core.treatment.propensity",
    "TreatmentComparison": "mac_core.treatment.comparison",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
