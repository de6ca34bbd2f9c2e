"""What a table is worth: gaps, repeated rows and patients, columns that cannot help, rare classes."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from mac_core.data.answers import answer_to
from mac_core.data.arms import MOST_CLASSES
from mac_core.data.limits import measurement_of
from mac_core.data.roles import Roles
from mac_core.data.schema import label_of
from mac_core.data.sums import find_sums
from mac_core.data.table import PatientTable
from mac_core.data.target import suggest_kind
from mac_core.errors import Notice, Place, notice

__all__ = ["examine_table"]

# Shares of the rows from which on something is worth a sentence.
_MUCH_MISSING = 0.2
_RARE_CLASS = 0.1
_MANY_LEVELS = 50
_NAMED_CLASSES = 3
# Comparing every column with every other costs the square of their number.
_MOST_COMPARED = 200
_LOOKED_AT = 5_000
_STAGES = (
    re.compile(r"birth|\bdob\b|geburt|naissance|出生", re.IGNORECASE),
    re.compile(r"admi|treat|random|enrol|surgery|start|diagnos|aufnahme|baseline", re.IGNORECASE),
    re.compile(r"discharge|death|died|dod|outcome|follow|end|last|relapse", re.IGNORECASE),
)


def examine_table(table: PatientTable, roles: Roles | None = None) -> tuple[Notice, ...]:
    r"""Find what should be known about a table before anything is learned from it.

    Parameters
    ----------
    table : PatientTable
    roles : Roles, optional
        With them, ignored columns are passed over, and the patient's id and the target are examined.

    Returns
    -------
    tuple of Notice
        Questions first, then warnings.

    Examples
    --------
    >>> from mac_core.data.reading import read_table
    >>> table = read_table(b"age,arm,ward\n40,A,7\n40,A,7\n52,B,7\n")
    >>> [found.code for found in examine_table(table)]
    ['duplicate_rows', 'constant_column']
    """
    roles = roles or Roles()
    notices = [] if answer_to(table.answers, "duplicate_rows") else [*_duplicate_rows(table)]
    notices += _repeated_ids(table, roles)
    for column in table.schema.columns:
        if column.name not in roles.ignore:
            notices += _column(table, column.name)
    kept = [c.name for c in table.schema.columns if c.name not in roles.ignore]
    notices += _dates(table, kept)
    numbers = [name for name in kept if table.schema[name].kind == "number"]
    notices += _same_information(table, numbers)
    target = roles.outcome if roles.outcome is not None else roles.treatment
    notices += find_sums(table.frame[[name for name in numbers if name != target]])
    if target in table.schema.names and not _is_amount(table, roles):
        notices += _class_balance(table, str(target), roles.outcome_label or str(target))
    return tuple(notices)


def _duplicate_rows(table: PatientTable) -> list[Notice]:
    repeated = table.frame.duplicated().to_numpy()
    if not repeated.any():
        return []
    line = int(table.lines[int(np.argmax(repeated))])
    return [notice("duplicate_rows", Place(line, None), count=int(repeated.sum()), line=line)]


def _repeated_ids(table: PatientTable, roles: Roles) -> list[Notice]:
    if roles.patient_id not in table.schema.names:
        return []
    ids = table.frame[roles.patient_id].dropna()
    again = ids.duplicated()
    if not again.any():
        return []
    line = int(table.lines[int(again.index[int(np.argmax(again.to_numpy()))])])
    place = Place(line, roles.patient_id)
    return [notice("repeated_ids", place, column=roles.patient_id, patients=f"{ids.nunique():,}", rows=f"{len(ids):,}")]


def _column(table: PatientTable, name: str) -> list[Notice]:
    values, place = table.frame[name], Place(None, name)
    different = int(values.nunique())
    if different == 0:
        return [notice("empty_column", place, column=name)]
    found = []
    missing = float(values.isna().mean())
    if missing >= _MUCH_MISSING:
        found.append(notice("column_missing_much", place, column=name, share=f"{100 * missing:.0f}"))
    if different == 1 and missing == 0:
        found.append(notice("constant_column", place, column=name))
    elif different > 1 and len(values) >= 100:
        others = int(values.notna().sum() - values.value_counts().iloc[0])
        if 0 < others < 0.01 * len(values):
            found.append(notice("near_constant_column", place, column=name, count=others))
    column = table.schema[name]
    measured = measurement_of(name) if column.kind == "number" else None
    counts = column.kind == "number" and measured is None and column.whole and missing == 0 and len(values) >= 20
    if counts and (values.diff().iloc[1:] > 0).all():
        found.append(notice("rises_with_rows", place, column=name))
    if measured is not None and measured.title == "age":
        old = int((values > 89).sum())
        if old:
            found.append(
                notice(
                    "age_over_89",
                    Place(int(table.lines[int(np.argmax((values > 89).to_numpy()))]), name),
                    None,
                    count=old,
                    column=name,
                )
            )
    if table.schema[name].kind == "category" and different > _MANY_LEVELS:
        found.append(notice("many_levels", place, column=name, count=different))
    return found


def _dates(table: PatientTable, names: list[str]) -> list[Notice]:
    """Dates that have not come yet, and treatment or outcome before birth or before what must have come first."""
    dates = [name for name in names if table.schema[name].kind == "date"]
    found = []
    now = pd.Timestamp(datetime.now(UTC).date())
    for name in dates:
        future = (table.frame[name] > now).to_numpy()
        if future.any():
            row = int(table.lines[int(np.argmax(future))])
            found.append(notice("future_date", Place(row, name), None, count=int(future.sum()), column=name, row=row))
    for early in dates:
        for late in dates:
            if not 0 < _stage(early) < _stage(late):
                continue
            wrong = (table.frame[late] < table.frame[early]).to_numpy()
            if wrong.any():
                row = int(table.lines[int(np.argmax(wrong))])
                place = Place(row, late)
                found.append(
                    notice("dates_in_wrong_order", place, None, count=int(wrong.sum()), later=late, column=early, row=row)
                )
    return found


def _stage(name: str) -> int:
    """When in a patient's life a date of this name lies; 0 for unknown, which is compared with nothing."""
    return next((stage for stage, pattern in enumerate(_STAGES, start=1) if pattern.search(name)), 0)


