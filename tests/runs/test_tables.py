"""A table goes through bytes and comes back as it was."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core.data.reading import read_table
from mac_core.runs.tables import pack, unpack


def test_round_trip():
    raw = b"Trial 7,,,\nage,seen,sex,\xc3\x9f\n40,2020-01-31,m,00123\n,2020-02-01,,00456\n999,2020-03-02,M,00789\n"
    table = read_table(raw, name="x.csv", answers={"sentinel": "keep"})
    again = unpack(pack(table))
    pd.testing.assert_frame_equal(again.frame, table.frame)
    assert again.lines.tolist() == [3, 4, 5] and np.array_equal(again.lines, table.lines)
    for name in ("notices", "schema", "name", "sha256", "answers"):
        assert getattr(again, name) == getattr(table, name)


def test_fields_of_a_later_version_are_left_out():
    packed = pack(read_table(b"age,arm\n40,A\n50,B\n"))
    assert len(unpack(packed._replace(body=packed.body.replace("{", '{"later": 7, ', 1))).frame) == 2
