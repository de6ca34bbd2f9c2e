"""Tables as bytes and back: Arrow IPC, which keeps types, index and missing values, and cannot carry code."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa

__all__ = ["from_bytes", "to_bytes"]

_SERIES = b"mac_series"


def to_bytes(frame: pd.DataFrame | pd.Series, *, index: bool = True) -> bytes:
    """Write a frame or a series; without its index, it comes back with a plain one.

    Raises
    ------
    pyarrow.ArrowInvalid
        If a column mixes types that Arrow cannot hold.
    """
    is_series = isinstance(frame, pd.Series)
    body = frame.to_frame("value" if frame.name is None else frame.name) if isinstance(frame, pd.Series) else frame
    table = pa.Table.from_pandas(body, preserve_index=index, nthreads=1)
    if is_series:
        named = b"" if frame.name is None else b"named"
        table = table.replace_schema_metadata({**(table.schema.metadata or {}), _SERIES: named or b"nameless"})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def from_bytes(content: bytes) -> Any:
    """Read what `to_bytes` wrote: a DataFrame, or a Series if one was written.

    Examples
    --------
    >>> from_bytes(to_bytes(pd.Series(["a", None], name="arm", dtype="str"))).isna().tolist()
    [False, True]
    """
    with pa.ipc.open_stream(content) as reader:
        table = reader.read_all()
    # One thread, since a job forks its workers afterwards; a copy, since Arrow's buffers are read-only.
    frame = table.to_pandas(use_threads=False).copy()
    kind = (table.schema.metadata or {}).get(_SERIES)
    if kind is None:
        return frame
    series = frame.iloc[:, 0]
    return series.rename(None) if kind == b"nameless" else series
