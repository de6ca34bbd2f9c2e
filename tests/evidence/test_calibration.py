"""Calibration on simulated patients whose true risks are known."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.nonparametric.smoothers_lowess import lowess

from mac_core.evidence.calibration import calibrate_numbers, calibrate_risks


def cohort(n, centre=-2.7, spread=0.8, seed=0, *, shift=0.0, stretch=1.0):
    rng = np.random.default_rng(seed)
    odds = rng.normal(centre, spread, n)
    true = 1 / (1 + np.exp(-(shift + stretch * odds)))
    return (rng.uniform(size=n) < true).astype(float), 1 / (1 + np.exp(-odds))


def test_perfect_risks_at_seven_percent():
    happened, risk = cohort(10_000)
    assert 0.06 < risk.mean() < 0.09
    found = calibrate_risks(happened, risk).measures["value"]
    assert found["slope"] == pytest.approx(1, abs=0.15) and abs(found["intercept"]) < 0.15
    assert found["ici"] < 0.012
    # With the usual robustness iterations the same risks look ten times worse.
    wrong = lowess(happened[:2000], risk[:2000], frac=0.75, it=3, return_sorted=False)
    assert np.abs(wrong - risk[:2000]).mean() > 0.05


def test_too_extreme_risks_are_found():
    happened, risk = cohort(20_000, 0.0, 1.0, shift=0.3, stretch=0.6)
    measures = calibrate_risks(happened, risk).measures
    assert measures.loc["slope", "value"] == pytest.approx(0.6, abs=0.05) and measures.loc["slope", "high"] < 1
    assert measures.loc["intercept", "value"] == pytest.approx(0.34, abs=0.06)


def test_distances_are_those_of_statsmodels():
    happened, risk = cohort(700, -1.0)
    found = calibrate_risks(happened, risk)
    gaps = np.abs(lowess(happened, risk, frac=0.75, it=0, return_sorted=False) - risk)
    values = found.measures["value"]
    assert values["ici"] == pytest.approx(gaps.mean(), abs=1e-7) and values["emax"] == pytest.approx(gaps.max(), abs=1e-7)
    assert values["e50"] == pytest.approx(np.median(gaps), abs=1e-4)
    assert values["e90"] == pytest.approx(np.quantile(gaps, 0.9), abs=1e-3)
    assert (found.measures["low"] <= values).drop(["reliability", "resolution", "uncertainty"]).all()
    assert values["e50"] <= values["e90"] <= values["emax"]


def test_counts_and_shapes():
    happened, risk = cohort(700, -1.0)
    found = calibrate_risks(happened, risk)
    assert found.n == 700 == found.histogram["n"].sum() and found.events == happened.sum() == found.histogram["events"].sum()
    assert found.curve["predicted"].is_monotonic_increasing and (found.curve["low"] <= found.curve["observed"]).all()
    ratio = found.measures.loc["observed_expected"]
    assert ratio["value"] == pytest.approx(happened.sum() / risk.sum()) and ratio["low"] < ratio["value"] < ratio["high"]


def test_equal_risks_for_everybody():
    happened, _ = cohort(60, -1.0)
    found = calibrate_risks(happened, np.full(60, 0.3))
    assert np.isnan(found.measures.loc["slope", "value"])
    assert found.measures.loc["ici", "value"] == pytest.approx(abs(happened.mean() - 0.3))
    assert len(found.curve) == 1


def test_nobody_had_it():
    found = calibrate_risks(np.zeros(30), np.linspace(0.1, 0.5, 30))
    assert np.isnan(found.measures.loc[["observed_expected", "intercept", "slope"], "value"]).all() and found.events == 0


def test_numbers():
    rng = np.random.default_rng(1)
    predicted = rng.normal(100, 10, 1000)
    observed = 40 + 0.6 * predicted + rng.normal(0, 5, 1000)
    measures = calibrate_numbers(observed, predicted).measures
    value = measures["value"]
    assert value["slope"] == pytest.approx(0.6, abs=0.06) and measures.loc["slope", "high"] < 1
    assert value["mean_difference"] == pytest.approx((observed - predicted).mean())
    assert value["rmse"] == pytest.approx(np.sqrt(((observed - predicted) ** 2).mean()))
    assert value["r_squared"] == pytest.approx(1 - ((observed - predicted) ** 2).mean() / observed.var())
    constant = calibrate_numbers(observed[:40], np.full(40, 100.0))
    assert np.isnan(constant.measures.loc["slope", "value"]) and constant.histogram["n"].sum() == 40


def test_rows_of_a_patient_widen_the_interval():
    happened, risk = cohort(200, -1.0)
    alone = calibrate_risks(np.repeat(happened, 4), np.repeat(risk, 4)).measures.loc["slope"]
    together = calibrate_risks(np.repeat(happened, 4), np.repeat(risk, 4), groups=np.repeat(np.arange(200), 4)).measures.loc[
        "slope"
    ]
    assert together["high"] - together["low"] > 1.5 * (alone["high"] - alone["low"])
