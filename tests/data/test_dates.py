"""Texts to days."""

from __future__ import annotations

import pytest

from mac_core.data.dates import read_dates


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
    assert read_dates(["01/02/2020", "03/04/2020"]) == (None, "01/02/2020")


@pytest.mark.parametrize(
    "texts",
    [[], ["40"], ["2020-13-01"], ["31.02.2020"], ["13/13/2020", "1/1/2020"], ["03/04/20"], ["31/01/2020", "01/31/2020"]],
)
def test_no_dates(texts):
    assert read_dates(texts) is None
