import numpy as np
import pandas as pd
import pytest

from mac_core.evidence.calibration import calibrate_risks
from mac_core.figures.reliability import bin_risks, draw_reliability
from tests.figures.figure_checks import check_figure


def test_wilson_interval_of_a_known_case():
    # 3 of 20: statsmodels' proportion_confint(3, 20, method="wilson") gives these limits.
    bins = bin_risks(pd.Series([True] * 3 + [False] * 17), pd.Series([0.15] * 20))
    assert bins[["observed", "low", "high"]].iloc[0].tolist() == pytest.approx([0.15, 0.05237, 0.36042], abs=1e-5)


def test_bins_hold_everybody_with_a_prediction_and_follow_the_risk():
    random = np.random.default_rng(0)
    risk = pd.Series(random.uniform(0, 1, 1000))
    happened = pd.Series(random.uniform(0, 1, 1000) < risk)
    risk.iloc[:10] = np.nan
    bins = bin_risks(happened, risk)
    assert len(bins) == 10 and bins["n"].sum() == 990
    assert bins["predicted"].is_monotonic_increasing
    assert (abs(bins["observed"] - bins["predicted"]) < 0.15).all()


def test_small_cohorts_get_fewer_bins_and_equal_risks_stay_together():
    assert len(bin_risks(pd.Series([True, False] * 25), pd.Series(np.linspace(0, 1, 50)))) == 2
    assert len(bin_risks(pd.Series([True, False] * 500), pd.Series([0.5] * 1000))) == 1


def test_counts_stand_in_the_words():
    bins = bin_risks(pd.Series([True] * 3 + [False] * 17), pd.Series([0.15] * 20))
    alt, reading = check_figure(draw_reliability(bins, "relapse"))
    assert "15 against 15 (n = 20)" in alt and "interval of 1 of 1 group." in reading


def test_the_curve_is_drawn_where_the_data_are_and_bars_below():
    random = np.random.default_rng(0)
    risk = pd.Series(random.beta(2, 6, 300))
    happened = pd.Series(random.uniform(size=300) < risk)
    found = calibrate_risks(happened.to_numpy(), risk.to_numpy())
    figure = draw_reliability(bin_risks(happened, risk), "relapse", curve=found.curve, histogram=found.histogram)
    alt, reading = check_figure(figure)
    smooth = next(trace for trace in figure.data if trace.name == "smooth curve")
    assert min(smooth.x) >= 100 * risk.min() and max(smooth.x) <= 100 * risk.max()
    bars = next(trace for trace in figure.data if trace.type == "bar")
    assert sum(bars.y) == 300 and bars.yaxis == "y2"
    assert "The smooth curve passes through" in alt and "bars below" in reading


def test_nothing_to_draw_is_said():
    check_figure(draw_reliability(bin_risks(pd.Series(dtype=bool), pd.Series(dtype=float))), axes=False)
