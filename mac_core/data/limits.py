"""What the usual measurements can be: beyond the hard limits no patient was measured, beyond the plausible ones few.

Sources of the limits, where a measurement names one:

- [M] Harutyunyan, Khachatrian, Kale, Ver Steeg, Galstyan: Multitask learning and benchmarking with clinical time series data.
  Scientific Data 6:96, 2019; its table of variable ranges (mimic3-benchmarks, resources/variable_ranges.csv), 40,000 intensive
  care patients. Its outlier limits are our hard limits where they mean something in a table of patients.
- [S] The cleaning rules of the Swedish Heart Failure Registry (KIHeartFailure/shfdb3dm, munge/04-clean_outliers_swedehf.R).
- [D] By definition: a percentage, a score's own range, a count that cannot be negative.
- [J] Our own judgement, wide on purpose. Such limits only ever ask; nothing is changed before the user answers.

Conversions between units are those of the International System; for a concentration, by the molar mass of the substance.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

__all__ = ["MEASUREMENTS", "Measurement", "Unit", "convert_units", "measurement_of", "rescale", "same_unit", "unit_of"]


class Unit(NamedTuple):
    """One way to write a measurement: hard limits, plausible limits, and how it is made of the measurement's first unit.

    What is 1 in the first unit is `per + shift` in this one, and what is 0 there is `shift`.
    """

    name: str
    hard_low: float
    hard_high: float
    low: float
    high: float
    per: float = 1.0
    shift: float = 0.0


class Measurement(NamedTuple):
    """`names` matches a column's whole name in lower case without separators; the usual unit comes first."""

    title: str
    names: str
    units: tuple[Unit, ...]
    source: str


def _one(unit: str, hard_low: float, hard_high: float, low: float, high: float) -> tuple[Unit, ...]:
    return (Unit(unit, hard_low, hard_high, low, high),)


def _two(unit: str, other: str, per: float, hard_low: float, hard_high: float, low: float, high: float) -> tuple[Unit, ...]:
    return (
        Unit(unit, hard_low, hard_high, low, high),
        Unit(other, hard_low * per, hard_high * per, low * per, high * per, per),
    )


