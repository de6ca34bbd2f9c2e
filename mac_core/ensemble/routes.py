"""How one prediction came about: what each subtask chose and said, and what they came to together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["Route", "make_routes"]


@dataclass(frozen=True)
class Route:
    """The way from the subtasks to one patient's prediction.

    Attributes
    ----------
    subtasks : DataFrame
        Index `subtask`; column `learner`, the chosen model average, and what it says: one column per class (probability), or
        `value`.
    aggregate : Series or float
        Per class: the mean of the subtasks' probabilities, or with the 0/1 loss their share of the votes. Numbers:
        the mean or the median.
    """

    subtasks: pd.DataFrame
    aggregate: pd.Series | float


def make_routes(said: np.ndarray, combined: np.ndarray, learners: pd.Series, classes: np.ndarray | None) -> list[Route]:
    """Lay out what the subtasks said of each patient.

    Parameters
    ----------
    said : ndarray, shape (m, n, K)
    combined : ndarray, shape (n, K)
    learners : Series by subtask
    classes : ndarray, shape (K,), or None
        None for numbers.
    """
    columns = pd.Index(["value"] if classes is None else classes)
    routes = []
    for row, total in enumerate(combined):
        values = pd.DataFrame(said[:, row], index=learners.index, columns=columns)
        values.insert(0, "learner", learners.to_numpy())
        routes.append(Route(values, float(total[0]) if classes is None else pd.Series(total, index=columns)))
    return routes
