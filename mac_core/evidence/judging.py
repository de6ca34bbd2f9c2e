"""What was predicted of each patient and what happened, as numbers, and how wrong the prediction was."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from mac_core.data.target import Target

__all__ = ["Judged", "judge_predictions"]


class Judged(NamedTuple):
    """Predictions beside what happened.

    Attributes
    ----------
    said : ndarray, shape (n,)
        The predicted number, the event's probability, or for several classes the most probable one's.
    seen : ndarray, shape (n,)
        The observed number, whether the event happened (0 or 1), or whether the most probable class was right.
    losses : ndarray, shape (n,)
    """

    said: np.ndarray
    seen: np.ndarray
    losses: np.ndarray


def judge_predictions(target: Target, observed: pd.Series, predicted: pd.DataFrame, loss: str) -> Judged:
    """Compare each patient's prediction with what happened.

    Parameters
    ----------
    target : Target
        With `kind` and `event`.
    observed : Series, shape (n,)
        Numbers, or labels that all are columns of `predicted`.
    predicted : DataFrame, shape (n, classes) or (n, 1)
        Probabilities, or numbers. Of a row with NaN all three mean nothing.
    loss : str
        One of `mac_core.ensemble.losses.LOSSES`.

    Examples
    --------
    >>> from mac_core.data.cohort import Target
    >>> risk = pd.DataFrame({"no": [0.8, 0.4], "yes": [0.2, 0.6]})
    >>> found = judge_predictions(Target("x", "x", "binary", ("no", "yes"), "yes"), pd.Series(["no", "no"]), risk, "zero_one")
    >>> found.said.tolist(), found.seen.tolist(), found.losses.tolist()
    ([0.2, 0.6], [0.0, 0.0], [0.0, 1.0])
    """
    from mac_core.ensemble.losses import row_losses

    values = predicted.to_numpy(dtype=float)
    if target.kind == "number":
        truth = observed.to_numpy(dtype=float)
        return Judged(values[:, 0], truth, row_losses(values, truth, loss))
    classes = [str(name) for name in predicted.columns]
    truth = pd.Categorical(observed.astype(str), categories=classes).codes.astype(int)
    losses = row_losses(values, truth, loss)
    if target.kind == "binary" and target.event is not None:
        place = classes.index(str(target.event))
        return Judged(values[:, place], (truth == place).astype(float), losses)
    return Judged(values.max(axis=1), (values.argmax(axis=1) == truth).astype(float), losses)
