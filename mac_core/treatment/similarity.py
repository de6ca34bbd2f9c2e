"""How far patients are from each other: mixed columns as numbers of comparable size, and nearest neighbours among them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

__all__ = ["PatientSpace", "measurements", "nearest", "number", "word"]

_LEVELS = 20  # of a category; rarer ones share the point "none of these"
_BLOCK = 4_000_000  # distances at a time


def number(column: pd.Series) -> np.ndarray:
    """Column as numbers; a date as its time stamp, whatever is no number as missing.

    Examples
    --------
    >>> number(pd.Series(["1.5", "many"])).tolist()
    [1.5, nan]
    """
    if pd.api.types.is_datetime64_any_dtype(column):
        # One unit for all, or a cohort read in days and a patient read in seconds would be far apart.
        return column.astype("datetime64[s]").astype("int64").where(column.notna()).to_numpy(dtype=float)
    if not pd.api.types.is_numeric_dtype(column):
        column = pd.to_numeric(column.astype(object), errors="coerce")
    return np.asarray(column.to_numpy(dtype=float, na_value=np.nan))


def word(column: pd.Series) -> np.ndarray:
    """Column as text; missing stays NaN.

    Examples
    --------
    >>> word(pd.Series([1, None], dtype=object)).tolist()
    ['1', nan]
    """
    codes, levels = pd.factorize(column.astype(object))
    text = np.array([*map(str, levels), np.nan], dtype=object)
    return np.asarray(text[codes])


def measurements(X: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Columns as numbers, and columns as categories (text; missing is NaN). Dates count as numbers.

    Examples
    --------
    >>> numbers, categories = measurements(pd.DataFrame({"age": [1, 2], "sex": ["f", None], "old": [True, False]}))
    >>> list(numbers), list(categories)
    (['age', 'old'], ['sex'])
    """
    numbers, categories = {}, {}
    for name in X.columns:
        column = X[name]
        if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
            numbers[name] = number(column)
        else:
            categories[name] = word(column)
    return pd.DataFrame(numbers, index=X.index), pd.DataFrame(categories, index=X.index, dtype=object)


class PatientSpace:
    """Patients as points: numbers by their rank in the cohort, categories by one point per level.

    Ranks make one laboratory value with a long tail no more important than age. A missing number stands in the middle.

    Examples
    --------
    >>> cohort = pd.DataFrame({"age": [20, 40, 60], "sex": ["f", "m", "f"]})
    >>> space = PatientSpace(cohort)
    >>> space.place(*space.read(cohort)).shape
    (3, 3)
    """

    def __init__(self, X: pd.DataFrame) -> None:
        numbers, categories = measurements(X)
        self.sorted_ = {str(name): np.sort(column.dropna().to_numpy()) for name, column in numbers.items()}
        self.levels_ = {
            str(name): sorted(column.value_counts().sort_index().sort_values(ascending=False, kind="stable").index[:_LEVELS])
            for name, column in categories.items()
        }

    def read(self, X: pd.DataFrame) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Columns of patients as numbers and as words, of the kinds that they had in the cohort."""
        return {name: number(X[name]) for name in self.sorted_}, {name: word(X[name]) for name in self.levels_}

    def place(self, numbers: Mapping[str, np.ndarray], words: Mapping[str, np.ndarray]) -> np.ndarray:
        """Points of patients, as `read`; shape (n, dimensions)."""
        points = []
        for name, known in self.sorted_.items():
            value = numbers[name]
            middle = (np.searchsorted(known, value, "left") + np.searchsorted(known, value, "right")) / 2
            rank = np.where(np.isnan(value) | (len(known) == 0), 0.5, middle / max(len(known), 1))
            points.append((rank - 0.5) * np.sqrt(12))
        for name, levels in self.levels_.items():
            points.extend((words[name] == level) / np.sqrt(2) for level in levels)
        rows = len(next(iter([*numbers.values(), *words.values()]), ()))
        return np.column_stack(points) if points else np.zeros((rows, 0))


def nearest(
    points: np.ndarray, cohort: np.ndarray, count: int, *, own: np.ndarray | None = None, owner: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Nearest rows of a cohort.

    Parameters
    ----------
    points : ndarray, shape (m, dimensions)
    cohort : ndarray, shape (n, dimensions)
    count : int
        How many neighbours; fewer if the cohort is smaller.
    own, owner : ndarray of int, shapes (m,) and (n,), or None
        Which patient each row belongs to; rows of the same patient are no neighbours.

    Returns
    -------
    distances : ndarray, shape (m, count)
        Ascending; infinite where there is no further neighbour.
    rows : ndarray of int, shape (m, count)

    Examples
    --------
    >>> nearest(np.array([[0.0]]), np.array([[3.0], [1.0]]), 1)[1].tolist()
    [[1]]
    """
    count = min(count, len(cohort))
    distances, rows = np.empty((len(points), count)), np.empty((len(points), count), dtype=int)
    squares = (cohort**2).sum(axis=1)
    step = max(1, _BLOCK // max(len(cohort), 1))
    for start in range(0, len(points), step):
        block = slice(start, start + step)
        square = np.maximum((points[block] ** 2).sum(axis=1)[:, None] + squares - 2 * points[block] @ cohort.T, 0.0)
        if own is not None and owner is not None:
            square[own[block][:, None] == owner] = np.inf
        chosen = np.argpartition(square, count - 1, axis=1)[:, :count]
        size = np.take_along_axis(square, chosen, axis=1)
        order = np.argsort(size, axis=1, kind="stable")
        rows[block] = np.take_along_axis(chosen, order, axis=1)
        distances[block] = np.sqrt(np.take_along_axis(size, order, axis=1))
    return distances, rows
