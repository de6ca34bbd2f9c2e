"""Problem cells are found where the notices say."""

from __future__ import annotations

from mac_core.data.marks import mark_cells
from mac_core.data.quality import examine_table
from mac_core.data.reading import read_table

TABLE = read_table(
    "\n".join(
        ["sbp,crp,arm"]
        + [f"{120 + i},{i}.5,{'AB'[i % 2]}" for i in range(9)]
        + ["1200,see note,A", "0,7.5,B", "999,4.5,A", "120,0.5,A"]
    ).encode()
)


def test_marks():
    marks = mark_cells(TABLE, [*TABLE.notices, *examine_table(TABLE)])
    assert marks.shape == TABLE.frame.shape
    assert marks["sbp"].tolist()[9:12] == ["question"] * 3
    assert marks["crp"].tolist() == [""] * 9 + ["question", "", "", "question"]
    # The last row repeats the first one.
    assert marks["arm"].tolist() == [""] * 12 + ["question"]


def test_whole_columns_are_not_marked():
    table = read_table(b"age,sex,arm\n40,NA,A\n50,f,B\n60,f,B\n")
    assert [found.code for found in table.notices] == ["missing_words"]
    assert (mark_cells(table, table.notices) == "").all(axis=None)
    assert mark_cells(table, ()).eq("").all(axis=None)
