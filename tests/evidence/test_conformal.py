"""Sets and ranges keep their promise on simulated patients, also for models that are badly calibrated."""

from __future__ import annotations

import numpy as np
import pytest

from mac_core.evidence.conformal import LEVELS, SET_LEVELS, measure_ranges, measure_sets, prediction_sets, set_bar


def classes(n, seed=0, sharpness=3.0):
    """Three classes; the stated probabilities are too extreme by `sharpness`."""
    rng = np.random.default_rng(seed)
    true = rng.dirichlet((1, 1, 1), n)
    truth = np.array([rng.choice(3, p=row) for row in true])
    stated = true**sharpness
    return truth, stated / stated.sum(axis=1, keepdims=True)


def test_sets_hold_new_patients_as_promised():
    truth, stated = classes(400)
    new_truth, new_stated = classes(4000, seed=1)
    of_truth = stated[np.arange(400), truth]
    for level in (0.8, 0.95):
        inside = prediction_sets(new_stated, set_bar(of_truth, level))
        assert inside[np.arange(4000), new_truth].mean() == pytest.approx(level, abs=0.045)


def test_the_measured_coverage_is_the_promised_one():
    measured = measure_sets(*classes(3000)).set_index("level")
    for level in SET_LEVELS:
        assert measured.loc[level, "coverage"] == pytest.approx(level, abs=0.02)
        assert measured.loc[level, "low"] < measured.loc[level, "coverage"] < measured.loc[level, "high"]
    assert measured["size"].is_monotonic_increasing and (measured["size"] >= 1).all()
    assert measured["single"].is_monotonic_decreasing


def test_no_set_is_empty_and_small_samples_hold_everything():
    assert prediction_sets(np.array([[0.4, 0.6]]), 0.9).tolist() == [[False, True]]
    assert set_bar(np.full(18, 0.5), 0.95) == 0
    measured = measure_sets(np.array([0, 1] * 8), np.tile([0.6, 0.4], (16, 1))).set_index("level")
    assert measured.loc[0.95, "coverage"] == 1 and measured.loc[0.95, "size"] == 2


def test_ranges_hold_as_promised_and_say_where_they_do_not():
    rng = np.random.default_rng(2)
    predicted = rng.uniform(0, 10, 4000)
    observed = predicted + rng.normal(0, 0.2 + predicted / 5)
    measured = measure_ranges(observed, predicted).set_index("level")
    assert measured["coverage"].to_numpy() == pytest.approx(np.array(LEVELS), abs=0.02)
    assert measured["radius"].is_monotonic_increasing
    assert measured.loc[0.95, "worst_fifth"] < 0.9


def test_too_few_for_a_promise():
    measured = measure_ranges(np.arange(12.0), np.zeros(12)).set_index("level")
    assert np.isnan(measured.loc[0.95, "radius"]) and measured.loc[0.95, "coverage"] == 1


def test_nobody_helps_to_size_what_holds_them():
    """Of 23 patients the one with the largest error is held by no range, and no set, that the others alone have sized."""
    sizes = np.arange(1.0, 24)
    assert measure_ranges(sizes, np.zeros(23)).set_index("level").loc[0.95, "coverage"] < 1
    of_truth = np.linspace(0.1, 0.9, 23)
    measured = measure_sets(np.zeros(23, dtype=int), np.column_stack([of_truth, 1 - of_truth])).set_index("level")
    assert measured.loc[0.95, "coverage"] < 1


def test_rows_of_a_patient_are_never_on_both_sides():
    """Ten identical rows each: were they split, a range would be sized by the very patient that it is checked on."""
    residuals, groups = np.repeat(np.arange(1.0, 11), 10), np.repeat(np.arange(10), 10)
    together = measure_ranges(residuals, np.zeros(100), groups=groups).set_index("level")
    apart = measure_ranges(residuals, np.zeros(100)).set_index("level")
    # The range is sized by the eighth of nine others, which is less than the ninth patient's error; by its own rows it is held.
    assert together.loc[0.8, "coverage"] == 0.8 and apart.loc[0.8, "coverage"] > 0.8
    assert (together["high"] - together["low"])[0.8] > 2 * (apart["high"] - apart["low"])[0.8]
