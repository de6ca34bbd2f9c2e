"""The verdict: which arm, or why none; the averages' and the same for everybody, or the patient's where that is open.

Three answers, as METHOD section 5 has them: an arm that is better than every other one by more than the smallest difference
that matters; arms that are practically equal (`no_clear_difference`); or `cannot_tell`. No sentence here speaks of causes: the
same sentences serve randomised trials and routine care.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd

from mac_core.treatment.overlap import UNSUPPORTED, Judgement

__all__ = ["Among", "CohortVerdict", "advise_individually", "advise_patients", "amount", "cohort_verdict", "verdict_among"]

_BETTER = (
    "On average the outcome under {arm} was better than under {others}: by at least {least} at the near end of the interval, "
    "beyond the {delta} that matters."
)
_BETTER_THAN_NONE = (
    "On average the outcome under {arm} was better than under {others}: by at least {least} at the near end of the interval."
)
_EQUAL = "On average the outcomes under {arms} were practically equal: they differ by less than the {delta} that matters."
_OPEN = (
    "The data cannot tell {arms} apart: the average difference between {arm} and {against} is {difference}, "
    "with an interval from {low} to {high}."
)
_NO_OVERLAP = "The data cannot tell: no patients are comparable between {arm} and {against}."
_ARM_UNSUPPORTED = "{arm} came out best on average, but this patient is not like those who got it. {why}"
_TOO_FEW = "Fewer than two of the arms in question have patients comparable with this one. {why}"
_GROUP_BETTER = (
    "Among the patients with the most similar expected difference, the outcome under {arm} was better than under {others}: by "
    "at least {least} at the near end of the interval."
)
_GROUP_EQUAL = (
    "Among the patients with the most similar expected difference, the outcomes under {arms} were practically equal: they "
    "differ by less than the {delta} that matters."
)
_UNSTEADY = (
    "The data cannot tell {arms} apart for patients like this one: {arm} is ahead, but came first in only {share} of 100 "
    "resamples of the cohort."
)
_GROUP_OPEN = (
    "The data cannot tell {arms} apart for patients like this one: between {arm} and {against} a difference of {difference} is "
    "expected, with an interval from {low} to {high} for the patients with the most similar expected difference."
)
_FIRM = 0.95  # of the resamples: a group's interval says little of one patient
_NO_PAIR = "Fewer than two treatments were given to patients comparable with this one. {why}"
_ASIDE = "{reason} {why}"
_LIST = "{first} and {last}"
_PER_100 = "{value} per 100"


@dataclass(frozen=True)
class CohortVerdict:
    """What the averages say.

    Attributes
    ----------
    verdict : {"arm", "no_clear_difference", "cannot_tell"}
    arm : int or None
        Position of the arm, for the verdict "arm".
    remaining : tuple of int
        Arms that no other arm beats clearly.
    reason : str
        A sentence.
    """

    verdict: str
    arm: int | None
    remaining: tuple[int, ...]
    reason: str


def cohort_verdict(
    effects: pd.DataFrame,
    arms: Sequence[Any],
    *,
    higher_is_better: bool = True,
    smallest_difference: float = 0.0,
    binary: bool = False,
) -> CohortVerdict:
    """Judge the average differences.

    An arm is the verdict when the interval of its advantage over every other arm lies beyond the smallest difference that
    matters. Arms are practically equal when all intervals between those that no other arm beats lie within it; with a smallest
    difference of 0 nothing can be shown to be equal. Everything else cannot be told.

    Parameters
    ----------
    effects : DataFrame
        As `TreatmentComparison.average_effects_`.
    arms : sequence of labels
    higher_is_better : bool
    smallest_difference : float
        In the outcome's unit (binary: a risk, 0 to 1).
    binary : bool
        Print differences per 100 patients.

    Returns
    -------
    CohortVerdict

    Examples
    --------
    >>> effects = pd.DataFrame({"arm": ["A", "B"], "against": ["B", "A"], "difference": [2.0, -2.0], "low": [1.0, -3.0],
    ...                         "high": [3.0, -1.0], "n": 50}).set_index(["arm", "against"])
    >>> cohort_verdict(effects, ["A", "B"]).reason
    'On average the outcome under A was better than under B: by at least 1 at the near end of the interval.'
    >>> cohort_verdict(effects, ["A", "B"], smallest_difference=5).verdict
    'no_clear_difference'
    """
    delta = abs(float(smallest_difference))
    count = len(arms)
    low, high = np.zeros((count, count)), np.zeros((count, count))
    place = {label: position for position, label in enumerate(arms)}
    for (one, other), lower, upper in zip(effects.index.tolist(), effects["low"], effects["high"], strict=True):
        pair = place[one], place[other]
        low[pair], high[pair] = (lower, upper) if higher_is_better else (-upper, -lower)
    others = ~np.eye(count, dtype=bool)
    # NaN (no comparable patients) compares as False everywhere: such a pair is neither better nor equal.
    beats = (low > delta) & others
    winner = np.flatnonzero(beats.sum(axis=1) == count - 1)
    remaining = tuple(int(a) for a in range(count) if not beats[:, a].any()) or tuple(range(count))
    if len(winner):
        a = int(winner[0])
        text = _BETTER if delta > 0 else _BETTER_THAN_NONE
        least = amount(low[a, others[a]].min(), binary)
        rest = _join([arms[b] for b in range(count) if b != a])
        return CohortVerdict("arm", a, (a,), text.format(arm=arms[a], others=rest, least=least, delta=amount(delta, binary)))
    names = _join([arms[a] for a in remaining])
    pairs = [(a, b) for a in remaining for b in remaining if a != b]
    if delta > 0 and pairs and all(low[p] >= -delta and high[p] <= delta for p in pairs):
        return CohortVerdict("no_clear_difference", None, remaining, _EQUAL.format(arms=names, delta=amount(delta, binary)))
    # The pair to show: the two best of those that remain, best first.
    value = {pair: effects.loc[(arms[pair[0]], arms[pair[1]])] for pair in pairs or [(0, 1)]}
    a, b = next((p for p in value if np.isnan(value[p]["difference"])), None) or _closest(value, remaining, higher_is_better)
    row = value[a, b]
    if np.isnan(row["difference"]):
        return CohortVerdict("cannot_tell", None, remaining, _NO_OVERLAP.format(arm=arms[a], against=arms[b]))
    shown = {key: amount(row[key], binary) for key in ("difference", "low", "high")}
    return CohortVerdict("cannot_tell", None, remaining, _OPEN.format(arms=names, arm=arms[a], against=arms[b], **shown))


def _closest(value: dict[tuple[int, int], pd.Series], remaining: tuple[int, ...], higher: bool) -> tuple[int, int]:
    """The two that lead among the arms that remain: the leader against the one that comes closest to it."""
    sign = 1.0 if higher else -1.0
    gain = {pair: sign * float(row["difference"]) for pair, row in value.items()}
    wins = {a: sum(gain[pair] for pair in gain if pair[0] == a) for a in {pair[0] for pair in gain}}
    leader = max(sorted(wins), key=lambda a: wins[a])
    return min((pair for pair in gain if pair[0] == leader), key=lambda pair: gain[pair])


# For some of the arms, by their positions: what the averages say of them alone, and how often the same one comes first.
Among = Callable[[tuple[int, ...]], tuple[CohortVerdict, float]]


def verdict_among(effects: pd.DataFrame, arms: Sequence[Any], among: tuple[int, ...], **options: Any) -> CohortVerdict:
    """Judge the average differences of some of the arms, as if there were no others; positions stay those of `arms`.

    Parameters
    ----------
    effects, arms, options
        As `cohort_verdict`.
    among : tuple of int
        At least two positions.
    """
    labels = [arms[a] for a in among]
    rows = effects[[one in labels and other in labels for one, other in effects.index]]
    found = cohort_verdict(rows, labels, **options)
    arm = None if found.arm is None else among[found.arm]
    return CohortVerdict(found.verdict, arm, tuple(among[a] for a in found.remaining), found.reason)


def advise_patients(
    verdict: CohortVerdict,
    judgement: Judgement,
    index: pd.Index,
    arms: Sequence[Any],
    first: float,
    among: Among | None = None,
) -> pd.DataFrame:
    """The verdict for every patient: the cohort's, about the arms that are supported for the patient.

    Where the arm that is best on average is not supported, the data cannot tell: what the averages say of the others would pass
    over it. Where another arm is not, the verdict is what the averages say of the rest, and the reason says why it is missing.

    Parameters
    ----------
    verdict : CohortVerdict
    judgement : Judgement
        Of these patients, shape (m, arms).
    index : Index, length m
    arms : sequence of labels
    first : float
        Share of resamples in which the same arm comes first.
    among : callable or None
        As `Among`, for patients without some arm; None: the verdict about all arms stands for them too.

    Returns
    -------
    DataFrame
        Index row: verdict, arm, individual, same_arm_first, reason.
    """
    rows = []
    known: dict[tuple[int, ...], tuple[CohortVerdict, float]] = {}
    for support, why in zip(judgement.support, judgement.why, strict=True):
        kind, arm, reason, share = verdict.verdict, verdict.arm, verdict.reason, first
        usable = tuple(int(a) for a in np.flatnonzero(support != UNSUPPORTED))
        missing = [a for a in range(len(arms)) if a not in usable]
        if arm is not None and support[arm] == UNSUPPORTED:
            kind, reason, arm = "cannot_tell", _ARM_UNSUPPORTED.format(arm=arms[arm], why=why[arm]), None
        elif len(usable) < 2:
            kind, reason, arm = "cannot_tell", _NO_PAIR.format(why=why[missing[0]]), None
        elif missing and among is not None:
            if usable not in known:
                known[usable] = among(usable)
            found, share = known[usable]
            kind, arm = found.verdict, found.arm
            reason = _ASIDE.format(reason=found.reason, why=" ".join(dict.fromkeys(why[a] for a in missing)))
        elif arm is None and sum(support[a] != UNSUPPORTED for a in verdict.remaining) < 2 <= len(verdict.remaining):
            first_missing = next(a for a in verdict.remaining if support[a] == UNSUPPORTED)
            kind, reason = "cannot_tell", _TOO_FEW.format(why=why[first_missing])
        rows.append((kind, np.nan if arm is None else arms[arm], False, share, reason))
    columns = ["verdict", "arm", "individual", "same_arm_first", "reason"]
    return pd.DataFrame(rows, index=index.rename("row"), columns=columns).astype({"arm": object, "individual": bool})


def advise_individually(
    shown: np.ndarray,
    limits: Mapping[tuple[int, int], tuple[np.ndarray, np.ndarray]],
    judgement: Judgement,
    index: pd.Index,
    arms: Sequence[Any],
    first: np.ndarray,
    *,
    higher_is_better: bool = True,
    smallest_difference: float = 0.0,
    binary: bool = False,
) -> pd.DataFrame:
    """Judge each patient by the intervals of similar patients, as `cohort_verdict` judges the averages.

    An arm is named only if it also comes first in 95 % of the resamples: the group's interval speaks of the group.

    Parameters
    ----------
    shown : ndarray, shape (m, arms)
        Expected outcomes; NaN where the arm is unsupported.
    limits : mapping of (a, b) to (low, high), each of shape (m,)
        Of the difference a minus b, every ordered pair.
    judgement : Judgement
    index : Index, length m
    arms : sequence of labels
    first : ndarray, shape (m, arms)
        Share of resamples in which each arm comes first.
    higher_is_better, smallest_difference, binary
        As `cohort_verdict`.

    Returns
    -------
    DataFrame
        As `advise_patients`; `individual` is true, `same_arm_first` is the share of the arm that is ahead.
    """
    delta, sign = abs(float(smallest_difference)), 1.0 if higher_is_better else -1.0
    rows: list[tuple[Any, ...]] = []
    for row, values in enumerate(sign * shown):
        usable = [a for a in range(len(arms)) if not np.isnan(values[a])]
        if len(usable) < 2:
            missing = next(a for a in range(len(arms)) if a not in usable)
            reason = _NO_PAIR.format(why=judgement.why[row, missing])
            rows.append(("cannot_tell", np.nan, True, np.nan, reason))
            continue
        ordered = sorted(usable, key=lambda a: -values[a])
        best, rest = ordered[0], ordered[1:]
        share = float(first[row, best])
        gaps = {pair: tuple(float(end[row]) for end in limits[pair]) for pair in permutations(usable, 2)}
        gaps = gaps if higher_is_better else {pair: (-high, -low) for pair, (low, high) in gaps.items()}
        if share >= _FIRM and all(gaps[best, b][0] > delta for b in rest):
            least = amount(min(gaps[best, b][0] for b in rest), binary)
            reason = _GROUP_BETTER.format(arm=arms[best], others=_join([arms[b] for b in rest]), least=least)
            rows.append(("arm", arms[best], True, share, reason))
            continue
        # Arms that another one clearly beats are out of the question.
        remaining = [a for a in ordered if not any(gaps[b, a][0] > delta for b in usable if b != a)] or ordered
        pairs = list(permutations(remaining, 2))
        names = _join([arms[a] for a in sorted(remaining)])
        if delta > 0 and pairs and all(gaps[p][0] >= -delta and gaps[p][1] <= delta for p in pairs):
            reason = _GROUP_EQUAL.format(arms=names, delta=amount(delta, binary))
            rows.append(("no_clear_difference", np.nan, True, share, reason))
            continue
        if all(gaps[best, b][0] > delta for b in rest):
            said = {"arms": _join([arms[a] for a in sorted(usable)]), "arm": arms[best], "share": f"{100 * share:.0f}"}
            rows.append(("cannot_tell", np.nan, True, share, _UNSTEADY.format(**said)))
            continue
        one, other = (remaining + [a for a in ordered if a not in remaining])[:2]
        low, high = (float(end[row]) for end in limits[one, other])
        said = {"difference": shown[row, one] - shown[row, other], "low": low, "high": high}
        written = {name: amount(value, binary) for name, value in said.items()}
        names = _join([arms[a] for a in sorted({*remaining, one, other})])
        reason = _GROUP_OPEN.format(arms=names, arm=arms[one], against=arms[other], **written)
        rows.append(("cannot_tell", np.nan, True, share, reason))
    columns = ["verdict", "arm", "individual", "same_arm_first", "reason"]
    return pd.DataFrame(rows, index=index.rename("row"), columns=columns).astype({"arm": object, "individual": bool})


def amount(value: float, binary: bool) -> str:
    """Write a difference: risks per 100 patients, numbers with three digits."""
    return _PER_100.format(value=f"{100 * value:.1f}") if binary else f"{value:.3g}"


def _join(names: Sequence[Any]) -> str:
    if len(names) == 1:
        return str(names[0])
    return _LIST.format(first=", ".join(str(name) for name in names[:-1]), last=names[-1])
