"""Whether the averaged model learned anything: one sentence that a layman understands, made from the honest error alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from mac_core.runs.run import Verdict

__all__ = ["judge"]

_BETTER = (
    "The averaged model predicts {label} better than giving everybody the same prediction: its errors are {share} % smaller "
    "({measure} {value}, likely between {low} and {high}, against {baseline})."
)
_NO_BETTER = (
    "The averaged model is not shown to predict {label} better than giving everybody the same prediction ({measure} {value}, "
    "likely between {low} and {high}, against {baseline}): do not use it for single patients."
)
_UNKNOWN = (
    "How well the averaged model predicts {label} could not be measured, since no patients were left to test it: do not use it "
    "for single patients."
)
_MEASURES = {
    "log": "log loss",
    "brier": "Brier score",
    "zero_one": "wrong predictions in 100",
    "squared": "mean squared error",
    "absolute": "mean error",
}


def judge(honest: Any, baseline: float, *, loss: str, label: str) -> Verdict:
    """Say whether the model beats the constant predictor: only if its whole interval lies below.

    Parameters
    ----------
    honest : Estimate
        value, low, high of the honest error.
    baseline : float
        Error of the constant predictor, in the same loss.
    loss, label : str
        Name of the loss, and of the target.

    Examples
    --------
    >>> from mac_core.ensemble.honesty import Estimate
    >>> judge(Estimate(0.2, 0.15, 0.25), 0.4, loss="zero_one", label="relapse").sentence.split(": ")[1]
    'its errors are 50 % smaller (wrong predictions in 100 20, likely between 15 and 25, against 40).'
    """
    if not np.isfinite([honest.value, honest.low, honest.high, baseline]).all():
        return Verdict("no_better", _UNKNOWN.format(label=label))
    better = honest.high < baseline
    scale = 100 if loss == "zero_one" else 1
    said = {
        "label": label,
        "measure": _MEASURES[loss],
        "share": f"{100 * (1 - honest.value / baseline):.0f}" if baseline else "0",
        "value": f"{scale * honest.value:.3g}",
        "low": f"{scale * honest.low:.3g}",
        "high": f"{scale * honest.high:.3g}",
        "baseline": f"{scale * baseline:.3g}",
    }
    return Verdict("better" if better else "no_better", (_BETTER if better else _NO_BETTER).format(**said))
