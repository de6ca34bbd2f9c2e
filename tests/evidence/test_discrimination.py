import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from mac_core.evidence.discrimination import concordance


def test_the_value_is_scikit_learns_with_ties():
    random = np.random.default_rng(0)
    risk = random.integers(0, 8, 200) / 8
    happened = random.random(200) < risk
    assert concordance(happened, risk)[0] == pytest.approx(roc_auc_score(happened, risk), abs=1e-12)
    assert concordance(happened, 1 - risk)[0] == pytest.approx(1 - roc_auc_score(happened, risk), abs=1e-12)


def test_the_interval_is_delongs():
    # The variance by its definition, over all pairs.
    random = np.random.default_rng(1)
    risk = random.random(60)
    happened = random.random(60) < risk
    a, b = risk[happened], risk[~happened]
    pairs = (a[:, None] > b).astype(float) + 0.5 * (a[:, None] == b)
    variance = pairs.mean(axis=1).var(ddof=1) / len(a) + pairs.mean(axis=0).var(ddof=1) / len(b)
    value, low, high = concordance(happened, risk)
    half = 1.959964 * np.sqrt(variance) / (value * (1 - value))
    assert np.log(high / (1 - high)) - np.log(value / (1 - value)) == pytest.approx(half, rel=1e-6)
    assert np.log(value / (1 - value)) - np.log(low / (1 - low)) == pytest.approx(half, rel=1e-6)


def test_coverage():
    random = np.random.default_rng(2)
    truth = 0.760250  # of normal scores one standard deviation apart: Phi(1 / sqrt 2)
    held = []
    for _ in range(400):
        happened = np.arange(120) < 40
        low, high = concordance(happened, random.normal(happened.astype(float)))[1:]
        held.append(low <= truth <= high)
    assert 0.92 < np.mean(held) < 0.98


def test_the_ends():
    assert np.isnan(concordance(np.ones(5), np.arange(5))).all()
    value, low, high = concordance(np.array([0] * 10 + [1] * 10), np.arange(20.0))
    assert (value, high) == (1.0, 1.0) and 0.6 < low < 0.9
    assert concordance(np.array([0, 1, 0, 1]), np.full(4, 0.3))[0] == 0.5
