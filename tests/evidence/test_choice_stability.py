import numpy as np
import pandas as pd
import pytest

from mac_core.evidence.choice_stability import choice_stability

CHOICES = pd.DataFrame({"ridge": [0.9, 0.4, 0.0], "forest": [0.1, 0.6, 1.0]}, index=pd.Index([0, 1, 2], name="subtask"))


def test_the_mean_share_of_the_studys_own_choices():
    selected = pd.Series(["ridge", "forest", "ridge"], index=["north", "south", "west"])
    assert choice_stability(CHOICES, selected) == pytest.approx((0.9 + 0.6 + 0.0) / 3)


@pytest.mark.parametrize(
    ("choices", "selected"),
    [
        (None, ["ridge"] * 3),
        (CHOICES.head(0), []),
        (CHOICES, ["ridge"] * 2),
        (CHOICES, ["ridge", "ridge", "unknown"]),
        (CHOICES * np.nan, ["ridge"] * 3),
    ],
)
def test_what_was_not_measured_is_none(choices, selected):
    assert choice_stability(choices, pd.Series(selected, dtype=object)) is None
