"""A table goes through bytes and comes back as it was."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core.data.reading import read_table
from mac_core.runs import frames
from mac_core.runs.tables import number_of_base, pack, pack_change, unpack, unpack_change


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


ROWS = "\n".join(f"{40 + i},{999 if i == 3 else i % 7},{'AB'[i % 2]}" for i in range(300))
RAW = f"age,x,arm\n{ROWS}\n40,0,A\n".encode()


def test_an_answer_is_kept_as_the_columns_that_it_changes():
    before = read_table(RAW)
    for answers, changed in [({"constant_column:x": "seen"}, []), ({"sentinel:x": "missing"}, ["x"])]:
        after = read_table(RAW, answers=answers)
        packed = pack_change(after, before, 7)
        assert number_of_base(packed) == 7 and list(frames.from_bytes(packed.frame).columns) == changed
        assert len(packed.frame) < len(pack(after).frame) / 2 and packed.lines == b""
        again = unpack_change(packed, before)
        pd.testing.assert_frame_equal(again.frame, after.frame)
        assert again.answers == answers and again.schema == after.schema and again.notices == after.notices
        assert np.array_equal(again.lines, after.lines)


def test_where_rows_go_the_whole_table_is_kept():
    before, after = read_table(RAW), read_table(RAW, answers={"duplicate_rows": "drop"})
    assert len(after.frame) == len(before.frame) - 1
    packed = pack_change(after, before, 7)
    assert number_of_base(packed) is None
    pd.testing.assert_frame_equal(unpack(packed).frame, after.frame)


def test_columns_that_come_and_go():
    raw = b"age,BP\n40,120/80\n50,130/90\n"
    one, two = read_table(raw), read_table(raw, answers={"pair_split": "text"})
    for before, after in [(one, two), (two, one)]:
        pd.testing.assert_frame_equal(unpack_change(pack_change(after, before, 0), before).frame, after.frame)
