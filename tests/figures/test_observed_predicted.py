import numpy as np
import pandas as pd
import pytest

from mac_core.evidence.calibration import calibrate_numbers
from mac_core.figures.observed_predicted import bin_predictions, draw_observed_predicted
from tests.figures.figure_checks import check_figure

NUMBERS = pd.Series([float(i) for i in range(100)])


def test_every_patient_is_a_dot_and_the_unit_is_on_both_axes():
    figure = draw_observed_predicted(NUMBERS, NUMBERS + 2, label="HbA1c", unit="mmol/mol")
    assert len(figure.data[0].x) == 100
    assert "mmol/mol" in figure.layout.xaxis.title.text and "mmol/mol" in figure.layout.yaxis.title.text
    alt, _ = check_figure(figure)
    assert "100 patients" in alt and "mean distance is 2 (mmol/mol)" in alt and "correlation 1.00" in alt


def test_many_patients_are_binned_and_it_is_said():
    figure = draw_observed_predicted(NUMBERS, NUMBERS, label="x", most_points=50)
    assert len(figure.data[0].x) == 20
    assert "grouped into 20 equally large bins" in check_figure(figure)[1]


def test_bins_are_equally_large_even_when_predictions_are_tied():
    bins = bin_predictions(NUMBERS, NUMBERS * 0, bins=4)
    assert bins["n"].tolist() == [25] * 4
    assert bins["observed"].mean() == pytest.approx(49.5)


def test_a_constant_prediction_has_no_correlation():
    assert "correlation not known" in check_figure(draw_observed_predicted(NUMBERS, NUMBERS * 0, label="x"))[0]


def test_nothing_to_draw_is_said():
    check_figure(draw_observed_predicted(NUMBERS, NUMBERS * float("nan"), label="x"), axes=False)
    assert bin_predictions(NUMBERS[:0], NUMBERS[:0]).empty


def test_what_is_observed_on_average_is_drawn():
    rng = np.random.default_rng(0)
    predicted = pd.Series(rng.normal(50, 5, 200))
    observed = predicted + rng.normal(0, 3, 200)
    curve = calibrate_numbers(observed.to_numpy(), predicted.to_numpy()).curve
    figure = draw_observed_predicted(observed, predicted, label="HbA1c", curve=curve)
    _, reading = check_figure(figure)
    assert "observed on average" in [trace.name for trace in figure.data] and "solid line" in reading
