import csv
import io

import pandas as pd
import pytest

from mac_core.runs.safe_csv import to_safe_csv


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\0"])
def test_no_text_and_no_name_begins_like_a_formula(start):
    bad = f"{start}1+1"
    written = to_safe_csv(pd.DataFrame({bad: [bad, "plain"], "n": [-1.5, 2.0]}))
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert rows[0] == [f"'{bad}", "n"]
    assert rows[1] == [f"'{bad}", "-1.5"]
    assert rows[2] == ["plain", "2.0"]


def test_the_table_itself_stays_as_it_was():
    frame = pd.DataFrame({"a": ["=x"]})
    to_safe_csv(frame)
    assert frame["a"].tolist() == ["=x"]


def test_missing_stays_empty_and_quotes_are_kept():
    assert to_safe_csv(pd.DataFrame({"a": ['say "x", y', None]})) == 'a\r\n"say ""x"", y"\r\n""\r\n'
