"""A flexible curve through a cloud of points: local straight lines (lowess), once each, without down-weighting outliers.

With the usual robustness iterations a 0/1 outcome is treated as a cloud of outliers: perfectly calibrated risks at a prevalence
of 7 % then look ten times worse calibrated than they are. So there are none here.

References
----------
Cleveland: Robust locally weighted regression and smoothing scatterplots. JASA 74, 1979.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["SmoothCurve", "fit_curve"]

_SHARE = 0.75


@dataclass(frozen=True)
class SmoothCurve:
    """Knows the points' places and their distances from where the curve is wanted, so that reweighted points cost little.

    Attributes
    ----------
    at : ndarray, shape (g,)
        Where the curve is wanted.
    places : ndarray, shape (m,)
        Where the points stand: their own places, or means of neighbours where there are too many.
    """

    at: np.ndarray
    places: np.ndarray
    _order: np.ndarray
    _distances: np.ndarray
    _rows: np.ndarray
    _starts: np.ndarray

    def gather(self, values: np.ndarray) -> np.ndarray:
        """Add up a value per point to one per place: shape (..., n) to (..., m)."""
        return np.add.reduceat(values[..., self._rows], self._starts, axis=-1)

    def fit(self, counts: np.ndarray, sums: np.ndarray) -> np.ndarray:
        """Fit the curve.

        Parameters
        ----------
        counts, sums : ndarray, shape (m,)
            Points at each place, and the sum of their outcomes.

        Returns
        -------
        ndarray, shape (g,)
        """
        nearest = max(1, int(_SHARE * counts.sum() + 1e-10))
        weights = counts[self._order]
        reached = (weights.cumsum(axis=1) >= nearest - 1e-9).argmax(axis=1)
        radius = self._distances[np.arange(len(self.at)), reached][:, None]
        relative = np.divide(self._distances, radius, out=np.full(self._distances.shape, 2.0), where=radius > 0)
        relative = np.where((radius == 0) & (self._distances == 0), 0.0, relative)
        # The edges of the window as in the widespread implementations.
        kernel = np.where(relative <= 0.001, 1.0, np.where(relative <= 0.999, (1 - np.minimum(relative, 1) ** 3) ** 3, 0.0))
        shares = kernel * weights
        total = shares.sum(axis=1)
        # Where all near points stand on the window's edge, they count alike.
        edge = (total <= 0)[:, None] & (self._distances <= radius)
        shares = np.where(edge, weights, shares)
        total = shares.sum(axis=1)
        offsets = self.places[self._order] - self.at[:, None]
        outcome = np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)[self._order]
        mean_offset = (shares * offsets).sum(axis=1) / total
        mean_outcome = (shares * outcome).sum(axis=1) / total
        away = offsets - mean_offset[:, None]
        spread = (shares * away**2).sum(axis=1) / total
        together = (shares * away * outcome).sum(axis=1) / total
        flat = spread <= (1e-3 * np.ptp(self.places)) ** 2
        slope = np.divide(together, spread, out=np.zeros_like(spread), where=~flat)
        return mean_outcome - slope * mean_offset


def fit_curve(x: np.ndarray, at: np.ndarray | None = None, *, most_places: int = 1000) -> SmoothCurve:
    """Prepare a curve.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Where the points stand.
    at : ndarray, shape (g,), optional
        Where the curve is wanted; at every place if not given.
    most_places : int
        Above so many different places, neighbours are put together in equally large groups.

    Examples
    --------
    >>> x = np.arange(50.0)
    >>> curve = fit_curve(x, np.array([10.5]))
    >>> curve.fit(curve.gather(np.ones(50)), curve.gather(2 * x + 1)).round(6).tolist()
    [22.0]
    """
    rows = np.argsort(x, kind="stable")
    ordered = x[rows]
    starts = np.flatnonzero(np.r_[True, np.diff(ordered) > 0])
    if len(starts) > most_places:
        # Equal values stay together: a group begins where a new value begins.
        wanted = np.linspace(0, len(x), most_places, endpoint=False).astype(int)
        starts = np.unique(starts[np.searchsorted(starts, wanted, side="right") - 1])
    ends = np.r_[starts[1:], len(x)] - 1
    # Clipped, since the mean of equal numbers may differ from them in its last digit.
    places = np.clip(np.add.reduceat(ordered, starts) / (ends - starts + 1), ordered[starts], ordered[ends])
    at = places if at is None else at
    distances = np.abs(places[None, :] - at[:, None])
    order = np.argsort(distances, axis=1, kind="stable")
    return SmoothCurve(at, places, order, np.take_along_axis(distances, order, axis=1), rows, starts)
