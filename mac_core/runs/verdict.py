"""Whether the averaged model learned anything: one sentence that a layman understands, made from out-of-sample errors alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from mac_core.figures.error_comparison import say_share
from mac_core.figures.wording import alike, join_words, loss_words
from mac_core.runs.run import Verdict

__all__ = ["judge", "say_sites"]

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
_LOST = (
    "The averaged model does not carry over to {site}: where it has learned from the other {others} alone, its errors "
    "are {share} than those of one usual guess for everybody there (likely between {low} and {high}; {measure} {value} "
    "against {usual})."
)
_DOUBTFUL = (
    "The averaged model is not shown to carry over to {site}: where it has learned from the other {others} alone, its errors "
    "are likely between {low} and {high}, compared with one usual guess for everybody there ({measure} {value} against "
    "{usual})."
)
_KEPT = (
    "The averaged model carries over from site to site: even in {site}, where it gains least and has learned from the other "
    "{others} alone, its errors are {share} than those of one usual guess for everybody there (likely between {low} and "
    "{high}; {measure} {value} against {usual})."
)
_ALSO_LOST = "Nor does it carry over to {sites}."
_ALSO_DOUBTFUL = "Nor is it shown to carry over to {sites}."
_TOO_FEW = "Too few patients to tell: {sites}."
_OVERALL = "Over all sites together: {sentence}"


def judge(honest: Any, gain: Any, baseline: float, *, loss: str, label: str, sites: pd.DataFrame | None = None) -> Verdict:
    """Say whether the model beats the constant predictor: only if the whole interval of its gain lies above zero.

    Parameters
    ----------
    honest, gain : Estimate
        The honest error; by how much it is below the constant predictor's, judged in pairs on the same patients.
    baseline : float
        Error of the constant predictor, in the same loss.
    loss, label : str
        Name of the loss, and of the target.
    sites : DataFrame, optional
        As the estimator's `site_errors_`: the sentence then begins with the site where the model does worst.

    Examples
    --------
    >>> from mac_core.ensemble.honesty import Estimate
    >>> honest, gain = Estimate(0.2, 0.15, 0.25), Estimate(0.2, 0.1, 0.3)
    >>> judge(honest, gain, 0.4, loss="log", label="relapse").sentence.split(": ")[1]
    'its errors are 50 % smaller (likely between 25 % smaller and 75 % smaller; log loss 0.200 against 0.400).'
    """
    if sites is not None and (carried := say_sites(sites, loss=loss)):
        whole = judge(honest, gain, baseline, loss=loss, label=label)
        return Verdict(whole.code, f"{carried} {_OVERALL.format(sentence=whole.sentence)}")
    if not np.isfinite([honest.value, *gain, baseline]).all():
        return Verdict("no_better", _UNKNOWN.format(label=label))
    better = gain.low > 0
    value, constant = alike([honest.value, baseline])
    said = {
        "label": label,
        "measure": loss_words(loss).name,
        "share": say_share(gain.value, baseline),
        "low": say_share(gain.low, baseline),
        "high": say_share(gain.high, baseline),
        "value": value,
        "baseline": constant,
    }
    return Verdict("better" if better else "no_better", (_BETTER if better else _NO_BETTER).format(**said))


def say_sites(sites: pd.DataFrame, *, loss: str) -> str:
    """Say how the model fares at the site where it gains least over one guess for everybody there.

    Examples
    --------
    >>> columns = ["patients", "error", "low", "high", "usual_error", "gain", "gain_low", "gain_high"]
    >>> sites = pd.DataFrame([[90, 0.6, 0.5, 0.7, 0.3, -0.3, -0.45, -0.15], [90, 0.5, 0.4, 0.6, 0.7, 0.2, 0.1, 0.3]],
    ...     ["north", "south"], columns)
    >>> say_sites(sites, loss="log").split(", its errors are ")[0]
    'The averaged model does not carry over to north: where it has learned from the other site alone'
    """
    judged = sites[sites[["gain_low", "gain_high"]].notna().all(axis=1)]
    if judged.empty:
        return ""
    lost, kept = judged.index[judged["gain_high"] < 0], judged.index[judged["gain_low"] > 0]
    doubtful = judged.index.difference(lost.union(kept), sort=False)
    # A site where the model is shown to fail comes before one where that is open.
    worst = judged.loc[lost if len(lost) else doubtful if len(doubtful) else kept, "gain"].idxmin()
    row = judged.loc[worst]
    value, usual = alike([row["error"], row["usual_error"]])
    ends = [say_share(row[end], row["usual_error"]) for end in ("gain_low", "gain_high")]
    others = len(sites) - 1
    said = {
        "site": worst,
        "others": "site" if others == 1 else f"{others} sites",
        "share": say_share(row["gain"], row["usual_error"]),
        # Said from the smaller to the larger number.
        "low": ends[1] if worst in lost else ends[0],
        "high": ends[0] if worst in lost else ends[1],
        "measure": loss_words(loss).name,
        "value": value,
        "usual": usual,
    }
    sentences = [(_LOST if worst in lost else _KEPT if worst in kept else _DOUBTFUL).format(**said)]
    for template, names in (
        (_ALSO_LOST, lost),
        (_ALSO_DOUBTFUL, doubtful),
        (_TOO_FEW, sites.index.difference(judged.index, sort=False)),
    ):
        if rest := [name for name in names if name != worst]:
            sentences.append(template.format(sites=join_words(rest)))
    return " ".join(sentences)
