from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core.evidence.calibration import calibrate_numbers, calibrate_risks
from mac_core.figures.calibration_words import say_calibration, tabulate_calibration


def measures(slope, low, high):
    return pd.DataFrame(
        {"value": [1.0, slope, 0.031], "low": [0.9, low, 0.02], "high": [1.1, high, 0.04]},
        index=["observed_expected", "slope", "ici"],
    )


@pytest.mark.parametrize(
    ("slope", "words"),
    [
        ((0.6, 0.5, 0.7), "too extreme: high ones are too high"),
        ((1.4, 1.1, 1.7), "too cautious: patients differ more"),
        ((1.0, 0.8, 1.2), "not shown to be too extreme or too cautious"),
        ((np.nan, np.nan, np.nan), "cannot be known"),
    ],
)
def test_the_slope_in_words(slope, words):
    said = say_calibration(measures(*slope), events=300, n=900)
    assert words in said and "off by 3.1 per 100" in said and "rough sketch" not in said


def test_few_patients_are_said_to_be_few():
    assert "rough sketch" in say_calibration(measures(1, 0.8, 1.2), events=30, n=900)
    assert "rough sketch" in say_calibration(measures(1, 0.8, 1.2), events=870, n=900)


def test_everything_that_is_measured_is_tabulated():
    rng = np.random.default_rng(0)
    risk = rng.uniform(size=120)
    found = calibrate_risks(rng.uniform(size=120) < risk, risk)
    table = tabulate_calibration(found.measures)
    assert len(table) == len(found.measures) and table["meaning"].str.endswith(".").all()
    ici = table.set_index("measure").loc["Mean distance to the curve (ICI)"]
    assert float(ici["value"]) == pytest.approx(100 * found.measures.loc["ici", "value"], rel=0.05)
    assert table.set_index("measure").loc["Resolution", "from"] == ""
    numbers = calibrate_numbers(risk + rng.normal(size=120), risk)
    assert len(tabulate_calibration(numbers.measures)) == len(numbers.measures)
    said = say_calibration(numbers.measures, label="HbA1c", unit="mmol/mol")
    assert said.startswith("Observed minus predicted HbA1c is") and "mmol/mol" in said and "R squared" in said


def test_parts_that_add_up_have_the_same_digits():
    rng = np.random.default_rng(0)
    risk = rng.uniform(size=300)
    table = tabulate_calibration(calibrate_risks(rng.uniform(size=300) < risk, risk).measures).set_index("measure")["value"]
    parts = [table[name] for name in ("Brier score", "Reliability", "Resolution", "Uncertainty")]
    assert {len(part.split(".")[1]) for part in parts} == {3}
    score, reliability, resolution, uncertainty = map(float, parts)
    assert score == pytest.approx(reliability - resolution + uncertainty, abs=0.0016)


def test_nobody_had_it():
    found = calibrate_risks(np.zeros(30), np.linspace(0.1, 0.5, 30))
    said = say_calibration(found.measures, label="relapse", events=0, n=30)
    assert "No case of relapse was observed." in said and "nan" not in said and "rely on the slope" not in said
    assert tabulate_calibration(found.measures).set_index("measure").loc["Slope", "value"] == "not known"


def test_cases_are_counted_whole_and_alike():
    measures = pd.DataFrame(
        {"value": [0.665, 1.0, 0.05], "low": [0.6, 0.9, 0.03], "high": [0.736, 1.1, 0.07]},
        index=["observed_expected", "slope", "ici"],
    )
    said = say_calibration(measures, label="risk: high", events=300, n=900)
    assert said.startswith("For 100 predicted cases of risk: high, 66 were observed (likely between 60 and 74).")
    rare = say_calibration(measures.assign(low=[0.012, 0.9, 0.03]), label="risk", events=300, n=900)
    assert "66.5 were observed (likely between 1.2 and 73.6)" in rare
