from __future__ import annotations

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss

from mac_core.evidence.brier import brier_parts, risen


def made(n=500):
    rng = np.random.default_rng(4)
    risk = rng.beta(2, 4, n).round(2)
    return (rng.uniform(size=n) < risk**2).astype(float), risk


def test_the_step_function_is_the_isotonic_regression():
    happened, risk = made()
    assert risen(risk, happened) == pytest.approx(IsotonicRegression().fit_transform(risk, happened), abs=1e-12)


def test_the_parts_add_up():
    happened, risk = made()
    parts = brier_parts(happened, risk)
    assert parts.score == pytest.approx(brier_score_loss(happened, risk))
    assert parts.score == pytest.approx(parts.reliability - parts.resolution + parts.uncertainty)
    assert parts.uncertainty == pytest.approx(happened.mean() * (1 - happened.mean()))
    assert parts.reliability > 0.01 and parts.resolution > 0


def test_the_overall_share_for_everybody_has_no_parts():
    happened, _ = made()
    parts = brier_parts(happened, np.full(500, happened.mean()))
    assert parts.reliability == pytest.approx(0) and parts.resolution == pytest.approx(0)
    assert parts.score == pytest.approx(parts.uncertainty)
