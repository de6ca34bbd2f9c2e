"""The preview writes cells as people do."""

from __future__ import annotations

import pandas as pd

from pages.shared.preview import _days


def test_a_date_without_a_time_of_the_day_is_written_without_one():
    days = pd.to_datetime(["1984-10-22", None])
    moments = pd.to_datetime(["1984-10-22 08:30", "1984-10-23 00:00"])
    configured = _days(pd.DataFrame({"born": days, "seen": moments, "age": [1.0, 2.0]}))
    assert list(configured) == ["born"]
    assert configured["born"]["type_config"]["format"] == "YYYY-MM-DD"
