"""The group's interval: what happened to the fifth of the cohort that is most similar in what is expected."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

__all__ = ["SimilarGroups"]

_SHARE = 0.2
_SMALLEST = 30  # rows; a fifth of a small cohort would hold a handful of patients per arm


class SimilarGroups:
    """Mean doubly robust score, with interval, of the cohort's patients whose expectation is nearest to a given one.

    The group is a fifth of the cohort (at least 30 rows), and everybody else who is exactly as near. Its interval covers the
    group's mean, not the single patient's: patients of one group differ.

    Parameters
    ----------
    expected : ndarray, shape (n,)
        What the models expect of each patient of the cohort, without having seen the patient: an outcome or a difference.
    scores : ndarray, shape (n,)
        The doubly robust score of the same quantity.
    clusters : ndarray of int, shape (n,)
        Which patient each row belongs to.
    level : float
        Coverage, 0 to 1.
    seen : sequence of (ndarray of bool, ndarray of bool), each of shape (n,)
        For binary outcomes, per arm that the scores are about: who got it and has an outcome, and who of these had the event.
        Where a group holds no event at all (or events only) the interval allows for what was not seen.

    Attributes
    ----------
    size_ : int
        Rows in a group, ties apart.

    Examples
    --------
    >>> groups = SimilarGroups(np.arange(100.0), np.arange(100.0), np.arange(100))
    >>> groups.size_
    30
    >>> [bool(low < 50 < high) for low, high in groups.interval(np.array([50.0]))]
    [True]
    """

    def __init__(
        self,
        expected: np.ndarray,
        scores: np.ndarray,
        clusters: np.ndarray,
        level: float = 0.95,
        seen: Sequence[tuple[np.ndarray, np.ndarray]] = (),
    ) -> None:
        order = np.argsort(expected, kind="stable")
        self.seen_ = [tuple(np.concatenate([[0], np.cumsum(part[order])]) for part in pair) for pair in seen]
        self.expected_ = np.asarray(expected, dtype=float)[order]
        self.scores_ = np.asarray(scores, dtype=float)[order]
        self.clusters_ = np.unique(np.asarray(clusters)[order], return_inverse=True)[1]
        self.level_ = level
        self.size_ = min(len(order), max(math.ceil(_SHARE * len(order)), _SMALLEST))

    def windows(self, values: np.ndarray) -> np.ndarray:
        """First row and end (exclusive) of each value's group among the sorted expectations, shape (m, 2)."""
        known, size = self.expected_, self.size_
        values = np.asarray(values, dtype=float)
        low = np.zeros(len(values), dtype=int)
        high = np.full(len(values), len(known) - size)
        while (open_ := low < high).any():
            middle = (low + high) // 2
            # Where the search has ended, middle + size may be one past the end; the answer is not used there.
            beyond = known[np.minimum(middle + size, len(known) - 1)]
            right = values - known[middle] > beyond - values
            low = np.where(open_ & right, middle + 1, low)
            high = np.where(open_ & ~right, middle, high)
        start, last = low, low + size - 1
        reach = np.maximum(np.abs(values - known[start]), np.abs(known[last] - values))
        # Whoever is exactly as near belongs to the group too; otherwise the order of the rows would decide.
        before, after = np.maximum(start - 1, 0), np.minimum(last + 1, len(known) - 1)
        first = np.where(np.abs(values - known[before]) <= reach, before, start)
        final = np.where(np.abs(known[after] - values) <= reach, after, last)
        return np.column_stack(
            [np.searchsorted(known, known[first], side="left"), np.searchsorted(known, known[final], side="right")]
        )

    def interval(self, values: np.ndarray) -> np.ndarray:
        """Low and high of each value's group, shape (m, 2); NaN where the cohort is too small for one."""
        if len(self.expected_) < 2:
            return np.full((len(values), 2), np.nan)
        windows, where = np.unique(self.windows(values), axis=0, return_inverse=True)
        alone = len(self.clusters_) == self.clusters_.max() + 1
        found = self._independent(windows) if alone else self._clustered(windows)
        if self.seen_:
            found = self._widen(found, windows)
        return found[where.ravel()]

    def _widen(self, found: np.ndarray, windows: np.ndarray) -> np.ndarray:
        from scipy.special import ndtri

        from mac_core.treatment.scores import unseen_variance

        start, end = windows.T
        extra = sum(
            unseen_variance(events[end] - events[start], patients[end] - patients[start], self.level_)
            for patients, events in self.seen_
        )
        middle, half = found.mean(axis=1), np.ptp(found, axis=1) / 2
        half = np.sqrt(half**2 + float(ndtri((1 + self.level_) / 2)) ** 2 * extra)
        return np.column_stack([middle - half, middle + half])

    def _independent(self, windows: np.ndarray) -> np.ndarray:
        from scipy.special import stdtrit

        centre = self.scores_.mean()  # sums of squares of centred numbers lose fewer digits
        ones = np.concatenate([[0.0], np.cumsum(self.scores_ - centre)])
        squares = np.concatenate([[0.0], np.cumsum((self.scores_ - centre) ** 2)])
        start, end = windows.T
        count = end - start
        mean = (ones[end] - ones[start]) / count
        spread = np.maximum(squares[end] - squares[start] - count * mean**2, 0.0)
        half = stdtrit(count - 1, (1 + self.level_) / 2) * np.sqrt(spread / (count * (count - 1)))
        return np.column_stack([mean + centre - half, mean + centre + half])

    def _clustered(self, windows: np.ndarray) -> np.ndarray:
        from mac_core.treatment.scores import mean_interval

        found = (mean_interval(self.scores_[a:b], self.clusters_[a:b], self.level_) for a, b in windows)
        return np.array([(each.low, each.high) for each in found])
