"""Net benefit against known answers."""

from __future__ import annotations

import numpy as np
import pytest

from mac_core.evidence.decision_curve import count_at_threshold, decision_curve, net_benefit


def made(n=1000, seed=0):
    rng = np.random.default_rng(seed)
    risk = rng.beta(1, 4, n)
    return (rng.uniform(size=n) < risk).astype(float), risk


def test_known_answers():
    assert net_benefit(80, 150, 1000, 0.1) == pytest.approx(0.0633, abs=5e-5)
    # 80 with and 150 without the event above the threshold; prevalence 10 %.
    happened = np.r_[np.ones(80), np.zeros(150), np.ones(20), np.zeros(750)]
    curve = decision_curve(happened, np.r_[np.full(230, 0.4), np.full(770, 0.02)]).set_index("threshold")
    assert curve.loc[0.1, "model"] == pytest.approx(0.0633, abs=5e-5)
    assert curve.loc[0.1, "treat_all"] == pytest.approx(0, abs=1e-12)
    assert curve.loc[0.01, "model"] == curve.loc[0.01, "treat_all"]
    assert curve.loc[0.5, "model"] == 0


def test_dcurves_says_the_same():
    # What dcurves 1.1.7 gives: dca(data=..., outcome="y", modelnames=["risk"], thresholds=[.05, .1, .2, .3, .5]).
    theirs = {0.05: (0.183105, 0.176842), 0.1: (0.148889, 0.131111), 0.2: (0.09225, 0.0225), 0.3: (0.059571, -0.117143)}
    theirs[0.5] = (0.014, -0.564)
    curve = decision_curve(*made()).set_index("threshold")
    for threshold, answers in theirs.items():
        assert curve.loc[threshold, ["model", "treat_all"]].tolist() == pytest.approx(answers, abs=6e-7)


def test_every_threshold_is_the_plain_count():
    happened, risk = made()
    risk = risk.round(2)  # many stand exactly at a threshold
    curve = decision_curve(happened, risk)
    for row in curve.itertuples():
        counts = count_at_threshold(happened, risk, row.threshold)
        assert sum(counts) == 1000
        expected = net_benefit(counts.true_positive, counts.false_positive, 1000, row.threshold)
        assert row.model == pytest.approx(expected, abs=1e-12)
        assert row.gain == pytest.approx(expected - max(row.treat_all, 0), abs=1e-12)
    assert (curve["low"] <= curve["model"]).all() and (curve["model"] <= curve["high"]).all()


def test_true_risks_gain_and_chance_does_not():
    happened, risk = made()
    useful = decision_curve(happened, risk).set_index("threshold")
    assert useful.loc[0.2, "gain_low"] > 0
    shuffled = decision_curve(happened, np.random.default_rng(1).permutation(risk)).set_index("threshold")
    assert shuffled.loc[0.2, "gain_low"] < 0 and shuffled.loc[0.2, "gain"] < 0.01


def test_the_band_holds_the_truth():
    """Net benefit of the true risks at 0.2, from a million patients, lies inside about 95 of 100 bands of 300 patients."""
    happened, risk = made(1_000_000)
    acted = risk >= 0.2
    truth = net_benefit((happened * acted).sum(), ((1 - happened) * acted).sum(), 1_000_000, 0.2)
    inside = []
    for seed in range(60):
        row = decision_curve(*made(300, seed + 1), seed=seed).set_index("threshold").loc[0.2]
        inside.append(row["low"] <= truth <= row["high"])
    assert 0.86 <= np.mean(inside) <= 1


def test_patients_without_a_risk_stay_out():
    counts = count_at_threshold(np.array([1, 1, 0]), np.array([np.nan, 0.6, 0.1]), 0.5)
    assert counts == (1, 0, 0, 1) and counts.specificity == 1 and counts.predictive_value == 1
    nobody = count_at_threshold(np.zeros(3), np.zeros(3), 0.5)
    assert np.isnan(nobody.sensitivity) and np.isnan(nobody.predictive_value)
