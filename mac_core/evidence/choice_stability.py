"""How firmly the way to a prediction stands: whether subtasks would choose the same averages, were the patients drawn anew."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["choice_stability"]


def choice_stability(choices: pd.DataFrame | None, selected: pd.Series) -> float | None:
    """Mean share of resamples in which a subtask chose the same average as in the study, 0 to 1.

    It says nothing about how far off the prediction may be: two averages that are chosen in turn can predict the same.

    Parameters
    ----------
    choices : DataFrame, shape (subtasks, learners), or None
        Share of the resamples in which the subtask chose the learner's average, in the order of the subtasks.
    selected : Series by subtask
        The study's choices.

    Returns
    -------
    float or None
        None where it was not measured.

    Examples
    --------
    >>> choices = pd.DataFrame({"ridge": [0.9, 0.4], "forest": [0.1, 0.6]})
    >>> choice_stability(choices, pd.Series(["ridge", "ridge"]))
    0.65
    """
    if choices is None or choices.empty or len(choices) != len(selected):
        return None
    places = choices.columns.get_indexer(pd.Index(selected))
    if (places < 0).any():
        return None
    shares = choices.to_numpy(dtype=float)[np.arange(len(choices)), places]
    return float(shares.mean()) if np.isfinite(shares).all() else None
