"""Steps 6 and 7: choose for every subtask the model average that errs least there, and judge what was chosen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mac_core.ensemble.losses import aggregate, row_losses, weighted_mean

__all__ = ["average_errors", "choose_averages", "chosen_error", "out_of_sample", "top_learners"]


def top_learners(ranking: pd.DataFrame, top_k: int | None) -> list[str]:
    """The k best learners that are no baselines, best first; all of them if k is None."""
    eligible = ranking.index[~ranking["is_baseline"].to_numpy(dtype=bool)]
    return list(eligible[:top_k])


def average_errors(
    values: np.ndarray, y: np.ndarray, tests: Sequence[np.ndarray], loss: str, weights: np.ndarray | None = None
) -> np.ndarray:
    """Error of every model average on every subtask's test patients.

    Parameters
    ----------
    values : ndarray, shape (n_learners, n, K)
        Model averages: out-of-bag ones, or the leaking ones of the article.
    y : ndarray, shape (n,)
    tests : sequence of ndarray of int
        Positions (into n) of each subtask's test patients.
    loss : str
    weights : ndarray, shape (n,), optional

    Returns
    -------
    ndarray, shape (n_subtasks, n_learners)
    """
    losses = row_losses(values, y, loss)
    return np.array([weighted_mean(losses[:, test], None if weights is None else weights[test]) for test in tests])


def choose_averages(averages: pd.DataFrame) -> pd.Series:
    """Step 6: per subtask, the learner whose average errs least; of equal ones the better ranked.

    Examples
    --------
    >>> choose_averages(pd.DataFrame({"a": [0.1, 0.3], "b": [0.2, 0.2]})).tolist()
    ['a', 'b']
    """
    return averages.idxmin(axis=1)


def chosen_error(errors: np.ndarray) -> float:
    """Step 7: the error of each subtask's choice, averaged over the subtasks; `errors` as from `average_errors`."""
    return float(errors.min(axis=1).mean())


def out_of_sample(values: np.ndarray, chosen: np.ndarray, tested: np.ndarray, loss: str) -> np.ndarray:
    """Predict each patient by models and choices that did not see the patient.

    Parameters
    ----------
    values : ndarray, shape (n_learners, n, K)
        Out-of-bag model averages.
    chosen : ndarray of int, shape (n_subtasks,)
        The learner that each subtask chose.
    tested : ndarray of bool, shape (n_subtasks, n)
        Whether the subtask tests the patient, who thereby took part in its choice.
    loss : str

    Returns
    -------
    ndarray, shape (n, K)
        Aggregated over the subtasks that do not test the patient; over all of them where there is no such subtask. NaN where no
        model is unseen.
    """
    # Subtasks with the same choice say the same, so that counting them is enough.
    n_learners, n, _ = values.shape
    counts = np.zeros((n_learners, n))
    np.add.at(counts, chosen, (~tested).astype(float))
    nowhere = counts.sum(axis=0) == 0
    counts[:, nowhere] = np.bincount(chosen, minlength=n_learners)[:, None]
    known = np.isfinite(values).all(axis=(0, 2))
    combined = aggregate(np.nan_to_num(values), loss, counts)
    combined[~known] = np.nan
    return combined
