"""Finished runs, predictions, checks and comparisons as plain JSON, for programs: NaN as null, keys that do not change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from mac_core.errors import Notice
from mac_core.runs.batch import Batch
from mac_core.runs.records import to_plain
from mac_core.runs.run import Run
from mac_core.runs.side_by_side import SideBySide

__all__ = ["SCHEMA_VERSION", "check_document", "comparison_document", "predictions_document", "run_document"]

SCHEMA_VERSION = 1


def run_document(run: Run, new: str) -> dict[str, Any]:
    """Write a run: schema_version, run (its id), ranking, errors, the comparison of treatments, notices."""
    return _plain(
        {
            "schema_version": SCHEMA_VERSION,
            "run": new,
            "ranking": _records(run.ranking.reset_index()),
            "article_error": run.article_error,
            "honest_error": dict(zip(("value", "low", "high"), run.honest_error, strict=True)),
            "baseline_error": run.baseline_error,
            "average_effects": None if run.average_effects is None else _records(run.average_effects.reset_index()),
            "heterogeneity": dict(run.heterogeneity) or None,
            "advice": dict(run.advice) or None,
            "notices": run.notices,
        }
    )


def predictions_document(run: Run, batch: Batch, *, held_back: Sequence[str], notices: Sequence[Notice]) -> dict[str, Any]:
    """Write a file's predictions: run, file, sha256, held_back (why), in_training, verdicts, patients, notices.

    Where anything is held back, `verdicts` and `patients` are null.
    """
    shown = not held_back
    return _plain(
        {
            **_about(run, batch, held_back),
            "verdicts": _records(batch.verdicts) if shown and batch.verdicts is not None else None,
            "patients": _records(batch.patients) if shown else None,
            "notices": list(notices),
        }
    )


def check_document(
    run: Run, batch: Batch, *, held_back: Sequence[str], kept: bool, notices: Sequence[Notice]
) -> dict[str, Any]:
    """Write a check on other patients: run, file, sha256, held_back (why), in_training, kept, check, notices.

    `check` holds the fields of `OutsideCheck`; it is null where it is held back.
    """
    check = None
    if batch.check is not None and not held_back:
        check = {**to_plain(batch.check), "measures": [measure._asdict() for measure in batch.check.measures]}
    return _plain({**_about(run, batch, held_back), "kept": kept, "check": check, "notices": list(notices)})


def comparison_document(found: SideBySide, first: Run, second: Run) -> dict[str, Any]:
    """Write two runs beside each other: first, second (ids), same_loss, paired or null, why_not, errors, settings, data."""
    return _plain(
        {
            "schema_version": SCHEMA_VERSION,
            "first": first.id,
            "second": second.id,
            "same_loss": found.same_loss,
            "paired": None if found.paired is None else found.paired._asdict(),
            "why_not": found.why_not,
            "errors": _records(found.errors.reset_index()),
            "settings": _records(found.settings),
            "data": _records(found.data),
        }
    )


def _about(run: Run, batch: Batch, held_back: Sequence[str]) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "run": run.id,
        "file": batch.file,
        "sha256": batch.sha256,
        "held_back": list(held_back),
        "in_training": batch.in_training,
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as mappings; dates as text."""
    dates = table.select_dtypes("datetime")
    rows = table.assign(**{str(name): dates[name].astype("str") for name in dates}).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = _without_nan(to_plain(document))
    return plain


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
