"""What a file's predictions say group by group: to whom a treatment is named, its gain, for whom the data cannot tell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core.evidence.subgroups import group_patients, summarise_groups
from mac_core.runs.batch import Batch
from mac_core.runs.run import Run

__all__ = ["group_batch", "named_gain"]


def group_batch(run: Run, batch: Batch, column: str) -> pd.DataFrame:
    """Summarise a file's predictions by one column.

    Parameters
    ----------
    run : Run
    batch : Batch
    column : str
        Of `batch.described`; a number is cut into fifths.

    Returns
    -------
    DataFrame, index group
        As `summarise_groups`, everybody first. With question "both" the shares named (a treatment is named) and cannot_tell
        (the data cannot tell), and the mean gain (as `named_gain`). For other questions the mean expected (the event's
        probability, or the number), unless the target has several classes.
    """
    groups = group_patients(batch.described[column])
    patients = batch.patients
    if "verdict" in patients:
        verdict = patients["verdict"].astype(str)
        shares = {word: (verdict == code).to_numpy() for word, code in (("named", "arm"), ("cannot_tell", "cannot_tell"))}
        return summarise_groups(groups, shares=shares, means={"gain": named_gain(run, patients)})
    if run.target.kind == "classes":
        return summarise_groups(groups)
    name = f"expected {run.target.label}" if run.target.kind == "number" else f"probability of {run.target.event}"
    return summarise_groups(groups, means={"expected": patients[name].to_numpy(dtype=float)})


def named_gain(run: Run, patients: pd.DataFrame) -> np.ndarray:
    """By how much the named treatment's expected outcome is better than that of the next best supported one.

    Parameters
    ----------
    run : Run
    patients : DataFrame, shape (m, columns)
        As `tabulate_file`.

    Returns
    -------
    ndarray, shape (m,)
        In the outcome's unit, risks from 0 to 1; positive is better. NaN where no treatment is named, or nothing else is
        supported.
    """
    sign = 1.0 if run.roles.higher_is_better is None or run.roles.higher_is_better else -1.0
    arms = [name.removeprefix("outcome under ") for name in map(str, patients) if name.startswith("outcome under ")]
    expected = sign * patients[[f"outcome under {arm}" for arm in arms]].to_numpy(dtype=float)
    own = patients["verdict for"].astype(str).to_numpy()[:, None] == np.array(arms, dtype=object)
    named = (patients["verdict"] == "arm").to_numpy() & own.any(axis=1)
    chosen = np.where(own, expected, -np.inf).max(axis=1)
    others = np.where(own | ~np.isfinite(expected), -np.inf, expected).max(axis=1)
    known = named & np.isfinite(chosen) & np.isfinite(others)
    gain = np.full(len(patients), np.nan)
    gain[known] = chosen[known] - others[known]
    return gain