MEASUREMENTS = (
    Measurement(
        "age", r"age|ageyears|ageyrs|ageatentry|patientage|alter|alterjahre|âge|年龄|edad", _one("years", 0, 120, 0, 110), "S"
    ),
    Measurement(
        "height",
        r"height|heightcm|ht|taille|grösse|größe|körpergrösse|身高",
        (Unit("cm", 20, 275, 40, 220), Unit("in", 8, 108, 16, 87, 1 / 2.54), Unit("m", 0.2, 2.75, 0.4, 2.2, 0.01)),
        "M",
    ),
    Measurement(
        "weight",
        r"weight|weightkg|bodyweight|wt|wtkg|wtkilo\d?|gewicht|poids|体重",
        _two("kg", "lb", 2.2046, 0.3, 400, 2, 250),
        "S",
    ),
    Measurement(
        "body mass index",
        r"bmi|bodymassindex",
        _one("kg/m2", 5, 150, 10, 80),
        "J",
    ),
    Measurement(
        "systolic blood pressure",
        r"(.*v(isit)?\d)?(sbp|sysbp|bpsys|.*systolic.*|rrsys|trestbps|bpsystolic)\d?",
        _one("mmHg", 20, 375, 60, 280),
        "M",
    ),
    Measurement(
        "diastolic blood pressure",
        r"(.*v(isit)?\d)?(dbp|diabp|bpdia|.*diastolic.*|rrdia|bpdiastolic)\d?",
        _one("mmHg", 0, 375, 30, 160),
        "M",
    ),
    Measurement(
        "mean blood pressure",
        r"map|mbp|meanbp|meanbloodpressure",
        _one("mmHg", 0, 375, 30, 220),
        "M",
    ),
    Measurement(
        "heart rate", r"(.*v(isit)?\d)?(hr|heartrate|pulse|pulserate|hrt|thalach|puls)\d?", _one("/min", 20, 300, 30, 230), "S"
    ),
    Measurement(
        "breathing rate",
        r"rr|resp|resprate|respiratoryrate|breathingrate",
        _one("/min", 0, 150, 4, 80),
        "J",
    ),
    Measurement(
        "body temperature",
        r"temp|temperature|bodytemp|bodytemperature|temperatur",
        (Unit("°C", 14.2, 47, 30, 43), Unit("°F", 57.6, 116.6, 86, 109.4, 1.8, 32.0)),
        "M",
    ),
    Measurement(
        "oxygen saturation",
        r"spo2|sao2|o2sat|oxygensaturation|sat",
        _one("%", 0, 100, 50, 100),
        "D",
    ),
    Measurement(
        "arterial pH",
        r"ph|arterialph|bloodph",
        _one("", 6.3, 8.4, 6.7, 7.8),
        "M",
    ),
    Measurement(
        "potassium",
        r"k|potassium|kalium|pot|serumpotassium|血钾",
        _one("mmol/L", 0.5, 15, 1.5, 9.9),
        "M, S",
    ),
    Measurement(
        "sodium",
        r"na|sodium|natrium|sod|serumsodium|血钠",
        _one("mmol/L", 50, 250, 100, 200),
        "M, S",
    ),
    Measurement(
        "chloride",
        r"chloride|chlorid",
        _one("mmol/L", 50, 200, 60, 160),
        "M",
    ),
    Measurement(
        "creatinine",
        r"creatinine|crea|creat|serumcreatinine|kreatinin|scr|肌酐",
        _two("mg/dL", "µmol/L", 88.4, 0, 66, 0.1, 25),
        "M",
    ),
    Measurement(
        "glucose",
        r"glucose|bloodglucose|fastingglucose|glu|glukose|bs|bloodsugar|血糖",
        (Unit("mg/dL", 5, 2200, 30, 1000), Unit("mmol/L", 0.3, 122, 1.7, 55, 1 / 18.02)),
        "M",
    ),
    Measurement(
        "total cholesterol",
        r"chol|cholesterol|totalcholesterol|tc|totchol|胆固醇",
        (Unit("mg/dL", 20, 3000, 50, 700), Unit("mmol/L", 0.5, 78, 1.3, 18, 1 / 38.67)),
        "J",
    ),
    Measurement(
        "triglycerides",
        r"triglycerides?|tg|trig",
        (Unit("mg/dL", 5, 10000, 20, 3000), Unit("mmol/L", 0.06, 113, 0.2, 34, 1 / 88.57)),
        "J",
    ),
    Measurement(
        "haemoglobin",
        r"hb|hgb|ha?emoglobin|hämoglobin|血红蛋白",
        (Unit("g/dL", 0.5, 30, 3, 24), Unit("g/L", 5, 300, 30, 240, 10.0), Unit("mmol/L", 0.3, 18.6, 1.9, 14.9, 0.6206)),
        "M",
    ),
    Measurement(
        "haematocrit", r"hct|ha?ematocrit|hämatokrit", (Unit("%", 1, 100, 10, 70), Unit("", 0.01, 1, 0.1, 0.7, 0.01)), "M"
    ),
    Measurement("albumin", r"alb|albumin|serumalbumin", (Unit("g/dL", 0, 10, 0.6, 7), Unit("g/L", 0, 100, 6, 70, 10.0)), "M"),
    Measurement(
        "bilirubin", r"bili|bilirubin|totalbilirubin|tbil|serumbilirubin", _two("mg/dL", "µmol/L", 17.1, 0, 90, 0, 60), "M"
    ),
    Measurement(
        "urea nitrogen",
        r"bun|bloodureanitrogen|ureanitrogen",
        _two("mg/dL", "mmol/L", 0.357, 0, 300, 1, 250),
        "M",
    ),
    Measurement("lactate", r"lactate|laktat", _one("mmol/L", 0, 60, 0.1, 30), "M"),
    Measurement(
        "HbA1c",
        r"hba1c|a1c|glycatedha?emoglobin",
        # The master equation of IFCC and NGSP.
        (Unit("%", 2, 25, 3, 20), Unit("mmol/mol", 0, 250, 9, 195, 10.93, -23.5)),
        "J",
    ),
    Measurement(
        "Glasgow coma scale",
        r"gcs|gcstotal|glasgowcomascale|gcsscore",
        _one("", 3, 15, 3, 15),
        "D",
    ),
    Measurement(
        "ejection fraction",
        r"ef|lvef|ejectionfraction",
        _one("%", 0, 100, 5, 90),
        "D",
    ),
)
_SEPARATORS = re.compile(r"[\s_.\-/]+")
_IN_BRACKETS = re.compile(r"[\(\[（【].*?[\)\]）】]")