def _same_information(table: PatientTable, names: list[str]) -> list[Notice]:
    """Columns of numbers that are one another, perhaps in another unit."""
    if not 2 <= len(names) <= _MOST_COMPARED:
        return []
    frame = table.frame[names].iloc[:_LOOKED_AT]
    whole = [name for name in names if not frame[name].isna().any() and frame[name].nunique() > 2]
    if len(whole) < 2 or len(frame) < 20:
        return []
    together = np.abs(np.corrcoef(frame[whole].to_numpy(dtype=float), rowvar=False))
    found = []
    for later in range(1, len(whole)):
        earlier = int(np.argmax(together[later, :later]))
        if together[later, earlier] > 1 - 1e-9:
            name, other = whole[later], whole[earlier]
            found.append(notice("same_information", Place(None, name), None, column=name, other=other))
    return found


def _is_amount(table: PatientTable, roles: Roles) -> bool:
    """Whether the outcome is a number, of which no value is rare or frequent."""
    if roles.outcome not in table.schema.names or table.schema[str(roles.outcome)].kind != "number":
        return False
    kind = roles.kind or suggest_kind(table.frame[roles.outcome].dropna(), compared=roles.treatment is not None)
    return kind == "number"


def _class_balance(table: PatientTable, name: str, label: str) -> list[Notice]:
    counts = table.frame[name].value_counts()
    if not 2 <= len(counts) <= MOST_CLASSES:
        return []
    rows = int(counts.sum())
    rare = [(label_of(value), int(count)) for value, count in counts.items() if count < _RARE_CLASS * rows]
    if len(rare) > _NAMED_CLASSES:
        value, fewest = min(rare, key=lambda item: (item[1], item[0]))
        said = notice(
            "rare_classes",
            Place(None, name),
            value,
            count=len(rare),
            all=len(counts),
            label=label,
            rows=f"{rows:,}",
            fewest=fewest,
        )
        return [said]
    return [
        notice("class_balance", Place(None, name), value, count=count, rows=f"{rows:,}", label=label)
        for value, count in sorted(rare)
    ]
