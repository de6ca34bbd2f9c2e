"""MAC: learn from many small subtasks which learning algorithms work for patients like these, average what they learned,
choose per subtask the average that errs least, and say honestly how far the result can be trusted.

The public names load on first use, so that reading a table or listing runs does not import scikit-learn.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "EXPECTED_FAILED_CHECKS": "mac_core.ensemble.estimator",
    "Estimate": "mac_core.ensemble.honesty",
    "InputError": "mac_core.errors",
    "MACClassifier": "mac_core.ensemble.estimator",
    "MACRegressor": "mac_core.ensemble.estimator",
    "Notice": "mac_core.errors",
    "PatientTable": "mac_core.data.table",
    "Progress": "mac_core.runs.run",
    "Roles": "mac_core.data.roles",
    "Run": "mac_core.runs.run",
    "RunStore": "mac_core.runs.store",
    "Settings": "mac_core.runs.settings",
    "Subtask": "mac_core.ensemble.subtasks",
    "TreatmentComparison": "mac_core.treatment.comparison",
    "predict_patients": "mac_core.runs.prediction",
    "propose_roles": "mac_core.data.roles",
    "read_table": "mac_core.data.reading",
    "run_study": "mac_core.runs.study",
}

__version__ = "0.1.0"
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
