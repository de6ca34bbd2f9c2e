"""A table that was read, as JSON and Arrow bytes and back: for keeping it, and for handing it from one process to another."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import NamedTuple

import numpy as np
import pandas as pd

from mac_core.data.table import PatientTable
from mac_core.runs import frames, records

__all__ = ["Packed", "pack", "unpack"]


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
    plain = {f.name: getattr(table, f.name) for f in fields(table) if f.name not in ("frame", "lines")}
    lines = frames.to_bytes(pd.Series(np.asarray(table.lines), name="line"))
    return Packed(records.to_json(plain), frames.to_bytes(table.frame), lines)


def unpack(packed: Packed) -> PatientTable:
    """Read what `pack` wrote; fields that this version does not know are left out."""
    hints = records.hints(PatientTable)
    plain = {name: records.from_plain(hints[name], value) for name, value in json.loads(packed.body).items() if name in hints}
    return PatientTable(frame=frames.from_bytes(packed.frame), lines=frames.from_bytes(packed.lines).to_numpy(), **plain)
