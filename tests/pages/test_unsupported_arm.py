"""An arm that nobody comparable got has no number anywhere, only the reason: in words, tables, pictures, files and verdict."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from mac_core.data.reading import read_table
from mac_core.figures.expectation import expect
from mac_core.figures.expectation_words import say_option, tabulate_options, tabulate_pairs
from mac_core.figures.icon_array import draw_icons
from mac_core.figures.patient_outcomes import draw_patient_outcomes
from mac_core.runs.batch import predict_batch
from mac_core.runs.prediction import predict_patients


def _old(amount, harms=None):
    patient = amount.rows.iloc[[int(amount.rows["age"].argmax())]].reset_index(drop=True)
    found = predict_patients(amount, patient, routes=False)
    return found, expect(found.outcomes, found.differences, amount.target, amount.roles, harms=harms)


def test_the_engines_tables(amount):
    found, _ = _old(amount)
    row = found.outcomes.xs("C", level="arm").iloc[0]
    assert row["support"] == "unsupported" and row.drop("support").isna().all()
    with_c = [pair for pair in found.differences.index if "C" in pair[1:]]
    assert len(with_c) == 4 and found.differences.loc[with_c].isna().all(axis=None)
    assert found.outcomes.drop(index=(0, "C"))["outcome"].notna().all()


def test_the_verdict_speaks_of_the_others(amount):
    found, _ = _old(amount)
    reason = found.advice["reason"].iloc[0]
    assert "C" in reason, "why it is missing"
    assert "A, B and C" not in reason and "and C" not in reason and "than under C" not in reason
    # Of the two that comparable patients got, the averages name one; of all three they do not.
    assert found.advice["arm"].iloc[0] == "A" and "than under B:" in reason
    assert amount.advice["verdict"] == "cannot_tell"


def test_words_tables_and_pictures(amount):
    harms = pd.DataFrame({"event": "1", "n": 50, "value": 0.2, "low": 0.1, "high": 0.3}, index=list("ABC"))
    _, shown = _old(amount, harms)
    assert not shown["C"].known and shown["C"].harm is None and shown["A"].harm is not None
    assert say_option(shown, "C") == "No number for C: no comparable patients got C."
    table = tabulate_options(shown)
    assert not any(character.isdigit() for character in "".join(map(str, table.loc["C"])))
    pairs = tabulate_pairs(shown).set_index(["treatment", "against"])
    assert all(math.isnan(value) for pair in pairs.index if "C" in pair for value in pairs.loc[pair])
    icons = draw_icons(shown, "C").layout.meta["alt"]
    chart = draw_patient_outcomes(shown)
    assert not any(character.isdigit() for character in icons)
    assert not any(str(value) == "C" for trace in chart.data for value in np.ravel(trace.y) if trace.mode == "markers")


def test_the_file(amount):
    rows = amount.rows.sort_values("age").iloc[[0, -1]]
    frame = predict_batch(amount, read_table(rows.to_csv(index=False).encode(), name="new.csv")).patients
    assert frame["support under C"].tolist()[1] == "unsupported" != frame["support under C"].tolist()[0]
    numbers = [name for name in frame if name.endswith("under C") and not name.startswith("support")]
    assert len(numbers) >= 3
    assert frame.loc[1, numbers].isna().all() and frame.loc[0, numbers].notna().any()
