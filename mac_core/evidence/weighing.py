"""Everything that says how far a study's predictions can be trusted, in one call: plain tables that a run keeps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from mac_core.data.cohort import Target
from mac_core.evidence.calibration import Calibration, calibrate_numbers, calibrate_risks
from mac_core.evidence.conformal import measure_ranges, measure_sets
from mac_core.evidence.decision_curve import decision_curve
from mac_core.evidence.phenotype_plane import describe_phenotypes, lay_flat, members_of

__all__ = ["MOST_JUDGED", "weigh"]

MOST_JUDGED = 10_000
_MOST_CLASSES = 6


def weigh(
    observed: pd.Series,
    out_of_sample: pd.DataFrame,
    target: Target,
    *,
    groups: pd.Series | None = None,
    clusters: tuple[pd.DataFrame, pd.DataFrame] | None = None,
    seed: int = 0,
) -> dict[str, pd.DataFrame]:
    """Weigh a study's out-of-sample predictions.

    Parameters
    ----------
    observed : Series, shape (n,)
        Class labels, or numbers.
    out_of_sample : DataFrame, shape (n, classes) or (n, 1)
        Predictions by models that did not see the patient; NaN where there are none.
    target : Target
    groups : Series, shape (n,), optional
        The patient of each row.
    clusters : (DataFrame, DataFrame), optional
        For subtasks drawn as groups of similar patients: the predictors and the splits of the run.
    seed : int

    Returns
    -------
    dict of str to DataFrame
        judged (patients, of: a random sample of 10,000 where there are more); calibration (class, measure, value, low, high),
        curve and histogram (with class; the event alone of a binary target, the six commonest of many classes, "" for numbers),
        as in `Calibration`, and counts (class, n, events; -1 for numbers); coverage as in `measure_sets` or `measure_ranges`;
        decision as in `decision_curve`, for binary
        targets; phenotypes and phenotype_words as in `lay_flat` and `describe_phenotypes`, with `clusters`. Without any
        prediction only the last two.
    """
    # One thread: with more, sums of many numbers would differ in their last bits from machine to machine.
    with threadpool_limits(limits=1):
        return _tables(observed, out_of_sample, target, groups=groups, clusters=clusters, seed=seed)


def _tables(
    observed: pd.Series,
    out_of_sample: pd.DataFrame,
    target: Target,
    *,
    groups: pd.Series | None,
    clusters: tuple[pd.DataFrame, pd.DataFrame] | None,
    seed: int,
) -> dict[str, pd.DataFrame]:
    tables: dict[str, pd.DataFrame] = {}
    if clusters is not None:
        predictors, splits = clusters
        group = members_of(splits)
        if (group >= 0).any():
            tables["phenotypes"] = lay_flat(predictors, group, seed=seed)
            tables["phenotype_words"] = describe_phenotypes(predictors, group)
    values = out_of_sample.to_numpy(dtype=float)
    rows = np.flatnonzero(np.isfinite(values).all(axis=1))
    if not len(rows):
        return tables
    every = len(rows)
    if every > MOST_JUDGED:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_JUDGED, replace=False))
    tables["judged"] = pd.DataFrame({"patients": [len(rows)], "of": [every]})
    who = None if groups is None else pd.factorize(groups)[0][rows]
    values = values[rows]
    if target.kind == "number":
        numbers = observed.to_numpy(dtype=float)[rows]
        found = {"": calibrate_numbers(numbers, values[:, 0], groups=who, seed=seed)}
        return tables | _joined(found) | {"coverage": measure_ranges(numbers, values[:, 0], groups=who, seed=seed)}
    labels = observed.astype(str).to_numpy()[rows]
    names = [str(name) for name in out_of_sample.columns]
    truth = pd.Categorical(labels, categories=names).codes.astype(int)
    if target.kind == "binary" and target.event is not None:
        chosen = [target.event]
    else:
        common = np.argsort(-np.bincount(truth, minlength=len(names)), kind="stable")[:_MOST_CLASSES]
        chosen = [names[i] for i in sorted(common)]
    found = {name: calibrate_risks(labels == name, values[:, names.index(name)], groups=who, seed=seed) for name in chosen}
    tables |= _joined(found) | {"coverage": measure_sets(truth, values, groups=who, seed=seed)}
    if target.kind == "binary" and target.event is not None:
        risk = values[:, names.index(target.event)]
        tables["decision"] = decision_curve(labels == target.event, risk, groups=who, seed=seed)
    return tables


def _joined(found: Mapping[str, Calibration]) -> dict[str, pd.DataFrame]:
    def stacked(part: str) -> pd.DataFrame:
        frames = [
            getattr(one, part).reset_index(drop=part != "measures").assign(**{"class": name}) for name, one in found.items()
        ]
        whole = pd.concat(frames, ignore_index=True)
        return whole[["class", *(column for column in whole if column != "class")]]

    counts = [
        pd.DataFrame({"class": [name], "n": [one.n], "events": [-1 if one.events is None else one.events]})
        for name, one in found.items()
    ]
    return {
        "calibration": stacked("measures"),
        "curve": stacked("curve"),
        "histogram": stacked("histogram"),
        "counts": pd.concat(counts, ignore_index=True),
    }
