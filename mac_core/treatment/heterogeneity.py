"""Whether the difference between the arms differs from patient to patient by more than chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from mac_core.treatment.contrast_learners import ForestContrasts, RidgeContrasts, fold_of

__all__ = ["FEWEST_PATIENTS", "FEWEST_PER_ARM", "Heterogeneity", "heterogeneity", "sequential_test", "too_few"]

FEWEST_PATIENTS, FEWEST_PER_ARM = 400, 100
_SPLITS, _FOLDS = 21, 5
_MOST_ROWS = 20_000  # patients in the test: power is no concern beyond

_TOO_FEW = (
    "Whether the difference between the arms depends on the patient was not tested: that needs at least {patients} patients "
    "and {per_arm} per arm, and there are {count}, {fewest} of whom got {arm}. So the verdict rests on the averages and is the "
    "same for everybody."
)
_CLOSED = (
    "There is no sign beyond chance that the difference between the arms depends on the patient (p = {p}, all pairs of arms, "
    "corrected for their number), so the verdict rests on the averages and is the same for everybody."
)
_NO_GAIN = (
    "The difference between the arms seems to depend on the patient (p = {p}), but choosing by patient was not shown to be "
    "better than {arm} for everybody (gain {gain}, interval {low} to {high}), so the verdict rests on the averages and is the "
    "same for everybody."
)
_OPEN = (
    "The difference between the arms depends on the patient (p = {p}), and choosing by patient was better than any one arm for "
    "everybody (over {arm}, gain {gain}, interval {low} to {high}), judged on patients that the choice did not know."
)


class Heterogeneity(NamedTuple):
    """The answer of the test that opens individual advice.

    Attributes
    ----------
    p : float
        NaN when it was not tested.
    supported : bool
        Whether the data support differences that depend on the patient. Individual advice needs it.
    reason : str
        Why, as a sentence.

    Examples
    --------
    >>> too_few(np.array([0, 1] * 50), np.arange(100), ["A", "B"]).supported
    False
    """

    p: float
    supported: bool
    reason: str


def too_few(arm: np.ndarray, clusters: np.ndarray, arms: Sequence[Any]) -> Heterogeneity | None:
    """Close the question without a test where there are too few patients for one; None where there are enough."""
    counts = [len(np.unique(clusters[arm == a])) for a in range(len(arms))]
    total, fewest = len(np.unique(clusters)), int(np.argmin(counts))
    if total >= FEWEST_PATIENTS and counts[fewest] >= FEWEST_PER_ARM:
        return None
    said = {"count": f"{total:,}", "fewest": counts[fewest], "arm": arms[fewest]}
    return Heterogeneity(np.nan, False, _TOO_FEW.format(patients=FEWEST_PATIENTS, per_arm=FEWEST_PER_ARM, **said))


def heterogeneity(
    p: float, gains: Sequence[tuple[Any, float, float, float]], *, level: float = 0.95, amount: Callable[[float], str]
) -> Heterogeneity:
    """Join the test and the gains.

    Parameters
    ----------
    p : float
        Of `sequential_test`.
    gains : sequence of (arm, gain, low, high)
        Of choosing by patient over everybody getting the arm, above 0 where it is better; NaN where nothing can be compared.
    level : float
        1 - level is the limit for p.
    amount : callable
        Writes a gain.

    Returns
    -------
    Heterogeneity

    Examples
    --------
    >>> heterogeneity(0.001, [("A", 2.0, 1.0, 3.0), ("B", 0.2, -0.1, 0.5)], amount=str).supported
    False
    """
    written = "less than 0.001" if p < 0.001 else f"{p:.2g}"
    if not p <= 1 - level:
        return Heterogeneity(float(p), False, _CLOSED.format(p=written))
    # The arm that is hardest to beat; a gain that is not known is not shown.
    arm, gain, low, high = min(gains, key=lambda each: -np.inf if np.isnan(each[2]) else each[2])
    found = {"arm": arm, "gain": amount(gain), "low": amount(low), "high": amount(high)}
    opened = bool(low > 0)
    return Heterogeneity(float(p), opened, (_OPEN if opened else _NO_GAIN).format(p=written, **found))


def sequential_test(
    Z: np.ndarray, scores: np.ndarray, usable: np.ndarray, clusters: np.ndarray, *, seed: int = 0, splits: int = _SPLITS
) -> float:
    """Test whether the contrasts of the scores can be foretold from the covariates.

    Five folds of patients; for each fold but the first, differences are learned on the folds before it (linear and forest,
    averaged) and the score contrasts of the fold are regressed on them: z, with a standard error that clusters by patient and
    allows for unequal spread. A prediction that is the same for everybody contributes z = 0. The one-sided p of a pair is that
    of the sum of the four z over 2; twice its median over the splits; the pairs are Holm-corrected, and the smallest counts.

    Parameters
    ----------
    Z : ndarray, shape (n, features)
        Encoded covariates.
    scores : ndarray, shape (n, arms)
    usable : ndarray of bool, shape (n, arms)
        A pair is judged on patients supported in both arms.
    clusters : ndarray of int, shape (n,)
    seed : int
    splits : int
        How many divisions into folds.

    Returns
    -------
    float
        p, 0 to 1; 1 when no pair can be judged.

    References
    ----------
    Chernozhukov, Demirer, Duflo, Fernandez-Val: generic machine learning inference on heterogeneous treatment effects (the
    regression on the predicted effect; twice the median over splits); Luedtke, van der Laan: statistical inference for the mean
    outcome under a possibly non-unique optimal treatment strategy, Annals of Statistics 44, 2016 (the sequence of folds).

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> Z, scores = random.normal(size=(500, 2)), random.normal(size=(500, 2))
    >>> p = sequential_test(Z, scores, np.ones((500, 2), bool), np.arange(500), splits=3)
    >>> sequential_test(Z, scores + Z, np.ones((500, 2), bool), np.arange(500), splits=3) < 0.01 < p
    True
    """
    from scipy.special import ndtr

    random = np.random.default_rng(seed)
    if len(Z) > _MOST_ROWS:
        rows = np.sort(random.choice(len(Z), _MOST_ROWS, replace=False))
        Z, scores, usable, clusters = Z[rows], scores[rows], usable[rows], clusters[rows]
    pairs = list(combinations(range(scores.shape[1]), 2))
    p = np.empty((splits, len(pairs)))
    for split in range(splits):
        fold = fold_of(clusters, _FOLDS, random)
        total = np.zeros(len(pairs))
        for f in range(1, _FOLDS):
            before, now = fold < f, fold == f
            linear = RidgeContrasts().fit(Z[before], scores[before]).predict(Z[now])
            forest = ForestContrasts(10, seed=int(random.integers(2**31))).fit(Z[before], scores[before]).predict(Z[now])
            expected = (linear + forest) / 2
            for position, (a, b) in enumerate(pairs):
                both = usable[now, a] & usable[now, b]
                total[position] += _z(
                    (expected[:, a] - expected[:, b])[both],
                    (scores[now, a] - scores[now, b])[both],
                    clusters[now][both],
                )
        p[split] = ndtr(-total / np.sqrt(_FOLDS - 1))
    found = np.minimum(1.0, 2 * np.median(p, axis=0))
    # Of Holm's adjusted values only the smallest decides; it is Bonferroni's.
    return float(min(1.0, len(pairs) * found.min()))


def _z(expected: np.ndarray, contrast: np.ndarray, clusters: np.ndarray) -> float:
    """Slope of the contrast on what was expected, over its standard error; 0 where everybody is expected to be the same."""
    if len(expected) < 3:
        return 0.0
    x = expected - expected.mean()
    power = float(x @ x)
    if power <= 1e-12 * max(1.0, float(expected @ expected)):
        return 0.0
    slope = float(x @ contrast) / power
    rest = contrast - contrast.mean() - slope * x
    _, position = np.unique(clusters, return_inverse=True)
    sums = np.bincount(position, weights=x * rest)
    count = len(sums)
    if count < 3:
        return 0.0
    error = np.sqrt(float(sums @ sums) * count / (count - 2)) / power
    return slope / error if error > 0 else 0.0
