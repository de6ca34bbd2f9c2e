"""Predictions for patients by those of an averaged model's subtasks that did not train on them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

__all__ = ["honest_predictions", "judged_on", "predict_without", "trained_on"]


def predict_without(fitted: Any, X: pd.DataFrame, trained: np.ndarray, tested: np.ndarray | None = None) -> np.ndarray:
    """Predict by the model averages over the subtasks that did not train on the patient.

    Parameters
    ----------
    fitted : MACClassifier or MACRegressor
    X : DataFrame, shape (n, p)
    trained : ndarray of bool, shape (subtasks, n)
        Whether the subtask trained on the patient (on any row of the patient).
    tested : ndarray of bool, shape (subtasks, n), or None
        Whether the subtask tested the patient: its choice of an average then has no say, unless no other subtask is left.

    Returns
    -------
    ndarray, shape (n, K)
        K classes, or 1 for numbers. NaN for patients on whom every subtask trained.
    """
    from mac_core.ensemble.losses import aggregate
    from mac_core.ensemble.training import inner_threads

    codes = fitted._book.codes(X)
    values = np.zeros((len(fitted._used), len(codes), fitted._width()))
    with inner_threads():
        for subtask, encoder in enumerate(fitted._encoders):
            rows = np.flatnonzero(~trained[subtask])
            if not len(rows):
                continue
            encoded: dict[str, np.ndarray] = {}
            for place, name in enumerate(fitted._used):
                representation = fitted._reads[name]
                if representation not in encoded:
                    encoded[representation] = encoder.encode(codes[rows], representation)
                values[place, rows] += fitted._models[name][subtask].predict(encoded[representation])
    counts = (~trained).sum(axis=0)
    known = counts > 0
    predictions = np.full(values.shape[1:], np.nan)
    if known.any():
        averages = fitted._moderated(values[:, known] / counts[known, None])
        predictions[known] = aggregate(averages, fitted.loss_, _says(fitted, tested, known))
    return predictions


def _says(fitted: Any, tested: np.ndarray | None, known: np.ndarray) -> np.ndarray:
    """How often each used average was chosen, shape (used,), or by subtasks that did not test the patient, (used, known)."""
    counts = np.asarray(fitted._counts())
    if tested is None:
        return counts
    chosen = np.array([[used == name for name in fitted.selected_] for used in fitted._used], dtype=float)
    others = chosen @ (~tested[:, known]).astype(float)
    return np.where(others.sum(axis=0) > 0, others, counts[:, None])


def honest_predictions(fitted: Any, X: pd.DataFrame, clusters: np.ndarray) -> np.ndarray:
    """Out-of-sample predictions for the rows that an averaged model was fitted on.

    On large tables the estimator judges a fixed sample of rows only; the others are predicted here, by the subtasks that did
    not train on them. (Such rows took no part in any choice.)

    Parameters
    ----------
    fitted : MACClassifier or MACRegressor
    X : DataFrame, shape (n, p)
        What it was fitted on.
    clusters : ndarray of int, shape (n,)
        Which patient each row belongs to.

    Returns
    -------
    ndarray, shape (n, K)
        K classes, or 1 for numbers. NaN where every model saw the patient.
    """
    honest = np.asarray(fitted.out_of_sample_, dtype=float).reshape(len(X), -1).copy()
    open_ = np.flatnonzero(np.isnan(honest).any(axis=1))
    if len(open_):
        trained = trained_on(fitted, clusters, clusters[open_])
        honest[open_] = predict_without(fitted, X.iloc[open_], trained)
    return honest


def trained_on(fitted: Any, clusters: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Whether each subtask trained on each asked patient, shape (subtasks, len(asked)).

    Parameters
    ----------
    fitted : MACClassifier or MACRegressor
    clusters : ndarray of int, shape (n,)
        Patients of the rows that it was fitted on.
    asked : ndarray of int
        Patients that are asked about.
    """
    return np.array([np.isin(asked, clusters[subtask.train]) for subtask in fitted.subtasks_])


def judged_on(fitted: Any, clusters: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Whether each subtask tested each asked patient, shape (subtasks, len(asked)); parameters as `trained_on`."""
    return np.array([np.isin(asked, clusters[subtask.test]) for subtask in fitted.subtasks_])
