"""A second outcome, the harm, compared between the arms as the first one is: by doubly robust scores.

One set of scores gives everything that is said of the harm: what is expected under every arm (on the cards of the patient page)
and the differences (on Accuracy), so that the two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mac_core.data.schema import label_of
from mac_core.treatment.average_effects import average_effects
from mac_core.treatment.contrast_learners import fold_of
from mac_core.treatment.observation import observed_probability
from mac_core.treatment.scores import aipw_scores, mean_interval, unseen_variance

__all__ = ["HarmComparison", "compare_harm", "read_harm"]

_HAPPENED = ("1", "yes", "y", "true", "present", "positive", "event", "1_yes", "ja", "oui", "si", "sí", "是")
_FEWEST = 10  # events and others per arm, for a model; otherwise the arm's share


@dataclass(frozen=True)
class HarmComparison:
    """What is expected of the harm under every arm, and by how much the arms differ.

    Attributes
    ----------
    by_arm : DataFrame
        Index arm: event (the value that counts; "" for numbers), n (patients who got the arm and whose harm is known), missing,
        observed (the plain share of those, or their mean), value, low, high (average if everybody got the arm: a share from 0
        to 1, or a mean).
    effects : DataFrame
        As `average_effects`. Where all patients are supported under two arms, the difference is that of their values.
    """

    by_arm: pd.DataFrame
    effects: pd.DataFrame


def read_harm(harm: Any) -> tuple[np.ndarray, str] | None:
    """The harm as numbers, and which of two values says that it happened.

    Of two values, one of the usual words for "it happened", otherwise the rarer one, is 1 and named; numbers stay as they are,
    with the name "". None where it is neither two values nor numbers.

    Examples
    --------
    >>> numbers, event = read_harm(["no", "yes", None])
    >>> numbers.tolist(), event
    ([0.0, 1.0, nan], 'yes')
    """
    values = pd.Series(np.asarray(harm, dtype=object))
    labels = values[values.notna()].map(label_of).map(str.strip)
    counts = labels.value_counts()
    if len(counts) <= 2:
        known = [label for label in counts.index if label.casefold() in _HAPPENED]
        if len(known) == 1 or len(counts) < 2:
            event = str(known[0]) if known else "1"
        else:
            event = str(min(counts.index, key=lambda label: (counts[label], label)))
        found = np.full(len(values), np.nan)
        found[labels.index] = (labels == event).to_numpy(dtype=float)
        return found, event
    numbers = pd.to_numeric(values, errors="coerce")
    return None if (numbers.isna() & values.notna()).any() else (np.asarray(numbers.to_numpy(dtype=float)), "")


def compare_harm(
    harm: Any,
    Z: np.ndarray,
    arm: np.ndarray,
    propensity: np.ndarray,
    usable: np.ndarray,
    clusters: np.ndarray,
    arms: Sequence[Any],
    *,
    level: float = 0.95,
    seed: int = 0,
) -> HarmComparison | None:
    """Compare the harm between the arms.

    Parameters
    ----------
    harm : array-like, shape (n,)
        Two values, or numbers; missing where not known.
    Z : ndarray, shape (n, features)
        Encoded covariates. The harm's models are penalised linear ones per arm, on the other folds' patients; an arm with fewer
        than ten events has its share instead.
    arm : ndarray of int, shape (n,)
    propensity : ndarray, shape (n, arms)
    usable : ndarray of bool, shape (n, arms)
    clusters : ndarray of int, shape (n,)
    arms : sequence of labels
    level : float
    seed : int

    Returns
    -------
    HarmComparison or None
        None where the harm cannot be read as two values or numbers. An arm in which it is not known for anybody has no numbers.

    References
    ----------
    Wilson: Probable inference, the law of succession, and statistical inference. JASA 22, 1927 (intervals of shares, with as
    many patients as the scores' variance is worth).

    Examples
    --------
    >>> arm = np.tile([0, 1], 50)
    >>> options = np.zeros((100, 1)), arm, np.full((100, 2), 0.5), np.ones((100, 2), bool), np.arange(100), ["A", "B"]
    >>> found = compare_harm(arm * (np.arange(100) < 20), *options)
    >>> found.by_arm["value"].round(2).tolist(), round(float(found.effects.loc[("B", "A"), "difference"]), 2)
    ([0.0, 0.2], 0.2)
    """
    read = read_harm(harm)
    if read is None:
        return None
    numbers, event = read
    known = ~np.isnan(numbers)
    given = [known & (arm == a) for a in range(len(arms))]
    there = usable & np.array([own.any() for own in given])
    expected = _expected(numbers, Z, given, fold_of(clusters, 5, np.random.default_rng(seed)), binary=bool(event))
    seen = observed_probability(Z, arm, known, clusters, seed=seed)
    scores = aipw_scores(expected, propensity * seen[:, None], arm, numbers)
    count = np.array([own.sum() for own in given])
    extra = None
    if event:
        events = np.array([np.nansum(numbers[own]) for own in given])
        extra = np.where(count > 0, unseen_variance(events, np.maximum(count, 1), level), 0.0)
    rows = []
    for a, own in enumerate(given):
        mean, low, high, _ = mean_interval(scores[there[:, a], a], clusters[there[:, a]], level)
        if event:
            low, high = _wilson(mean, (high - low) / 2, int(count[a]), level)
        observed = float(numbers[own].mean()) if own.any() else np.nan
        rows.append((event, int(count[a]), int(((arm == a) & ~known).sum()), observed, mean, low, high))
    columns = ["event", "n", "missing", "observed", "value", "low", "high"]
    by_arm = pd.DataFrame(rows, index=pd.Index(arms, name="arm"), columns=columns)
    return HarmComparison(by_arm, average_effects(scores, there, clusters, arms, level=level, extra=extra, observed=known))


def _expected(numbers: np.ndarray, Z: np.ndarray, given: Sequence[np.ndarray], fold: np.ndarray, *, binary: bool) -> np.ndarray:
    """Expected harm of everybody under every arm, by models that did not see the patient, shape (n, arms)."""
    expected = np.zeros((len(numbers), len(given)))
    for a, own in enumerate(given):
        if not own.any():
            continue
        expected[:, a] = numbers[own].mean()
        events = min((numbers[own] == 1).sum(), (numbers[own] == 0).sum()) if binary else own.sum()
        if events < _FEWEST:
            continue
        for f in range(5):
            train, now = own & (fold != f), fold == f
            if now.any() and np.ptp(numbers[train]) > 0:
                expected[now, a] = _fitted(Z[train], numbers[train], Z[now], binary=binary)
    return expected


def _wilson(share: float, half: float, patients: int, level: float) -> tuple[float, float]:
    """Wilson's interval of a share whose plain interval has this half width; inside 0 and 1, and it holds the share."""
    from scipy.special import ndtri

    if np.isnan(share):
        return np.nan, np.nan
    share = min(max(share, 0.0), 1.0)
    z = float(ndtri((1 + level) / 2))
    worth = share * (1 - share) * (z / half) ** 2 if half > 0 and 0 < share < 1 else patients
    centre = (share + z**2 / (2 * worth)) / (1 + z**2 / worth)
    reach = z / (1 + z**2 / worth) * np.sqrt(share * (1 - share) / worth + z**2 / (4 * worth**2))
    # At the ends of 0 to 1 only rounding keeps the limit from the share itself.
    return (0.0 if share == 0 else max(0.0, float(centre - reach))), (1.0 if share == 1 else min(1.0, float(centre + reach)))


def _fitted(Z: np.ndarray, target: np.ndarray, asked: np.ndarray, *, binary: bool) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression, RidgeCV

    if binary:
        return np.asarray(LogisticRegression(C=0.1, max_iter=500).fit(Z, target).predict_proba(asked)[:, 1])
    return np.asarray(RidgeCV(alphas=(1.0, 10.0, 100.0, 1000.0)).fit(Z, target).predict(asked))
