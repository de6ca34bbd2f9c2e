from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mac_core.evidence.outside_check import check_outside
from mac_core.figures.outside_words import say_outside, tabulate_measures, tabulate_outside
from mac_core.runs.external_validation import ExternalValidation
from mac_core.runs.run import Target

RISK = Target("relapse", "Relapse", "binary", ("no", "yes"), "yes")


@pytest.fixture(scope="module")
def check():
    random = np.random.default_rng(0)
    risk = random.beta(1, 2, 300)
    happened = pd.Series(np.where(random.random(300) < risk, "yes", "no"))
    return check_outside(RISK, happened, pd.DataFrame({"no": 1 - risk, "yes": risk}), happened, "log")


def test_the_sentences(check):
    text = say_outside(check, RISK)
    assert text.startswith("Compared with the 300 outcomes in the file, the predictions are better than giving everybody")
    assert f"Expected {100 * check.predicted:.1f} of 100, observed {100 * check.observed:.1f}." in text
    rows = say_outside(replace(check, n=100, rows=300), RISK)
    assert rows.startswith("Compared with the 300 outcomes of 100 patients in the file,")
    twice = say_outside(replace(check, n=100, rows=300), RISK, in_training=300)
    assert "300 of the rows may be of patients whom the study learned from" in twice
    assert "too good" not in text and "This is too good: 7 of" in say_outside(check, RISK, in_training=7)
    assert "not shown to be better" in say_outside(replace(check, gain_low=-0.1), RISK)
    assert "are worse than" in say_outside(replace(check, gain_low=-0.2, gain_high=-0.1), RISK)
    number = Target("score", "Score", "number", unit="points")
    assert "Expected 12.5 on average, observed 13" in say_outside(
        replace(check, loss="squared", predicted=12.5, observed=13.0), number
    )


def test_every_measure_is_explained(check):
    table = tabulate_measures(check)
    assert table["measure"].tolist()[0].startswith("Told apart")
    assert len(table) == 5 and (table["meaning"].str.len() > 20).all()
    assert tabulate_measures(replace(check, measures=())).empty


def test_what_was_kept_as_a_table(check):
    kept = [ExternalValidation(f"{name}.csv", name * 64, 0, 310, check, f"2026-11-2{name}T10:00:00+00:00") for name in "12"]
    table = tabulate_outside(kept, RISK)
    assert table["file"].tolist() == ["1.csv", "2.csv"] and table["date"].tolist() == ["2026-11-21", "2026-11-22"]
    assert table["patients with an outcome"].tolist() == [300, 300] and table["content"].tolist() == ["1" * 12, "2" * 12]
    row = table.iloc[0]
    measures = {measure.name: measure for measure in check.measures}
    assert row["Slope"] == f"{measures['slope'].value:.2f} ({measures['slope'].low:.2f} to {measures['slope'].high:.2f})"
    assert any("log loss" in name for name in table)
