"""What a table is worth: gaps, repeated rows and patients, columns that cannot help, rare classes."""

from __future__ import annotations

import numpy as np

from mac_core.data.roles import Roles
from mac_core.data.schema import label_of
from mac_core.data.table import PatientTable
from mac_core.errors import Notice, Place, notice

__all__ = ["examine_table"]

# Shares of the rows from which on something is worth a sentence.
_MUCH_MISSING = 0.2
_RARE_CLASS = 0.1
_MANY_LEVELS = 50
_MOST_CLASSES = 25


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
    notices = [*_duplicate_rows(table)]
    notices += _repeated_ids(table, roles)
    for column in table.schema.columns:
        if column.name not in roles.ignore:
            notices += _column(table, column.name)
    target = roles.outcome if roles.outcome is not None else roles.treatment
    if target in table.schema.names:
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
    if table.schema[name].kind == "category" and different > _MANY_LEVELS:
        found.append(notice("many_levels", place, column=name, count=different))
    return found


def _class_balance(table: PatientTable, name: str, label: str) -> list[Notice]:
    counts = table.frame[name].value_counts()
    if not 2 <= len(counts) <= _MOST_CLASSES:
        return []
    rows = int(counts.sum())
    return [
        notice("class_balance", Place(None, name), label_of(value), count=int(count), rows=f"{rows:,}", label=label)
        for value, count in sorted(counts.items(), key=lambda item: str(item[0]))
        if count < _RARE_CLASS * rows
    ]
