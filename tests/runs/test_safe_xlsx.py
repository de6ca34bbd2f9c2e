from io import BytesIO

import numpy as np
import openpyxl
import pandas as pd

from mac_core.data.reading import read_table
from mac_core.runs.safe_xlsx import to_safe_xlsx

FORMULAS = ["=1+1", "+1", "-x", "@A1", '=HYPERLINK("http://x")', "\tA", "plain", None]


def test_no_cell_and_no_header_is_a_formula():
    frame = pd.DataFrame({"=id": FORMULAS, "change": np.linspace(-5, 2, 8)})
    book = openpyxl.load_workbook(BytesIO(to_safe_xlsx(frame)))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert book.active["A1"].value == "=id" and book.active["A1"].data_type == "s"
    assert not [cell for cell in cells if cell.hyperlink]
    assert book.active["B2"].value == -5


def test_importing_it_again_gives_the_same_values():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"line": range(2, 42), "name": [f"=p{i}" for i in range(40)], "risk": random.random(40)})
    frame.loc[3, "risk"] = np.nan
    again = read_table(to_safe_xlsx(frame), name="x.xlsx").frame
    assert again["name"].tolist() == frame["name"].tolist()
    np.testing.assert_allclose(again["risk"], frame["risk"], rtol=0, atol=1e-12)
    assert again["line"].tolist() == frame["line"].tolist()


def test_what_a_cell_cannot_hold_is_left_out():
    book = openpyxl.load_workbook(BytesIO(to_safe_xlsx(pd.DataFrame({"a": ["x\x00y", "z" * 40_000]}))))
    assert book.active["A2"].value == "xy"
    assert len(book.active["A3"].value) == 32_767
