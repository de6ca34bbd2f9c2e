"""Do predictions come true? Calibration of out-of-sample predictions, from the mean to a flexible curve.

References
----------
Van Calster, McLernon, van Smeden et al.: Calibration: the Achilles heel of predictive analytics. BMC Medicine 17, 2019.
Austin, Steyerberg: The Integrated Calibration Index (ICI). Statistics in Medicine 38, 2019.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mac_core.evidence.brier import brier_parts
from mac_core.evidence.recalibration import fit_intercept, fit_slope, log_odds, straight_line
from mac_core.evidence.resampling import draw_again, limits
from mac_core.evidence.smooth_curve import fit_curve

__all__ = ["Calibration", "calibrate_numbers", "calibrate_risks"]

_GRID = 61
_PLACES_RESAMPLED = 400
_BARS = 20
_Z = 1.959963984540054


@dataclass(frozen=True)
class Calibration:
    """How far predictions come true.

    Attributes
    ----------
    measures : DataFrame, index measure
        value, low, high (95 %, patients resampled; NaN where not made). For risks: observed_expected (ratio), intercept,
        slope (log odds), ici, e50, e90, emax (mean, median, 90th percentile and maximum of the distance between prediction
        and curve; 0 to 1), brier and its parts reliability, resolution, uncertainty. For numbers: mean_difference (observed -
        predicted), intercept, slope, r_squared, rmse, mae, and the ici family in the outcome's unit.
    curve : DataFrame
        predicted, observed, low, high: the flexible curve where the middle 98 of 100 predictions lie.
    histogram : DataFrame
        left, right, n, and for risks events: the predictions in equally wide bars.
    n : int
        Patients.
    events : int or None
        Of them with the event; None for numbers.
    """

    measures: pd.DataFrame
    curve: pd.DataFrame
    histogram: pd.DataFrame
    n: int
    events: int | None


def calibrate_risks(happened: np.ndarray, risk: np.ndarray, *, groups: np.ndarray | None = None, seed: int = 0) -> Calibration:
    """Compare predicted risks with what happened.

    Parameters
    ----------
    happened : ndarray of bool or 0/1, shape (n,)
    risk : ndarray, shape (n,)
        Between 0 and 1, by models that did not see the patient; no NaN.
    groups : ndarray, shape (n,), optional
        The patient of each row.
    seed : int
        Of the resamples.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> risk = rng.uniform(0.05, 0.6, 800)
    >>> found = calibrate_risks(rng.uniform(size=800) < risk, risk)
    >>> bool(found.measures.loc["slope", "low"] < 1 < found.measures.loc["slope", "high"])
    True
    """
    y, p = np.asarray(happened, dtype=float), np.asarray(risk, dtype=float)
    drawn = draw_again(len(y), groups=groups, seed=seed)
    everybody = np.ones((1, len(y)))
    odds = log_odds(p)
    values = {"observed_expected": _ratio(y, p, groups)}
    for name, fit in (("intercept", fit_intercept), ("slope", fit_slope)):
        value = float(fit(y, odds, everybody)[0])
        values[name] = (value, *limits(fit(y, odds, drawn), value))
    distances, curve = _curve(y, p, drawn)
    values |= distances
    parts = brier_parts(y, p)
    values["brier"] = (parts.score, *limits(_means((p - y) ** 2, drawn), parts.score))
    nan = float("nan")
    values |= {name: (getattr(parts, name), nan, nan) for name in ("reliability", "resolution", "uncertainty")}
    bars = _histogram(p, 0.0, 1.0).assign(events=_histogram(p[y > 0], 0.0, 1.0)["n"])
    return Calibration(_frame(values), curve, bars, len(y), int(y.sum()))


def calibrate_numbers(
    observed: np.ndarray, predicted: np.ndarray, *, groups: np.ndarray | None = None, seed: int = 0
) -> Calibration:
    """Compare predicted numbers with observed ones, in the outcome's unit.

    Parameters
    ----------
    observed, predicted : ndarray, shape (n,)
        Predictions by models that did not see the patient; no NaN.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> predicted = rng.normal(50, 5, 300)
    >>> found = calibrate_numbers(predicted + rng.normal(0, 3, 300), predicted)
    >>> bool(found.measures.loc["slope", "low"] < 1 < found.measures.loc["slope", "high"])
    True
    """
    y, p = np.asarray(observed, dtype=float), np.asarray(predicted, dtype=float)
    drawn = draw_again(len(y), groups=groups, seed=seed)
    everybody = np.ones((1, len(y)))
    found: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    one, many = straight_line(y, p, everybody), straight_line(y, p, drawn)
    found["mean_difference"] = _means(y - p, everybody), _means(y - p, drawn)
    found["intercept"], found["slope"] = (one[0], many[0]), (one[1], many[1])
    squared = [_means((y - p) ** 2, weights) for weights in (everybody, drawn)]
    centred = y - y.mean()
    spread = [_means(centred**2, weights) - _means(centred, weights) ** 2 for weights in (everybody, drawn)]
    shares = [np.divide(s, t, out=np.full_like(s, np.nan), where=t > 0) for s, t in zip(squared, spread, strict=True)]
    found["r_squared"] = 1 - shares[0], 1 - shares[1]
    found["rmse"] = np.sqrt(squared[0]), np.sqrt(squared[1])
    found["mae"] = _means(np.abs(y - p), everybody), _means(np.abs(y - p), drawn)
    values = {name: (float(value[0]), *limits(resampled, float(value[0]))) for name, (value, resampled) in found.items()}
    distances, curve = _curve(y, p, drawn)
    low, high = (float(p.min()), float(p.max())) if np.ptp(p) else (float(p[0]) - 0.5, float(p[0]) + 0.5)
    return Calibration(_frame(values | distances), curve, _histogram(p, low, high), len(y), None)


def _ratio(y: np.ndarray, p: np.ndarray, groups: np.ndarray | None) -> tuple[float, float, float]:
    if not y.sum() or not p.sum():
        return (float("nan"),) * 3
    ratio = float(y.sum() / p.sum())
    variance = (1 - y.mean()) / y.sum()
    if groups is not None:
        # The events of one patient come together: of their sums, not of single rows.
        of_row = np.unique(np.asarray(groups), return_inverse=True)[1]
        sums = np.bincount(of_row, weights=y - y.mean())
        variance = float(sums @ sums) * len(sums) / max(len(sums) - 1, 1) / y.sum() ** 2
    half = _Z * float(np.sqrt(variance))
    return ratio, float(ratio * np.exp(-half)), float(ratio * np.exp(half))


def _curve(y: np.ndarray, p: np.ndarray, drawn: np.ndarray) -> tuple[dict[str, tuple[float, float, float]], pd.DataFrame]:
    """The curve with its band, and the four distances between it and the predictions with their intervals."""
    names = ("ici", "e50", "e90", "emax")
    whole = fit_curve(p)
    counts = whole.gather(np.ones(len(y)))
    at_places = whole.fit(counts, whole.gather(y))
    found = _distances(np.abs(at_places - whole.places), counts)
    grid = np.unique(np.quantile(p, np.linspace(0.01, 0.99, _GRID)))
    few = fit_curve(p, grid, most_places=_PLACES_RESAMPLED)
    all_counts, all_sums = few.gather(drawn), few.gather(drawn * y)
    bands = np.array([few.fit(count, total) for count, total in zip(all_counts, all_sums, strict=True)])
    # Between the grid's points the curve is a straight line; at the outermost predictions it goes on as at the grid's ends.
    gaps = [np.abs(np.interp(few.places, grid, band - grid)) for band in bands]
    resampled = np.array([_distances(gap, count) for gap, count in zip(gaps, all_counts, strict=True)])
    values = {name: (value, *limits(resampled[:, i], value)) for i, (name, value) in enumerate(zip(names, found, strict=True))}
    middle = np.interp(grid, whole.places, at_places)
    ends = np.array([limits(bands[:, i], middle[i]) for i in range(len(grid))])
    return values, pd.DataFrame({"predicted": grid, "observed": middle, "low": ends[:, 0], "high": ends[:, 1]})


def _distances(gaps: np.ndarray, counts: np.ndarray) -> tuple[float, float, float, float]:
    """Mean, median, 90th percentile and maximum, each place counted as often as there are patients."""
    order = np.argsort(gaps, kind="stable")
    order = order[counts[order] > 0]
    reached = counts[order].cumsum()
    at = [gaps[order][np.searchsorted(reached, share * reached[-1] - 1e-9)] for share in (0.5, 0.9)]
    return float(gaps @ counts / counts.sum()), float(at[0]), float(at[1]), float(gaps[order[-1]])


def _means(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return weights @ values / weights.sum(axis=1)


def _frame(values: dict[str, tuple[float, float, float]]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(values, orient="index", columns=["value", "low", "high"]).rename_axis("measure")


def _histogram(values: np.ndarray, low: float, high: float) -> pd.DataFrame:
    counts, edges = np.histogram(values, bins=_BARS, range=(low, high))
    return pd.DataFrame({"left": edges[:-1], "right": edges[1:], "n": counts})
