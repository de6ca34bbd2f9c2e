"""Texts to days."""

from __future__ import annotations

import numpy as np
import pytest

from mac_core.data.dates import read_dates, read_excel_days


@pytest.mark.parametrize(
    ("texts", "order", "days"),
    [
        (["2020-01-31", "2020-02-01 14:05"], None, ["2020-01-31", "2020-02-01"]),
        (["2020/1/31", "2020年2月1日"], None, ["2020-01-31", "2020-02-01"]),
        (["31.01.2020", "01.02.2020"], None, ["2020-01-31", "2020-02-01"]),
        (["01.02.2020", "03.04.2020"], None, ["2020-02-01", "2020-04-03"]),
        (["31/01/2020", "01/02/2020"], None, ["2020-01-31", "2020-02-01"]),
        (["01/31/2020", "02/01/2020"], None, ["2020-01-31", "2020-02-01"]),
        (["01/02/2020"], "day_first", ["2020-02-01"]),
        (["01/02/2020"], "month_first", ["2020-01-02"]),
    ],
)
def test_days(texts, order, days):
    read = read_dates(texts, order=order)
    assert read is not None and read.values is not None
    assert read.values.astype(str).tolist() == days


def test_doubt_is_not_settled_in_silence():
    assert read_dates(["01/02/2020", "03/04/2020"]) == (None, "01/02/2020", "date_order")
    assert read_dates(["03/04/20"]) == (None, "03/04/20", "short_years")
    assert read_dates(["2020-01-31", "01/02/2020"]) == (None, "2020-01-31 and 01/02/2020", "dates_mixed")


@pytest.mark.parametrize(
    ("texts", "order", "days"),
    [
        (["03/04/20", "31/12/45"], "day_first", ["2020-04-03", "1945-12-31"]),
        (["1967-11-11", "11/30/1967", "12 Jan 1970"], "month_first", ["1967-11-11", "1967-11-30", "1970-01-12"]),
        (["3-Mar-2020", "Apr 5, 2021"], None, ["2020-03-03", "2021-04-05"]),
    ],
)
def test_answered(texts, order, days):
    test_days(texts, order, days)


def test_days_as_excel_counts_them():
    assert read_excel_days("visit date", np.array([45292.0, 45293.0])).astype(str).tolist() == ["2024-01-01", "2024-01-02"]
    for name, numbers in (("visit date", [7.0]), ("cd4", [45292.0]), ("visit date", [])):
        assert read_excel_days(name, np.array(numbers)) is None


@pytest.mark.parametrize(
    "texts",
    [[], ["40"], ["2020-13-01"], ["31.02.2020"], ["13/13/2020", "1/1/2020"], ["31/01/2020", "01/31/2020"]],
)
def test_no_dates(texts):
    assert read_dates(texts) is None