def measurement_of(name: str) -> Measurement | None:
    """Find what a column measures, by its name alone.

    Examples
    --------
    >>> measurement_of("Systolic BP (mmHg)").title, measurement_of("bleeding")
    ('systolic blood pressure', None)
    """
    plain = _SEPARATORS.sub("", _IN_BRACKETS.sub("", name).lower())
    return next((known for known in MEASUREMENTS if re.fullmatch(known.names, plain)), None)


def unit_of(measurement: Measurement, values: np.ndarray, unit: str | None = None) -> Unit | None:
    """Tell in which unit the values are: as said, or else the one in which most of them are plausible.

    Parameters
    ----------
    measurement : Measurement
    values : ndarray of float, shape (n,)
        Finite.
    unit : str, optional
        As the cells or the column's name say.

    Returns
    -------
    Unit or None
        None if the values fit no unit: then the column means something else (a group, a standardised value).

    Examples
    --------
    >>> unit_of(measurement_of("temp"), np.array([98.0, 101.0, 99.5])).name
    '°F'
    """
    said = _plain_unit(unit)
    for known in measurement.units:
        if said and _plain_unit(known.name) == said:
            return known
    fits = [float(np.mean((values >= known.low) & (values <= known.high))) for known in measurement.units]
    best = int(np.argmax(fits))
    return measurement.units[best] if fits[best] >= 0.5 else None


def convert_units(name: str, values: np.ndarray, units: list[str], into: str) -> tuple[np.ndarray, str] | None:
    """Write cells with different units in one; a cell without unit is taken to be in the common one.

    Returns
    -------
    values : ndarray of float, shape (n,)
    unit : str
        The common unit. None instead of both if a unit or the measurement is not known here.

    Examples
    --------
    >>> convert_units("weight", np.array([80.0, 220.46]), ["kg", "lb"], "kg")
    (array([ 80., 100.]), 'kg')
    """
    if set(units) == {"%", "of 1"}:
        return np.where(np.array(units) == "%", values, 100 * values), "%"
    measurement = measurement_of(name)
    known = {_plain_unit(unit.name): unit for unit in measurement.units} if measurement is not None else {}
    target = known.get(_plain_unit(into))
    if target is None:
        return None
    converted = values.astype(float)
    for i, unit in enumerate(units):
        found = target if not unit else known.get(_plain_unit(unit))
        if found is None:
            return None
        converted[i] = rescale(values[i], found, target)
    return converted, target.name


def rescale(value: float, unit: Unit, into: Unit) -> float:
    """Write a number in another unit of the same measurement.

    Examples
    --------
    >>> celsius, fahrenheit = measurement_of("temperature").units
    >>> round(rescale(37.0, celsius, fahrenheit), 1)
    98.6
    """
    return (value - unit.shift) / unit.per * into.per + into.shift


def same_unit(one: str, other: str) -> bool:
    """Whether two ways to write a unit mean the same.

    Examples
    --------
    >>> same_unit("mm Hg", "mmhg"), same_unit("lbs", "lb"), same_unit("kg", "lb")
    (True, True, False)
    """
    return _plain_unit(one) == _plain_unit(other)


def _plain_unit(unit: str | None) -> str:
    plain = re.sub(r"[\s°.]+", "", (unit or "").lower()).replace("μ", "µ").replace("umol", "µmol")
    return {"lbs": "lb", "pounds": "lb", "inch": "in", "inches": "in", "yrs": "years", "y": "years", "celsius": "c"}.get(
        plain, plain
    )
