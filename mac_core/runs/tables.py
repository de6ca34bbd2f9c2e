"""A table that was read, as JSON and Arrow bytes and back: for keeping it, and for handing it from one process to another."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mac_core.data.table import PatientTable
from mac_core.runs import frames, records

__all__ = ["Packed", "number_of_base", "pack", "pack_change", "unpack", "unpack_change"]

_BASE, _COLUMNS = "base_number", "base_columns"


class Packed(NamedTuple):
    """`body`: everything but the frame and the lines, as JSON; these two as Arrow bytes, which cannot carry code."""

    body: str
    frame: bytes
    lines: bytes


def pack(table: PatientTable) -> Packed:
    r"""Write a table.

    Examples
    --------
    >>> from mac_core.data.reading import read_table
    >>> unpack(pack(read_table(b"age,arm\n40,A\n50,B\n"))).frame["age"].tolist()
    [40.0, 50.0]
    """
    lines = frames.to_bytes(pd.Series(np.asarray(table.lines), name="line"))
    return Packed(records.to_json(_plain(table)), frames.to_bytes(table.frame), lines)


def unpack(packed: Packed) -> PatientTable:
    """Read what `pack` wrote; fields that this version does not know are left out."""
    lines = frames.from_bytes(packed.lines).to_numpy()
    return PatientTable(frame=frames.from_bytes(packed.frame), lines=lines, **_fields(json.loads(packed.body)))


def pack_change(table: PatientTable, before: PatientTable, number: int) -> Packed:
    """Write only what differs from a table that is kept already under `number`: the changed columns, not the others.

    Where rows came or went, the whole table is written.
    """
    if not np.array_equal(table.lines, before.lines):
        return pack(table)
    same = {
        name for name in table.frame.columns if name in before.frame.columns and table.frame[name].equals(before.frame[name])
    }
    changed = [name for name in table.frame.columns if name not in same]
    body = {**records.to_plain(_plain(table)), _BASE: number, _COLUMNS: list(table.frame.columns)}
    return Packed(records.to_json(body), frames.to_bytes(table.frame[changed], index=False), b"")


def number_of_base(packed: Packed) -> int | None:
    """The number of the table that this one is a change of; None if it stands alone."""
    return None if packed.lines else json.loads(packed.body).get(_BASE)


def unpack_change(packed: Packed, before: PatientTable) -> PatientTable:
    """Read what `pack_change` wrote, given the table that it was a change of.

    Examples
    --------
    >>> from mac_core.data.reading import read_table
    >>> raw = b"age,x" + bytes([10]) + bytes([10]).join(b"%d,%d" % (i, 999 if i == 7 else i % 3) for i in range(30))
    >>> before, after = read_table(raw), read_table(raw, answers={"sentinel": "missing"})
    >>> bool(unpack_change(pack_change(after, before, 0), before).frame.equals(after.frame))
    True
    """
    plain = json.loads(packed.body)
    changed = frames.from_bytes(packed.frame)
    columns = {name: (changed if name in changed else before.frame)[name] for name in plain[_COLUMNS]}
    return PatientTable(frame=pd.DataFrame(columns), lines=before.lines, **_fields(plain))


def _plain(table: PatientTable) -> dict[str, Any]:
    return {f.name: getattr(table, f.name) for f in fields(table) if f.name not in ("frame", "lines")}


def _fields(plain: dict[str, Any]) -> dict[str, Any]:
    hints = records.hints(PatientTable)
    return {name: records.from_plain(hints[name], value) for name, value in plain.items() if name in hints}
