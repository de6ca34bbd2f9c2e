"""The fast way reads what the careful way reads, or steps aside."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core.data import bulk
from mac_core.data.reading import read_table

ROWS = "".join(f"{i},{40 + i % 9}.5,{'AB'[i % 2]}\n" for i in range(400))
REGULAR = "id,age,arm\n" + ROWS


def both(content: str, monkeypatch: pytest.MonkeyPatch):
    careful = read_table(content.encode())
    monkeypatch.setattr(bulk, "LEAST_CHARACTERS", 0)
    return careful, read_table(content.encode())


@pytest.mark.parametrize(
    "content",
    [
        REGULAR,
        REGULAR.rstrip("\n"),
        REGULAR.replace("\n", "\r\n"),
        "Trial 7\n\n" + REGULAR,
        REGULAR.replace("A\n", '"A"\n'),
        REGULAR.replace("A\n", '"A, or so ""B"""\n'),
        # The fast way steps aside for these.
        REGULAR.replace("A\n", '"A\nor B"\n'),
        REGULAR.replace("40.5,", '40.5, "x"'),
        REGULAR.replace("\n", "\r"),
        REGULAR + "7,8\n",
        REGULAR + "7,8,A,,\n",
        # Empty rows and totals.
        REGULAR.replace("7,42.5", ",").replace("17,48.5,B", ",,"),
        REGULAR + "Total,4000,\n",
        ROWS,
    ],
)
def test_both_ways_give_the_same(content, monkeypatch):
    careful, fast = both(content, monkeypatch)
    pd.testing.assert_frame_equal(careful.frame, fast.frame)
    assert np.array_equal(careful.lines, fast.lines)
    assert careful.notices == fast.notices


def test_a_regular_file_takes_the_fast_way(monkeypatch):
    assert bulk.read_bulk(REGULAR, ",", 2, 3) is None
    monkeypatch.setattr(bulk, "LEAST_CHARACTERS", 0)
    found = bulk.read_bulk(REGULAR, ",", 2, 3)
    assert found is not None and found.lines.tolist() == list(range(2, 402))
    assert bulk.read_bulk(REGULAR.replace("A\n", '"A\nB"\n'), ",", 2, 3) is None
