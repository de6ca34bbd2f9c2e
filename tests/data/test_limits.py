"""The table of limits is in order, and finds what it should."""

from __future__ import annotations

import re

import numpy as np
import pytest

from mac_core.data.limits import MEASUREMENTS, convert_units, measurement_of, unit_of


@pytest.mark.parametrize("measurement", MEASUREMENTS, ids=lambda measurement: measurement.title)
def test_limits_are_in_order(measurement):
    assert re.compile(measurement.names) and measurement.source
    assert set(re.split(r",\s*", measurement.source)) <= {"M", "S", "D", "J"}
    assert measurement.units[0].per == 1.0
    for unit in measurement.units:
        assert unit.hard_low <= unit.low < unit.high <= unit.hard_high
    assert len({unit.name for unit in measurement.units}) == len(measurement.units)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Age", "age"),
        ("SystolicBP", "systolic blood pressure"),
        ("Visit 2 BP systolic", "systolic blood pressure"),
        ("BodyTemp", "body temperature"),
        ("HeartRate", "heart rate"),
        ("Visit 1 HR", "heart rate"),
        ("K", "potassium"),
        ("chol (mg/dl)", "total cholesterol"),
        ("wtkilo1", "weight"),
        ("bleeding", None),
        ("bandage", None),
        ("", None),
    ],
)
def test_names(name, title):
    found = measurement_of(name)
    assert (found.title if found else None) == title


@pytest.mark.parametrize(
    ("name", "values", "said", "unit"),
    [
        ("glucose", [90, 110, 140], None, "mg/dL"),
        ("glucose", [5.1, 6.0, 7.7], None, "mmol/L"),
        ("glucose", [5.1, 6.0, 7.7], "mg/dl", "mg/dL"),
        ("temp", [36.6, 38.1], None, "°C"),
        ("height", [1.7, 1.8], None, "m"),
        ("weight", [150, 200], "lbs", "lb"),
        # Standardised values are no weights.
        ("weight", [-0.5, 0.4, -1.1], None, None),
    ],
)
def test_units(name, values, said, unit):
    found = unit_of(measurement_of(name), np.array(values, dtype=float), said)
    assert (found.name if found else None) == unit


@pytest.mark.parametrize(
    ("name", "values", "units", "into", "expected"),
    [
        ("weight", [80, 220.46], ["kg", "lbs"], "kg", [80, 100]),
        ("temp", [98.6, 37], ["F", "°C"], "°C", [37, 37]),
        ("temp", [98.6, 37], ["F", "C"], "°F", [98.6, 98.6]),
        ("glucose", [180.2, 10], ["mg/dl", "mmol/l"], "mmol/L", [10, 10]),
        ("creatinine", [88.4, 1], ["umol/L", ""], "mg/dL", [1, 1]),
        ("height", [180, 1.8], ["cm", "m"], "cm", [180, 180]),
        # 53 mmol/mol are 7.0 %, by the tables of the IFCC.
        ("hba1c", [7.0, 53.01], ["%", "mmol/mol"], "%", [7.0, 7.0]),
        ("HbA1c", [7.0, 53.01], ["%", "mmol/mol"], "mmol/mol", [53.01, 53.01]),
    ],
)
def test_conversion(name, values, units, into, expected):
    converted, _ = convert_units(name, np.array(values, dtype=float), units, into)
    assert converted.tolist() == pytest.approx(expected)


def test_what_cannot_be_converted():
    assert convert_units("dose", np.array([1.0]), ["kg"], "kg") is None
    assert convert_units("weight", np.array([1.0, 2.0]), ["kg", "stone"], "kg") is None
