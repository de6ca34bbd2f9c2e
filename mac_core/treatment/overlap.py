"""Whether comparable patients got an arm: overall, and for one patient at a time.

An arm is *unsupported* for a patient when hardly anybody like the patient got it, so that any number would be an extrapolation;
*thin* when few did; *supported* otherwise. Four things are looked at, the worst one counts:

- the modelled probability of getting the arm (routine care only; in a randomised design the arms' shares hold for everybody);
- each column by itself: the patient lies far outside everything that was seen, or at an end of a column (or in a category)
  where the arm was practically never given though its share says that it should have been;
- the nearest patients of the cohort, all columns together: how many of them got the arm;
- the distance to the nearest patients who did get it.

The limits are chosen so that chance alone, in a randomised trial, leaves about one patient in a thousand without an arm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mac_core.treatment.similarity import PatientSpace, measurements, nearest

__all__ = [
    "SUPPORTED",
    "THIN",
    "UNSUPPORTED",
    "Judgement",
    "Overlap",
    "Support",
    "effective_sample_size",
    "floors",
    "histogram_by_arm",
    "overlap",
]

UNSUPPORTED, THIN, SUPPORTED = "unsupported", "thin", "supported"
_WORDS = np.array([UNSUPPORTED, THIN, SUPPORTED], dtype=object)
_FLOOR, _THIN = 0.02, 0.05  # of the propensity, between arms of ordinary size
_BY_CHANCE = 1e-3  # of all tests on columns together, under randomisation
_NEIGHBOURS_BY_CHANCE = 1e-4
_NEIGHBOURS = 50
_MARGIN = 0.2  # of a column's range: so far outside nothing is known; a new patient just beyond the oldest one is no stranger
_NEAR = 5  # how many patients who got the arm should be near
_REFERENCE = 5000  # patients among whom neighbours are sought: a million rows must stay possible
_BINS = 20
_EXCEPTIONS = 0.25  # a gap may hold this share of the floor: one mistyped age must not hide that an arm ends at 70


def floors(shares: np.ndarray) -> np.ndarray:
    """Propensity below which nobody comparable got the arm, shape (arms,): .02, or less for an arm that was rare altogether."""
    return np.minimum(_FLOOR, shares / 5)


def effective_sample_size(weights: np.ndarray) -> float:
    """How many equally weighted patients carry as much information: (sum of weights)^2 / sum of squared weights.

    References
    ----------
    Kish: Survey Sampling, 1965.

    Examples
    --------
    >>> round(effective_sample_size(np.array([1, 1, 1, 9])), 3)
    1.714
    """
    weights = np.asarray(weights, dtype=float)
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0


class Judgement(NamedTuple):
    """`support` (m, arms): supported, thin or unsupported. `why` (m, arms): a sentence, empty where supported."""

    support: np.ndarray
    why: np.ndarray


# An end of a column, or a level of a category, where an arm was practically never given: column, position of the arm, kind
# (above, below, level), value.
_Gap = tuple[str, int, str, Any]


class Support:
    """Judges for each patient and arm whether comparable patients got it.

    Parameters
    ----------
    X : DataFrame, shape (n, features)
        The cohort.
    arm : ndarray of int, shape (n,)
        Position of the arm that was given.
    clusters : ndarray of int, shape (n,)
        Which patient each row belongs to.
    arms : sequence of labels
    seed : int
        Draws the patients among whom neighbours are sought when the cohort is large.

    Examples
    --------
    >>> cohort = pd.DataFrame({"age": np.arange(200.0)})
    >>> given = np.where((cohort["age"] < 150) & (cohort["age"] % 2 == 0), 1, 0)
    >>> Support(cohort, given, np.arange(200), ["A", "B"]).judge(pd.DataFrame({"age": [50.0, 180.0]})).support.tolist()
    [['supported', 'supported'], ['supported', 'unsupported']]
    """

    def __init__(self, X: pd.DataFrame, arm: np.ndarray, clusters: np.ndarray, arms: Sequence[Any], *, seed: int = 0) -> None:
        self.arms_ = list(arms)
        self.shares_ = np.bincount(arm, minlength=len(arms)) / len(arm)
        self.floors_ = floors(self.shares_)
        self.thin_ = np.minimum(_THIN, self.shares_ / 2)
        numbers, categories = measurements(X)
        tests = max(1, 2 * numbers.shape[1] + categories.shape[1]) * len(arms)
        self.limits_ = {str(name): _limits(column.to_numpy()) for name, column in numbers.items() if column.notna().any()}
        self.levels_ = {str(name): frozenset(column.dropna().unique()) for name, column in categories.items()}
        self.gaps_ = [
            *(gap for name in self.limits_ for gap in self._ends(name, numbers[name].to_numpy(), arm, tests)),
            *(gap for name, column in categories.items() for gap in self._rare_levels(name, column, arm, tests)),
        ]
        self._place_reference(X, arm, clusters, seed)

    def _place_reference(self, X: pd.DataFrame, arm: np.ndarray, clusters: np.ndarray, seed: int) -> None:
        rows = np.arange(len(arm))
        if len(rows) > _REFERENCE:
            rows = np.sort(np.random.default_rng(seed).choice(rows, _REFERENCE, replace=False))
        self.space_ = PatientSpace(X)
        self.points_, self.given_, self.owner_ = self.space_.place(*self.space_.read(X.iloc[rows])), arm[rows], clusters[rows]
        # So many neighbours that none of them got the arm by chance at most once in 10,000 patients, and not fewer than 50 in a
        # large cohort: where one in twenty got the arm, it is thin, and should not come and go with the last neighbour.
        share = np.clip(self.shares_, 1e-6, 1 - 1e-6)
        needed = np.maximum(np.ceil(math.log(_NEIGHBOURS_BY_CHANCE) / np.log1p(-share)), min(_NEIGHBOURS, len(rows) // 4))
        self.sought_ = np.minimum(needed, max(1, len(rows) // 2)).astype(int)
        self.reach_ = np.full(len(self.arms_), np.inf)
        for a in range(len(self.arms_)):
            own = self.given_ == a
            distance = self._distance(self.points_[own], a, self.owner_[own])
            finite = distance[np.isfinite(distance)]
            self.reach_[a] = finite.max() if len(finite) else np.inf

    def _distance(self, points: np.ndarray, a: int, clusters: np.ndarray | None) -> np.ndarray:
        """Distance to the fifth nearest patient who got arm a, shape (m,)."""
        of_arm = self.given_ == a
        if not of_arm.any():
            return np.full(len(points), np.inf)
        distances, _ = nearest(points, self.points_[of_arm], _NEAR, own=clusters, owner=self.owner_[of_arm])
        return np.asarray(distances[:, -1])

    def _missed(self, given: np.ndarray, total: np.ndarray, a: int, tests: int) -> np.ndarray:
        """Where an arm that `given` of `total` patients got was kept from them by more than chance."""
        from scipy.special import bdtr

        rare = given < _EXCEPTIONS * self.floors_[a] * total
        return np.asarray(rare & (bdtr(given.astype(float), total, self.shares_[a]) < _BY_CHANCE / tests))

    def _ends(self, name: Any, values: np.ndarray, arm: np.ndarray, tests: int) -> list[_Gap]:
        known = ~np.isnan(values)
        gaps: list[_Gap] = []
        for kind, sign in (("above", -1.0), ("below", 1.0)):
            # From one end inwards: how many patients were passed, and how many of them got the arm.
            distinct, inverse = np.unique(sign * values[known], return_inverse=True)
            total = np.cumsum(np.bincount(inverse, minlength=len(distinct)))
            for a in range(len(self.arms_)):
                given = np.cumsum(np.bincount(inverse[arm[known] == a], minlength=len(distinct)))
                missed = np.flatnonzero(self._missed(given, total, a, tests))
                if len(missed):
                    gaps.append((str(name), a, kind, float(sign * distinct[missed[-1]])))
        return gaps

    def _rare_levels(self, name: Any, column: pd.Series, arm: np.ndarray, tests: int) -> list[_Gap]:
        gaps: list[_Gap] = []
        for level in sorted(self.levels_[name]):
            have = (column == level).to_numpy()
            for a in range(len(self.arms_)):
                given, total = np.array([np.sum(have & (arm == a))]), np.array([have.sum()])
                if self._missed(given, total, a, tests)[0]:
                    gaps.append((str(name), a, "level", level))
        return gaps

    def judge(self, X: pd.DataFrame, propensity: np.ndarray | None = None, *, clusters: np.ndarray | None = None) -> Judgement:
        """Judge patients, of the cohort or new.

        Parameters
        ----------
        X : DataFrame, shape (m, features)
        propensity : ndarray, shape (m, arms), or None
            Probability of getting each arm; None when randomised.
        clusters : ndarray of int, shape (m,), or None
            For patients of the cohort: which they are, so that nobody counts as comparable with himself.

        Returns
        -------
        Judgement
        """
        shape = len(X), len(self.arms_)
        code, why = np.full(shape, 2), np.full(shape, "", dtype=object)

        def lower(where: np.ndarray, a: int, to: int, sentence: str) -> None:
            rows = np.flatnonzero(where & (code[:, a] > to))
            if not len(rows):
                return
            code[rows, a] = to
            why[rows, a] = sentence

        numbers, words = self.space_.read(X)
        for column, a, kind, limit in self.gaps_:
            sentence = _GAPS[kind].format(arm=self.arms_[a], column=column, value=_plain(limit))
            if kind == "level":
                lower(words[column] == limit, a, 0, sentence)
            else:
                lower(numbers[column] >= limit if kind == "above" else numbers[column] <= limit, a, 0, sentence)
        for name, (low, high) in self.limits_.items():
            value, margin = numbers[name], _MARGIN * (high - low)
            sentence = _OUTSIDE.format(column=name, low=_plain(low), high=_plain(high))
            for a in range(len(self.arms_)):
                lower((value < low - margin) | (value > high + margin), a, 0, sentence)
                lower((value < low - margin / 2) | (value > high + margin / 2), a, 1, sentence)
        for name, levels in self.levels_.items():
            unseen = np.array(
                [level == level and level not in levels for level in words[name]], dtype=bool
            )  # NaN is not itself
            for a in range(len(self.arms_)):
                lower(unseen, a, 1, _UNSEEN.format(column=name))
        if propensity is not None:
            for a, label in enumerate(self.arms_):
                lower(propensity[:, a] < self.floors_[a], a, 0, _HARDLY.format(arm=label))
                lower(propensity[:, a] < self.thin_[a], a, 1, _FEW.format(arm=label))
        self._judge_neighbours(self.space_.place(numbers, words), clusters, lower)
        return Judgement(_WORDS[code], why)

    def _judge_neighbours(self, points: np.ndarray, clusters: np.ndarray | None, lower: Any) -> None:
        from scipy.special import bdtr

        _, rows = nearest(points, self.points_, int(self.sought_.max()), own=clusters, owner=self.owner_)
        for a, label in enumerate(self.arms_):
            sought = int(self.sought_[a])
            given = (self.given_[rows[:, :sought]] == a).sum(axis=1)
            # In a small cohort even no neighbour at all can be chance.
            telling = (1 - self.shares_[a]) ** sought < 10 * _NEIGHBOURS_BY_CHANCE
            lower((given == 0) & telling, a, 0, _HARDLY.format(arm=label))
            lower(bdtr(given.astype(float), sought, self.shares_[a]) < 10 * _NEIGHBOURS_BY_CHANCE, a, 1, _FEW.format(arm=label))
            lower(self._distance(points, a, clusters) > self.reach_[a], a, 1, _FAR.format(arm=label))


_HARDLY = "No comparable patients got {arm}."
_FEW = "Few comparable patients got {arm}."
_FAR = "The patients who got {arm} were not much like this one."
_UNSEEN = "No patient of the cohort has this value in {column}."
_OUTSIDE = "The cohort's {column} lies between {low} and {high}."
_GAPS = {
    "above": "Patients with {column} of {value} or more did not get {arm}.",
    "below": "Patients with {column} of {value} or less did not get {arm}.",
    "level": "Patients with {value} in {column} did not get {arm}.",
}


def _plain(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _limits(values: np.ndarray) -> tuple[float, float]:
    return float(np.nanmin(values)), float(np.nanmax(values))


@dataclass(frozen=True)
class Overlap:
    """How comparable the arms are altogether.

    Attributes
    ----------
    arms : DataFrame
        Index arm: n, missing_outcome, share, effective_n (of the inverse-probability weights), outside (share of all patients
        whose probability of this arm is below .05 or above .95), clipped (patients whose probability was raised to the floor),
        supported, thin, unsupported (patients of the cohort, as counts).
    balance : DataFrame
        Index covariate (a category has one row per level): before, after; the largest standardised mean difference between
        two arms, as given and after weighting by the inverse probability.
    histogram : DataFrame or None
        Columns arm, given, low, high, patients: how many of those who got the arm `given` have a probability of `arm` between
        low and high (twenty equal bins). None in runs of before.
    """

    arms: pd.DataFrame
    balance: pd.DataFrame
    histogram: pd.DataFrame | None = None


def overlap(
    X: pd.DataFrame,
    arm: np.ndarray,
    propensity: np.ndarray,
    clipped: np.ndarray,
    judgement: Judgement,
    missing: np.ndarray,
    arms: Sequence[Any],
) -> Overlap:
    """Describe overlap in a cohort.

    Parameters
    ----------
    X : DataFrame, shape (n, features)
    arm : ndarray of int, shape (n,)
    propensity, clipped : ndarray, shape (n, arms)
        Probability of each arm as modelled, and after clipping.
    judgement : Judgement
        Of the cohort's patients.
    missing : ndarray of int, shape (arms,)
        Patients without outcome, who are among the n.
    arms : sequence of labels

    Returns
    -------
    Overlap
    """
    rows = []
    own_weight = 1 / clipped[np.arange(len(arm)), arm]
    for a in range(len(arms)):
        e, support = propensity[:, a], judgement.support[:, a]
        rows.append(
            {
                "n": int((arm == a).sum()),
                "missing_outcome": int(missing[a]),
                "share": float((arm == a).mean()),
                "effective_n": effective_sample_size(own_weight[arm == a]),
                "outside": float(((e < _THIN) | (e > 1 - _THIN)).mean()),
                "clipped": int((e < clipped[:, a]).sum()),
                **{level: int((support == level).sum()) for level in (SUPPORTED, THIN, UNSUPPORTED)},
            }
        )
    table = pd.DataFrame(rows, index=pd.Index(arms, name="arm"))
    return Overlap(table, _balance(X, arm, own_weight, len(arms)), histogram_by_arm(arm, propensity, arms))


def histogram_by_arm(arm: np.ndarray, propensity: np.ndarray, arms: Sequence[Any]) -> pd.DataFrame:
    """Count how many of those who got each arm have which probability of each arm: `Overlap.histogram`.

    Parameters
    ----------
    arm : ndarray of int, shape (n,)
    propensity : ndarray, shape (n, arms)
    arms : sequence of labels

    Examples
    --------
    >>> table = histogram_by_arm(np.array([0, 1]), np.array([[0.9, 0.1], [0.2, 0.8]]), ["A", "B"])
    >>> table.loc[table["patients"] > 0, ["arm", "given", "low"]].values.tolist()
    [['A', 'A', 0.9], ['A', 'B', 0.2], ['B', 'A', 0.1], ['B', 'B', 0.8]]
    """
    edges = np.linspace(0, 1, _BINS + 1)
    parts = []
    for a, label in enumerate(arms):
        for b, given in enumerate(arms):
            counts, _ = np.histogram(propensity[arm == b, a], bins=edges)
            columns = {"arm": label, "given": given, "low": edges[:-1], "high": edges[1:], "patients": counts}
            parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def _balance(X: pd.DataFrame, arm: np.ndarray, weight: np.ndarray, count: int) -> pd.DataFrame:
    numbers, categories = measurements(X)
    columns = {str(name): column.to_numpy() for name, column in numbers.items()}
    for name, column in categories.items():
        for level in column.value_counts().index[:20]:
            columns[f"{name} = {level}"] = (column == level).to_numpy(dtype=float)
    rows = {
        name: (_largest_smd(v, arm, np.ones(len(arm)), count), _largest_smd(v, arm, weight, count))
        for name, v in columns.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["before", "after"], dtype=float)
    return table.rename_axis("covariate")


def _largest_smd(values: np.ndarray, arm: np.ndarray, weight: np.ndarray, count: int) -> float:
    """Largest standardised mean difference between two arms; the spread is unweighted, so that weighting cannot hide in it."""
    known = ~np.isnan(values)
    means, variances = np.full(count, np.nan), np.full(count, np.nan)
    for a in range(count):
        own = known & (arm == a)
        if own.sum() > 1:
            means[a] = np.average(values[own], weights=weight[own])
            variances[a] = values[own].var(ddof=1)
    one, other = np.triu_indices(count, 1)
    spread = np.sqrt((variances[one] + variances[other]) / 2)
    gap = np.abs(means[one] - means[other])
    # Two arms that are constant at different values differ without limit; at the same value not at all.
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(gap == 0, 0.0, gap / spread)
    found = found[~np.isnan(found)]
    return float(found.max()) if len(found) else float("nan")
