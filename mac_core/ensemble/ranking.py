"""Steps 3 and 4: the mean error of each learner over the subtasks, and their order."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["mean_errors", "rank_learners", "subtask_errors"]


def subtask_errors(losses: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Mean loss of each learner on one subtask's test patients (e_lj of one j).

    Parameters
    ----------
    losses : ndarray, shape (n_learners, n_tested)
    weights : ndarray, shape (n_tested,), optional

    Returns
    -------
    ndarray, shape (n_learners,)
    """
    from mac_core.ensemble.losses import weighted_mean

    return weighted_mean(losses, weights)


def mean_errors(errors: pd.DataFrame) -> pd.Series:
    """Step 3: mean over subtasks (rows) of each learner's error."""
    return errors.mean()


def rank_learners(
    errors: pd.DataFrame,
    low: np.ndarray,
    high: np.ndarray,
    p_first: np.ndarray,
    is_baseline: np.ndarray,
    seconds: np.ndarray,
    groups: np.ndarray,
) -> pd.DataFrame:
    """Step 4: order the learners by mean error, smallest first; equal ones keep the pool's order.

    Parameters
    ----------
    errors : DataFrame, shape (n_subtasks, n_learners)
    low, high : ndarray, shape (n_learners,)
        95 % interval of the mean error over resampled patients.
    p_first : ndarray, shape (n_learners,)
        Share of resamples in which the learner came first.
    is_baseline : ndarray of bool, shape (n_learners,)
    seconds : ndarray, shape (n_learners,)
        Time of all its fits.
    groups : ndarray of int, shape (n_learners,)
        Learners that cannot be told apart have the same number.

    Returns
    -------
    DataFrame
        Index `learner`; columns mean_error, low, high, p_first, is_baseline, seconds, group.

    Examples
    --------
    >>> errors = pd.DataFrame({"a": [0.4, 0.2], "b": [0.1, 0.3]})
    >>> nothing = np.zeros(2)
    >>> rank_learners(errors, nothing, nothing, nothing, nothing > 1, nothing, nothing).index.tolist()
    ['b', 'a']
    """
    table = pd.DataFrame(
        {
            "mean_error": mean_errors(errors),
            "low": low,
            "high": high,
            "p_first": p_first,
            "is_baseline": is_baseline.astype(bool),
            "seconds": seconds,
            "group": groups.astype(int),
        },
        index=errors.columns,
    )
    table.index.name = "learner"
    return table.sort_values("mean_error", kind="stable")
