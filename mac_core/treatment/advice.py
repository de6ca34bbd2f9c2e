"""The verdict: which arm, or why none. In this version it rests on the averages and is the same for every patient.

Three answers, as METHOD section 5 has them: an arm that is better than every other one by more than the smallest difference
that matters; arms that are practically equal (`no_clear_difference`); or `cannot_tell`. No sentence here speaks of causes: the
same sentences serve randomised trials and routine care.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mac_core.treatment.overlap import UNSUPPORTED, Judgement

__all__ = ["CohortVerdict", "advise_patients", "cohort_verdict"]

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
        least = _amount(low[a, others[a]].min(), binary)
        rest = _join([arms[b] for b in range(count) if b != a])
        return CohortVerdict("arm", a, (a,), text.format(arm=arms[a], others=rest, least=least, delta=_amount(delta, binary)))
    names = _join([arms[a] for a in remaining])
    pairs = [(a, b) for a in remaining for b in remaining if a != b]
    if delta > 0 and pairs and all(low[p] >= -delta and high[p] <= delta for p in pairs):
        return CohortVerdict("no_clear_difference", None, remaining, _EQUAL.format(arms=names, delta=_amount(delta, binary)))
    # The pair to show: the two best of those that remain, best first.
    value = {pair: effects.loc[(arms[pair[0]], arms[pair[1]])] for pair in pairs or [(0, 1)]}
    a, b = next((p for p in value if np.isnan(value[p]["difference"])), None) or _closest(value, remaining, higher_is_better)
    row = value[a, b]
    if np.isnan(row["difference"]):
        return CohortVerdict("cannot_tell", None, remaining, _NO_OVERLAP.format(arm=arms[a], against=arms[b]))
    shown = {key: _amount(row[key], binary) for key in ("difference", "low", "high")}
    return CohortVerdict("cannot_tell", None, remaining, _OPEN.format(arms=names, arm=arms[a], against=arms[b], **shown))


def _closest(value: dict[tuple[int, int], pd.Series], remaining: tuple[int, ...], higher: bool) -> tuple[int, int]:
    """The two that lead among the arms that remain: the leader against the one that comes closest to it."""
    sign = 1.0 if higher else -1.0
    gain = {pair: sign * float(row["difference"]) for pair, row in value.items()}
    wins = {a: sum(gain[pair] for pair in gain if pair[0] == a) for a in {pair[0] for pair in gain}}
    leader = max(sorted(wins), key=lambda a: wins[a])
    return min((pair for pair in gain if pair[0] == leader), key=lambda pair: gain[pair])


def advise_patients(
    verdict: CohortVerdict, judgement: Judgement, index: pd.Index, arms: Sequence[Any], first: float
) -> pd.DataFrame:
    """The verdict for every patient: the cohort's, unless the arms that it speaks of are not supported for the patient.

    Parameters
    ----------
    verdict : CohortVerdict
    judgement : Judgement
        Of these patients, shape (m, arms).
    index : Index, length m
    arms : sequence of labels
    first : float
        Share of resamples in which the same arm comes first.

    Returns
    -------
    DataFrame
        Index row: verdict, arm, individual, same_arm_first, reason.
    """
    rows = []
    for support, why in zip(judgement.support, judgement.why, strict=True):
        kind, arm, reason = verdict.verdict, verdict.arm, verdict.reason
        if arm is not None and support[arm] == UNSUPPORTED:
            kind, reason, arm = "cannot_tell", _ARM_UNSUPPORTED.format(arm=arms[arm], why=why[arm]), None
        elif arm is None and sum(support[a] != UNSUPPORTED for a in verdict.remaining) < 2 <= len(verdict.remaining):
            missing = next(a for a in verdict.remaining if support[a] == UNSUPPORTED)
            kind, reason = "cannot_tell", _TOO_FEW.format(why=why[missing])
        rows.append((kind, np.nan if arm is None else arms[arm], False, first, reason))
    columns = ["verdict", "arm", "individual", "same_arm_first", "reason"]
    return pd.DataFrame(rows, index=index.rename("row"), columns=columns).astype({"arm": object, "individual": bool})


def _amount(value: float, binary: bool) -> str:
    return _PER_100.format(value=f"{100 * value:.1f}") if binary else f"{value:.3g}"


def _join(names: Sequence[Any]) -> str:
    if len(names) == 1:
        return str(names[0])
    return _LIST.format(first=", ".join(str(name) for name in names[:-1]), last=names[-1])
