"""How wrong one prediction is, in the units of each loss, and the value that loses least over several predictions."""

from __future__ import annotations

import numpy as np

__all__ = ["LOSSES", "aggregate", "row_losses", "weighted_mean"]

LOSSES = {"classes": ("log", "brier", "zero_one"), "number": ("squared", "absolute")}
"""The losses of each kind of target; the first is the default."""

_SMALLEST = np.finfo(float).eps


def row_losses(values: np.ndarray, y: np.ndarray, loss: str) -> np.ndarray:
    """Loss of each patient's prediction.

    Parameters
    ----------
    values : ndarray, shape (..., n, K)
        Probabilities of the K classes, or values (K = 1).
    y : ndarray, shape (n,)
        Class numbers 0 to K - 1, or values.
    loss : str
        One of `LOSSES`.

    Returns
    -------
    ndarray, shape (..., n)
        log: minus the log of the probability of what happened (natural). brier: summed squared distance over the classes,
        halved for two classes, as scikit-learn does. zero_one: 1 if the most probable class is wrong.

    Examples
    --------
    >>> row_losses(np.array([[0.8, 0.2], [0.4, 0.6]]), np.array([0, 0]), "zero_one").tolist()
    [0.0, 1.0]
    """
    if loss == "squared":
        return (values[..., 0] - y) ** 2
    if loss == "absolute":
        return np.abs(values[..., 0] - y)
    if loss == "zero_one":
        return (values.argmax(axis=-1) != y).astype(float)
    if loss == "log":
        rows = np.broadcast_to(y[..., None], (*values.shape[:-1], 1))
        return -np.log(np.clip(np.take_along_axis(values, rows, axis=-1)[..., 0], _SMALLEST, 1.0))
    truth = np.eye(values.shape[-1])[y]
    return ((values - truth) ** 2).sum(axis=-1) / (2.0 if values.shape[-1] == 2 else 1.0)


def weighted_mean(losses: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Mean over the last axis; unweighted where all weights are zero."""
    if weights is None or not weights.sum() > 0:
        return losses.mean(axis=-1)
    return losses @ weights / weights.sum()


def aggregate(values: np.ndarray, loss: str, weights: np.ndarray | None = None) -> np.ndarray:
    """Combine the predictions of several subtasks into the one that loses least over them.

    Parameters
    ----------
    values : ndarray, shape (m, n, K)
        Each subtask's prediction.
    loss : str
        zero_one: the share of the subtasks' votes for each class (predict takes the plurality). log, brier, squared: the mean.
        absolute: the median.
    weights : ndarray of int, shape (m,) or (m, n), optional
        How often each prediction counts.

    Returns
    -------
    ndarray, shape (n, K)
        NaN where all weights are zero.

    Examples
    --------
    >>> votes = np.array([[[0.9, 0.1]], [[0.4, 0.6]], [[0.4, 0.6]]])
    >>> aggregate(votes, "zero_one").round(3).tolist(), aggregate(votes, "log").round(3).tolist()
    ([[0.333, 0.667]], [[0.567, 0.433]])
    """
    m, n, _ = values.shape
    counts = np.ones((m, n)) if weights is None else np.broadcast_to(np.reshape(weights, (m, -1)), (m, n)).astype(float)
    if loss == "absolute":
        return _median(values[..., 0], counts)[:, None]
    if loss == "zero_one":
        values = np.eye(values.shape[-1])[values.argmax(axis=-1)]
    total = counts.sum(axis=0)
    combined = np.einsum("mn,mnk->nk", counts, values)
    return np.divide(combined, total[:, None], out=np.full_like(combined, np.nan), where=total[:, None] > 0)


def _median(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Median over the first axis, each value counted as often as `counts` says; the mean of the middle two if even."""
    order = np.argsort(values, axis=0, kind="stable")
    ordered = np.take_along_axis(values, order, axis=0)
    reached = np.take_along_axis(counts, order, axis=0).cumsum(axis=0)
    half = reached[-1] / 2
    lower = np.take_along_axis(ordered, (reached >= half).argmax(axis=0)[None], axis=0)[0]
    upper = np.take_along_axis(ordered, (reached > half).argmax(axis=0)[None], axis=0)[0]
    return np.where(half > 0, (lower + upper) / 2, np.nan)
