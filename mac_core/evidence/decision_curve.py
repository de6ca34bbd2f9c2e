"""Is it worth deciding by the predicted risk? Net benefit over the thresholds at which one would act.

References
----------
Vickers, Elkin: Decision curve analysis: a novel method for evaluating prediction models. Medical Decision Making 26, 2006.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from mac_core.evidence.resampling import draw_again, limits

__all__ = ["ThresholdCounts", "count_at_threshold", "decision_curve", "net_benefit"]

_THRESHOLDS = np.arange(1, 100) / 100


class ThresholdCounts(NamedTuple):
    """What acting at a threshold would have meant: patients with and without the event, acted on or not."""

    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int

    @property
    def sensitivity(self) -> float:
        """Share of the patients with the event who are acted on; NaN if nobody had it."""
        return _share(self.true_positive, self.true_positive + self.false_negative)

    @property
    def specificity(self) -> float:
        """Share of the patients without the event who are left alone."""
        return _share(self.true_negative, self.true_negative + self.false_positive)

    @property
    def predictive_value(self) -> float:
        """Share of the patients acted on who had the event; NaN if nobody is acted on."""
        return _share(self.true_positive, self.true_positive + self.false_positive)


def count_at_threshold(happened: np.ndarray, risk: np.ndarray, threshold: float) -> ThresholdCounts:
    """Count who would be acted on: those whose predicted risk is at least `threshold`; patients without a risk (NaN) stay out.

    Examples
    --------
    >>> found = count_at_threshold(np.array([1, 0, 1]), np.array([0.3, 0.3, 0.1]), 0.2)
    >>> found.true_positive, found.false_positive, found.sensitivity
    (1, 1, 0.5)
    """
    risk = np.asarray(risk, dtype=float)
    known = np.isfinite(risk)
    had, acted = np.asarray(happened, dtype=bool)[known], risk[known] >= threshold
    counts = ((had & acted).sum(), (~had & acted).sum(), (had & ~acted).sum(), (~had & ~acted).sum())
    return ThresholdCounts(*(int(count) for count in counts))


def net_benefit(true_positive: float, false_positive: float, n: float, threshold: float) -> float:
    """Weigh right against needless actions: one needless action costs threshold / (1 - threshold) of a right one.

    Examples
    --------
    >>> round(net_benefit(80, 150, 1000, 0.1), 4)
    0.0633
    """
    return true_positive / n - false_positive / n * threshold / (1 - threshold)


def decision_curve(happened: np.ndarray, risk: np.ndarray, *, groups: np.ndarray | None = None, seed: int = 0) -> pd.DataFrame:
    """Net benefit at the thresholds 0.01 to 0.99.

    Parameters
    ----------
    happened : ndarray of bool or 0/1, shape (n,)
    risk : ndarray, shape (n,)
        By models that did not see the patient; no NaN.
    groups : ndarray, shape (n,), optional
        The patient of each row.
    seed : int
        Of the resamples.

    Returns
    -------
    DataFrame, one row per threshold
        threshold; model, low, high (95 %, patients resampled): acting on risks at or above it; treat_all: acting on everybody;
        gain, gain_low, gain_high: the model against the better of acting on everybody and on nobody, in pairs. Acting on nobody
        is 0 everywhere. Right actions per patient, between 0 and the share of the event.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> curve = decision_curve(rng.uniform(size=500) < 0.2, np.full(500, 0.2))
    >>> abs(float(curve["model"].iloc[30]))
    0.0
    """
    y, p = np.asarray(happened, dtype=float), np.asarray(risk, dtype=float)
    drawn = draw_again(len(y), groups=groups, seed=seed)
    order = np.argsort(p, kind="stable")
    # Patients at or above a threshold are those from `first` on; their counts are differences of cumulated ones.
    first = np.searchsorted(p[order], _THRESHOLDS, side="left")
    odds = _THRESHOLDS / (1 - _THRESHOLDS)

    def benefits(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        total = weights.sum(axis=1, keepdims=True)
        had, had_not = (_above(weights[:, order] * part[order], first) for part in (y, 1 - y))
        everybody = (weights @ y)[:, None] - (weights @ (1 - y))[:, None] * odds
        return (had - had_not * odds) / total, everybody / total

    (model, everybody), (models, everybodies) = benefits(np.ones((1, len(y)))), benefits(drawn)
    gain, gains = model[0] - np.maximum(everybody[0], 0), models - np.maximum(everybodies, 0)
    band = np.array([limits(models[:, i], model[0, i]) for i in range(len(_THRESHOLDS))])
    gain_band = np.array([limits(gains[:, i], gain[i]) for i in range(len(_THRESHOLDS))])
    return pd.DataFrame(
        {
            "threshold": _THRESHOLDS,
            "model": model[0],
            "low": band[:, 0],
            "high": band[:, 1],
            "treat_all": everybody[0],
            "gain": gain,
            "gain_low": gain_band[:, 0],
            "gain_high": gain_band[:, 1],
        }
    )


def _above(values: np.ndarray, first: np.ndarray) -> np.ndarray:
    cumulated = np.concatenate([np.zeros((len(values), 1)), values.cumsum(axis=1)], axis=1)
    return cumulated[:, -1:] - cumulated[:, first]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
