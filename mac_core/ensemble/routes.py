"""How one prediction came about: what each subtask chose and said, and what they came to together."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

__all__ = ["Route"]


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
