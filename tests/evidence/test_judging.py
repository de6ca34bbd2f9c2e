"""Predictions beside what happened."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core.data.cohort import Target
from mac_core.evidence.judging import judge_predictions

RISK, CLASSES = Target("x", "x", "binary", ("0", "1"), "0"), Target("x", "x", "classes", ("a", "b", "c"))
THREE = pd.DataFrame({"a": [0.5, 0.2], "b": [0.3, 0.2], "c": [0.2, 0.6]})


@pytest.mark.parametrize(
    ("target", "observed", "predicted", "loss", "said", "seen", "losses"),
    [
        (Target("x", "x", "number"), [3.0, 1.0], {"prediction": [1.0, 1.5]}, "squared", [1.0, 1.5], [3.0, 1.0], [4.0, 0.25]),
        # The event need not be the last class, and labels may be numbers.
        (RISK, [0, 1], {"0": [0.9, 0.4], "1": [0.1, 0.6]}, "brier", [0.9, 0.4], [1, 0], [0.01, 0.16]),
        (CLASSES, ["b", "c"], THREE, "zero_one", [0.5, 0.6], [0, 1], [1, 0]),
        (CLASSES, ["b", "c"], THREE, "log", [0.5, 0.6], [0, 1], [-np.log(0.3), -np.log(0.6)]),
    ],
    ids=["number", "risk", "classes", "classes, log"],
)
def test_what_was_said_seen_and_lost(target, observed, predicted, loss, said, seen, losses):
    found = judge_predictions(target, pd.Series(observed), pd.DataFrame(predicted), loss)
    assert found.said.tolist() == pytest.approx(said)
    assert found.seen.tolist() == pytest.approx(seen)
    assert found.losses.tolist() == pytest.approx(losses)


def test_a_row_without_prediction_spoils_no_other():
    predicted = pd.DataFrame({"prediction": [np.nan, 2.5]})
    found = judge_predictions(Target("x", "x", "number"), pd.Series([1.0, 2.0]), predicted, "absolute")
    assert np.isnan(found.losses[0]) and found.losses[1] == 0.5
