"""How far the averaged model carries over from site to site: its error at each site, by models that learned from the others.

Made with ``draw="site"``, where every site is tested by the models of all others, and predicted by choices that others made.
The measure to beat is one guess for everybody at the site, made from its own patients: a model that knows the patient but not
the site should do better than one that knows the site but not the patient.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mac_core.ensemble.losses import row_losses, weighted_mean

__all__ = ["FEWEST_AT_A_SITE", "site_errors"]

FEWEST_AT_A_SITE = 20
"""Below so many patients a site has no interval."""

_RESAMPLES = 500


def site_errors(
    values: np.ndarray,
    y: np.ndarray,
    places: Sequence[np.ndarray],
    names: pd.Index,
    loss: str,
    *,
    weights: np.ndarray | None = None,
    seed: np.random.SeedSequence,
) -> pd.DataFrame:
    """Judge the predictions site by site.

    Parameters
    ----------
    values : ndarray, shape (n, K)
        Out-of-sample predictions; patients with NaN are left out.
    y : ndarray, shape (n,)
    places : sequence of ndarray of int
        Per site, where its patients stand.
    names : Index
        Names of the sites.
    loss : str
    weights : ndarray, shape (n,), optional
    seed : SeedSequence
        For 500 resamples of each site's patients.

    Returns
    -------
    DataFrame, index `site`
        patients; error, low, high: mean loss and its 95 % interval; usual_error: that of one guess for everybody at the site
        (the shares of the classes there, smoothed by Laplace's rule, or the mean or median); gain, gain_low, gain_high: by how
        much the error is below it, paired. Intervals are NaN for fewer than 20 patients.

    Examples
    --------
    >>> y = np.array([0, 1] * 20)
    >>> said = np.where(np.eye(2)[y] == 1, 0.9, 0.1)
    >>> found = site_errors(said, y, [np.arange(40)], pd.Index(["north"]), "log", seed=np.random.SeedSequence(0))
    >>> found.loc["north", ["patients", "error", "usual_error"]].round(2).tolist()
    [40.0, 0.11, 0.69]
    """
    rng = np.random.default_rng(seed)
    known = np.isfinite(values).all(axis=1)
    counted = np.ones(len(y)) if weights is None else weights
    records = []
    for place in places:
        rows = place[known[place]]
        record = dict.fromkeys(("error", "low", "high", "usual_error", "gain", "gain_low", "gain_high"), np.nan)
        if len(rows) > 1:
            losses, weight = row_losses(values[rows], y[rows], loss), counted[rows]
            usual = row_losses(_usual(y[rows], weight, values.shape[1], loss), y[rows], loss)
            record |= _estimate(losses, weight, rng, ("error", "low", "high"))
            record |= _estimate(usual - losses, weight, rng, ("gain", "gain_low", "gain_high"))
            record["usual_error"] = float(weighted_mean(usual, weight))
        records.append({"patients": len(rows), **record})
    return pd.DataFrame(records, index=names.rename("site"))


def _usual(y: np.ndarray, weights: np.ndarray, width: int, loss: str) -> np.ndarray:
    """Guess for everybody what is usual at the site, shape (n, K)."""
    if loss == "absolute":
        guess = np.quantile(y, 0.5, weights=weights, method="inverted_cdf")
    elif loss == "squared":
        guess = weighted_mean(y, weights)
    else:
        # Laplace's rule: a class that nobody has had there is not impossible.
        counts = np.bincount(y, weights, minlength=width) + 1.0
        guess = counts / counts.sum()
    return np.broadcast_to(guess, (len(y), width))


def _estimate(
    values: np.ndarray, weights: np.ndarray, rng: np.random.Generator, names: tuple[str, str, str]
) -> dict[str, float]:
    found = {names[0]: float(weighted_mean(values, weights)), names[1]: np.nan, names[2]: np.nan}
    n = len(values)
    if n >= FEWEST_AT_A_SITE:
        drawn = rng.multinomial(n, np.full(n, 1 / n), size=_RESAMPLES) * weights
        total = drawn.sum(axis=1)
        means = (drawn @ values)[total > 0] / total[total > 0]
        found |= {name: float(limit) for name, limit in zip(names[1:], np.quantile(means, (0.025, 0.975)), strict=True)}
    return found
