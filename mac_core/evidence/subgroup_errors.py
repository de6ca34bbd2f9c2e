"""Whether predictions are as good, and come as true, for every group of patients: errors and calibration by subgroup."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from mac_core.data.target import Target
from mac_core.evidence.intervals import mean_interval, share_interval, welch
from mac_core.evidence.judging import judge_predictions
from mac_core.evidence.subgroups import EVERYBODY, FEWEST

__all__ = ["SMALL", "errors_by_group"]

SMALL = 50
"""A group of fewer patients is marked: its interval is wide, and a difference that is there is easily missed."""


def errors_by_group(
    target: Target,
    observed: pd.Series,
    out_of_sample: pd.DataFrame,
    groups: pd.Series,
    loss: str,
    *,
    patients: np.ndarray | None = None,
) -> pd.DataFrame:
    """Judge out-of-sample predictions in each group of patients.

    Parameters
    ----------
    target : Target
    observed : Series, shape (n,)
    out_of_sample : DataFrame, shape (n, classes) or (n, 1)
        NaN rows (every model saw the patient) are left out.
    groups : Series of ordered categories, shape (n,)
        As `group_patients` gives them.
    loss : str
        The run's.
    patients : ndarray, shape (n,), optional
        The patient of each row, where one can have several: they count together, in `n` too.

    Returns
    -------
    DataFrame, index group
        Everybody first. n; hidden (fewer than 10 patients: all else is NaN), small (fewer than 50); error, error_low,
        error_high (mean loss); error_p (against all others, Holm-corrected over the groups); predicted (mean: of the number, of
        the event's probability, or for several classes of the most probable one's), observed, observed_low, observed_high (mean
        number, share with the event, or share whose most probable class was right); gap (observed - predicted), gap_low,
        gap_high; gap_p (against 0, Holm-corrected). Intervals are of 95 %, of each group for itself.

    References
    ----------
    Bird et al.: Fairlearn: A toolkit for assessing and improving fairness in AI. Microsoft MSR-TR-2020-32, 2020
    (`MetricFrame`). Holm: A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 1979.

    Examples
    --------
    >>> from mac_core.data.cohort import Target
    >>> from mac_core.evidence.subgroups import group_patients
    >>> seen, said = pd.Series([1.0, 2.0] * 20), pd.DataFrame({"prediction": [1.0, 2.0] * 10 + [2.0, 3.0] * 10})
    >>> groups = group_patients(pd.Series(["a"] * 20 + ["b"] * 20))
    >>> errors_by_group(Target("x", "x", "number"), seen, said, groups, "absolute")[["n", "error", "gap"]].values.tolist()
    [[40.0, 0.5, -0.5], [20.0, 0.0, 0.0], [20.0, 1.0, -1.0]]
    """
    from fairlearn.metrics import MetricFrame

    rows = np.flatnonzero(out_of_sample.notna().all(axis=1).to_numpy())
    names = [str(name) for name in groups.cat.categories]
    if not len(rows):
        return _hidden([EVERYBODY, *names])
    said, seen, losses = (part[rows] for part in judge_predictions(target, observed, out_of_sample, loss))
    who = None if patients is None else pd.factorize(np.asarray(patients))[0][rows]
    share = target.kind != "number"
    measures: dict[str, Callable[..., Any]] = {
        # A group of few patients stays hidden however many rows they have.
        "n": lambda y, p, *, who, **_: float(len(np.unique(who))),
        "error": lambda y, p, *, losses, who: mean_interval(losses, patients=who),
        "predicted": lambda y, p, **_: float(p.mean()),
        "observed": lambda y, p, *, losses, who: _observed(y, who, share=share),
        "gap": lambda y, p, *, losses, who: mean_interval(y - p, patients=who),
    }
    extra = {"losses": losses, "who": np.arange(len(rows)) if who is None else who}
    frame = MetricFrame(
        metrics={name: _without_names(measure) for name, measure in measures.items()},
        y_true=seen,
        y_pred=said,
        sensitive_features=groups.astype(str).to_numpy()[rows],
        sample_params=dict.fromkeys(measures, extra),
    )
    found = frame.by_group.reindex(names)
    found.loc[EVERYBODY] = frame.overall
    table = _flat(found.loc[[EVERYBODY, *names]])
    labels = groups.astype(str).to_numpy()[rows]
    shown = [name for name in names if not table.at[name, "hidden"]]
    table["error_p"] = _holm({name: _against_others(losses, labels == name, who) for name in shown}, table.index)
    table["gap_p"] = _holm({name: _against_zero(seen - said, labels == name, who) for name in shown}, table.index)
    return table


def _observed(seen: np.ndarray, who: np.ndarray, *, share: bool) -> tuple[float, float, float]:
    alone = len(np.unique(who)) == len(who)
    if not share or not alone:
        mean, low, high = mean_interval(seen, patients=who)
        return (mean, max(0.0, low), min(1.0, high)) if share else (mean, low, high)
    return (float(seen.mean()), *share_interval(int(seen.sum()), len(seen)))


def _without_names(measure: Callable[..., Any]) -> Callable[..., Any]:
    # MetricFrame hands over what it holds as Series or arrays, by version.
    def plain(y: Any, p: Any, **rest: Any) -> Any:
        return measure(np.asarray(y), np.asarray(p), **{name: np.asarray(values) for name, values in rest.items()})

    return plain


def _flat(found: pd.DataFrame) -> pd.DataFrame:
    """One column per number; groups of fewer than 10 patients are emptied."""
    table = _hidden(list(found.index))
    for name, row in found.iterrows():
        n = row["n"]
        if not np.isfinite(n) or n < FEWEST:
            continue
        table.loc[name, ["n", "predicted"]] = [n, row["predicted"]]
        for part in ("error", "observed", "gap"):
            table.loc[name, [part, f"{part}_low", f"{part}_high"]] = list(row[part])
        table.loc[name, ["hidden", "small"]] = [False, bool(n < SMALL)]
    table["error_low"] = table["error_low"].clip(lower=0.0)
    return table


def _hidden(names: list[str]) -> pd.DataFrame:
    parts = [part + end for part in ("error", "observed", "gap") for end in ("", "_low", "_high")]
    table = pd.DataFrame(np.nan, index=pd.Index(names, name="group"), columns=["n", *parts, "predicted", "error_p", "gap_p"])
    return table.assign(hidden=True, small=True)


def _against_others(losses: np.ndarray, here: np.ndarray, who: np.ndarray | None) -> float:
    if here.all():
        return float("nan")
    return welch(losses[here], losses[~here], patients=None if who is None else (who[here], who[~here]))


def _against_zero(gaps: np.ndarray, here: np.ndarray, who: np.ndarray | None) -> float:
    nothing = np.zeros(int(here.sum()))
    return welch(gaps[here], nothing, patients=None if who is None else (who[here], who[here]))


def _holm(found: dict[str, float], index: pd.Index) -> pd.Series:
    """Holm's corrected p-values; NaN where there is none."""
    known = sorted((p, name) for name, p in found.items() if np.isfinite(p))
    corrected: dict[str, float] = {}
    least = 0.0
    for place, (p, name) in enumerate(known):
        least = max(least, min(1.0, p * (len(known) - place)))
        corrected[name] = least
    return pd.Series(corrected, dtype=float).reindex(index)
