"""Whether the averaged model learned anything: one sentence that a layman understands, made from out-of-sample errors alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from mac_core.figures.error_comparison import say_share
from mac_core.figures.wording import alike
from mac_core.runs.run import Verdict

__all__ = ["judge"]

_BETTER = (
    "The averaged model predicts {label} better than giving everybody the same prediction: its errors are {share} "
    "(likely between {low} and {high}; {measure} {value} against {baseline})."
)
_NO_BETTER = (
    "The averaged model is not shown to predict {label} better than giving everybody the same prediction: its errors are "
    "likely between {low} and {high} ({measure} {value} against {baseline}). Do not use it for single patients."
)
_UNKNOWN = (
    "How well the averaged model predicts {label} could not be measured, since no patients were left to test it: do not use it "
    "for single patients."
)
_MEASURES = {
    "log": "log loss",
    "brier": "Brier score",
    "zero_one": "share of wrong predictions",
    "squared": "mean squared error",
    "absolute": "mean error",
}


def judge(honest: Any, gain: Any, baseline: float, *, loss: str, label: str) -> Verdict:
    """Say whether the model beats the constant predictor: only if the whole interval of its gain lies above zero.

    Parameters
    ----------
    honest, gain : Estimate
        The honest error; by how much it is below the constant predictor's, judged in pairs on the same patients.
    baseline : float
        Error of the constant predictor, in the same loss.
    loss, label : str
        Name of the loss, and of the target.

    Examples
    --------
    >>> from mac_core.ensemble.honesty import Estimate
    >>> honest, gain = Estimate(0.2, 0.15, 0.25), Estimate(0.2, 0.1, 0.3)
    >>> judge(honest, gain, 0.4, loss="log", label="relapse").sentence.split(": ")[1]
    'its errors are 50 % smaller (likely between 25 % smaller and 75 % smaller; log loss 0.200 against 0.400).'
    """
    if not np.isfinite([honest.value, *gain, baseline]).all():
        return Verdict("no_better", _UNKNOWN.format(label=label))
    better = gain.low > 0
    value, constant = alike([honest.value, baseline])
    said = {
        "label": label,
        "measure": _MEASURES[loss],
        "share": say_share(gain.value, baseline),
        "low": say_share(gain.low, baseline),
        "high": say_share(gain.high, baseline),
        "value": value,
        "baseline": constant,
    }
    return Verdict("better" if better else "no_better", (_BETTER if better else _NO_BETTER).format(**said))
