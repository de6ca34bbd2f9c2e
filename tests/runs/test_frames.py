import numpy as np
import pandas as pd
import pytest

from mac_core.runs.frames import from_bytes, to_bytes

FRAMES = {
    "mixed": pd.DataFrame(
        {"age": [1.5, np.nan], "sex": pd.Series(["f", None], dtype="str"), "on": pd.to_datetime(["2020-01-01", None])}
    ),
    "numbers as names": pd.DataFrame([["trained", "tested"]], columns=[0, 1]),
    "two-level index": pd.DataFrame(
        {"difference": [1.0]}, index=pd.MultiIndex.from_tuples([("A", "B")], names=["arm", "against"])
    ),
    "named index": pd.DataFrame({"n": [3]}, index=pd.Index(["A"], name="arm")),
    "empty": pd.DataFrame({"x": pd.Series([], dtype=float)}),
    "no columns": pd.DataFrame(index=[0, 1, 2]),
}
SERIES = {
    "text": pd.Series(["A", "B"], name="drug", dtype="str"),
    "nameless": pd.Series([1.0, np.nan]),
    "indexed": pd.Series(["x", "y"], index=pd.Index([0, 1], name="subtask"), name="selected"),
    "numbered": pd.Series([1, 2], name=0),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_comes_back_as_it_was(name):
    pd.testing.assert_frame_equal(from_bytes(to_bytes(FRAMES[name])), FRAMES[name], check_index_type="equiv")


@pytest.mark.parametrize("name", SERIES)
def test_a_series_comes_back_as_it_was(name):
    pd.testing.assert_series_equal(from_bytes(to_bytes(SERIES[name])), SERIES[name], check_index_type="equiv")


def test_what_comes_back_can_be_written_to():
    frame = from_bytes(to_bytes(FRAMES["mixed"]))
    frame.loc[0, "age"] = 9.0
    values = frame["age"].to_numpy(copy=True)
    values[0] = 3.0
    assert frame.loc[0, "age"] == 9.0
