"""One patient's options in sentences and as a table: the baseline first, then the difference, its interval, support and harm.

No sentence here names a cause: those for routine care say who got which treatment, those for randomised data what is expected.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from mac_core.figures.expectation import ALONE, Expectation, Harm
from mac_core.figures.wording import is_plain_event, unit_after

__all__ = [
    "amount_words",
    "difference_words",
    "say_alone",
    "say_harm",
    "say_individual",
    "say_option",
    "say_verdict",
    "tabulate_alone",
    "tabulate_options",
    "tabulate_pairs",
]

_LIKE = {
    "randomised": "Of 100 patients like this one, {amount} are expected to have {outcome} with {arm}{interval}.",
    "routine": "Of 100 patients like this one who got {arm}, {amount} are expected to have {outcome}{interval}.",
}
_LIKE_NUMBER = {
    "randomised": "With {arm}, {outcome} is expected to be {amount}{interval} in patients like this one.",
    "routine": "In patients like this one who got {arm}, {outcome} is expected to be {amount}{interval}.",
}
_OTHER = {
    "randomised": "With {arm} it is {amount}{interval}: {difference} than with {reference} ({from_} to {to}).",
    "routine": "Among those who got {arm} it is {amount}{interval}: {difference} than among those who got {reference} "
    "({from_} to {to}).",
}
_SAME = {
    "randomised": "With {arm} it is {amount}{interval}: the same as with {reference} (difference {from_} to {to}).",
    "routine": "Among those who got {arm} it is {amount}{interval}: the same as among those who got {reference} "
    "(difference {from_} to {to}).",
}
_ALONE = {
    "randomised": "With {arm} it is {amount}{interval}.",
    "routine": "Among those who got {arm} it is {amount}{interval}.",
}
_ALL_RISK = "Of 100 patients like this one, {amount} are expected to have {outcome}{treated}.{usual}"
_ALL_NUMBER = "Expected {outcome}: {amount}{range}.{usual}"
_OWN = "; this patient's own value is likely (95 in 100) to lie between {low} and {high}{unit}"
_TREATED = ", whatever the treatment"
_USUAL_RISK = " In the whole table it was {usual} of 100."
_USUAL = " In the whole table it was {usual} on average."
_INTERVAL = " (interval {low} to {high})"
_NONE = "No number for {arm}: no comparable patients got {arm}."
_THIN = " Few comparable patients got {arm}; read this with care."
_HARM_SHARE = "{name}: {value} of 100 patients under {arm} (interval {low} to {high}; {n} patients got it)."
_HARM_EVENT = "{name} ({event}): {value} of 100 patients under {arm} (interval {low} to {high}; {n} patients got it)."
_HARM_NUMBER = "{name}: {value} on average under {arm} (interval {low} to {high}; {n} patients got it)."
_VERDICT = {
    "arm": "{arm}, as far as this table can tell. {reason} It came first in {first} of 100 resamples of the patients.",
    "no_clear_difference": "No clear difference between the treatments. {reason}",
    "cannot_tell": "The data cannot tell which treatment is better. {reason}",
}
# How the resamples were made, after a verdict for one arm.
_RESAMPLED = {
    False: "(There the averages are taken anew; no model is trained again.)",
    True: "(There the straight-line part of the differences is trained again, the other models are not.)",
}
_INDIVIDUAL = "This verdict depends on this patient's values: for another patient it may be another."
_FOR_EVERYBODY = (
    "No treatment is advised for this one patient. What is said above holds on average for the patients of this table."
)
_SUPPORT = {
    "supported": "enough comparable patients",
    "thin": "few comparable patients",
    "unsupported": "no comparable patients",
}


def amount_words(expectation: Expectation, value: float, *, decimals: bool = False) -> str:
    """Write a number of the expectation as it is shown.

    A risk below one half in 100 is not "0", and one above 99.5 is not certain.
    """
    shown = expectation.shown(value, decimals=decimals)
    if expectation.risk and not decimals and value > 0 and shown == 0:
        return "fewer than 1"
    if expectation.risk and not decimals and value < 100 and shown == 100:
        return "more than 99"
    return f"{shown:,.{expectation.places(decimals=decimals)}f}"


def difference_words(expectation: Expectation, difference: float, *, decimals: bool = False) -> str:
    """Write a difference, already rounded: "8 fewer", "70 cells/mm3 higher", "no difference"."""
    if difference == 0:
        return "no difference"
    size = f"{abs(difference):,.{expectation.places(decimals=decimals)}f}"
    if expectation.risk:
        return f"{size} {'more' if difference > 0 else 'fewer'}"
    return f"{size}{unit_after(expectation.unit)} {'higher' if difference > 0 else 'lower'}"


def say_option(expectation: Expectation, arm: str, *, decimals: bool = False) -> str:
    """Say in a sentence what is expected under one arm; the reference carries the baseline, the others their difference."""
    option, reference, design = expectation[arm], expectation[expectation.reference], expectation.design
    if not option.known:
        return _NONE.format(arm=arm)
    unit = "" if expectation.risk else unit_after(expectation.unit)
    low, high = (amount_words(expectation, end, decimals=decimals) for end in (option.low, option.high))
    said = amount_words(expectation, option.expected, decimals=decimals)
    amount = f"{'' if said[0].isalpha() else 'about '}{said}{unit}"
    words: dict[str, Any] = {
        "arm": arm,
        "amount": amount,
        "interval": "" if math.isnan(option.low) else _INTERVAL.format(low=low, high=high),
        "outcome": expectation.outcome,
        "reference": expectation.reference,
    }
    first = arm == expectation.reference or not reference.known
    if arm == expectation.reference:
        text = (_LIKE if expectation.risk else _LIKE_NUMBER)[design].format(**words)
    elif first:
        text = _ALONE[design].format(**words)
    else:
        shown, lowest, highest = expectation.difference(arm, decimals=decimals)
        words["from_"], words["to"] = (difference_words(expectation, end, decimals=decimals) for end in (lowest, highest))
        words["difference"] = difference_words(expectation, shown, decimals=decimals)
        text = (_OTHER if shown else _SAME)[design].format(**words)
    return text + (_THIN.format(arm=arm) if option.support == "thin" else "")


def say_alone(expectation: Expectation, *, treated: bool = False, decimals: bool = False) -> str:
    """Say in a sentence what is expected where no treatments are compared.

    Parameters
    ----------
    expectation : Expectation
        From `expect_alone`.
    treated : bool
        Whether the patients of the table got different treatments, of which the prediction does not know.
    decimals : bool

    Examples
    --------
    >>> from mac_core.data.cohort import Target
    >>> from mac_core.data.roles import Roles
    >>> from mac_core.figures.expectation import expect_alone
    >>> say_alone(expect_alone(0.174, Target("x", "relapse", "binary", ("no", "yes"), "yes"), Roles(), usual=0.25))
    'Of 100 patients like this one, about 17 are expected to have relapse. In the whole table it was 25 of 100.'
    """
    option = expectation[ALONE]
    usual = ""
    if not math.isnan(expectation.usual):
        usual = (_USUAL_RISK if expectation.risk else _USUAL).format(
            usual=amount_words(expectation, expectation.usual, decimals=decimals)
        )
    said = amount_words(expectation, option.expected, decimals=decimals)
    words = {"outcome": expectation.outcome, "usual": usual, "treated": _TREATED if treated else "", "range": ""}
    if expectation.risk:
        return _ALL_RISK.format(amount=said if said[0].isalpha() else f"about {said}", **words)
    if not math.isnan(option.range_low):
        low, high = (amount_words(expectation, end, decimals=decimals) for end in (option.range_low, option.range_high))
        words["range"] = _OWN.format(low=low, high=high, unit=unit_after(expectation.unit))
    return _ALL_NUMBER.format(amount=f"{said}{unit_after(expectation.unit)}", **words)


def say_harm(arm: str, harm: Harm) -> str:
    """Say what is expected of the harm under one arm, over all patients; it is not this patient's own risk."""
    text = _HARM_NUMBER if not harm.event else _HARM_SHARE if is_plain_event(harm.event) else _HARM_EVENT
    places = ".1f" if harm.event else ".3g"
    numbers = {name: f"{getattr(harm, name):{places}}" for name in ("value", "low", "high")}
    return text.format(name=harm.name.replace("_", " "), event=harm.event, arm=arm, n=f"{harm.n:,}", **numbers)


def say_verdict(advice: Mapping[str, Any]) -> str:
    """Say the verdict of one row of `TreatmentComparison.advise` in one plain sentence, with its reason and how firm it is."""
    first, verdict = advice.get("same_arm_first", math.nan), str(advice["verdict"])
    said = _VERDICT[verdict].format(
        arm=advice["arm"],
        reason=str(advice["reason"]).strip(),
        first="not known how many" if pd.isna(first) else f"{100 * first:.0f}",
    )
    return f"{said} {_RESAMPLED[bool(advice.get('individual', False))]}" if verdict == "arm" else said.strip()


def say_individual(advice: Mapping[str, Any], reason: str) -> str:
    """Say whether the verdict depends on this patient, and why; `reason` is that of the run's test of heterogeneity."""
    return f"{_INDIVIDUAL if advice['individual'] else _FOR_EVERYBODY} {reason}".strip()


def tabulate_options(expectation: Expectation, *, decimals: bool = False) -> pd.DataFrame:
    """Make the table of all arms, words and numbers as everywhere else: index arm."""
    unit = "of 100" if expectation.risk else expectation.unit
    rows = {}
    for option in expectation.options:
        arm = option.arm
        if not option.known:
            rows[arm] = ("no number", "", "", "", _SUPPORT["unsupported"])
            continue
        places = expectation.places(decimals=decimals)
        shown, lowest, highest = expectation.difference(arm, decimals=decimals)
        low, high = (amount_words(expectation, end, decimals=decimals) for end in (option.low, option.high))
        compared = arm != expectation.reference and not math.isnan(shown)
        rows[arm] = (
            amount_words(expectation, option.expected, decimals=decimals),
            "" if math.isnan(option.low) else f"{low} to {high}",
            f"{shown:+,.{places}f}" if compared else "",
            f"{lowest:+,.{places}f} to {highest:+,.{places}f}" if compared else "",
            _SUPPORT[option.support],
        )
    names = [
        f"expected ({unit})",
        "interval",
        f"difference from {expectation.reference}",
        "interval of the difference",
        "comparable patients",
    ]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("treatment")
    if any(option.harm is not None for option in expectation.options):
        harms = [option.harm for option in expectation.options]
        name = next(harm.name for harm in harms if harm is not None).replace("_", " ")
        table[name] = ["" if harm is None else f"{harm.value:.1f}" for harm in harms]
    return table


def tabulate_alone(expectation: Expectation, *, decimals: bool = False) -> pd.DataFrame:
    """Make the table where no treatments are compared: patients like this one, and the whole table."""
    option = expectation[ALONE]
    name = "of 100" if expectation.risk else expectation.unit
    rows = {"patients like this one, expected": [amount_words(expectation, option.expected, decimals=decimals)]}
    if not math.isnan(option.range_low):
        low, high = (amount_words(expectation, end, decimals=decimals) for end in (option.range_low, option.range_high))
        rows["this patient's own value (95 in 100)"] = [f"{low} to {high}"]
    if not math.isnan(expectation.usual):
        rows["the whole table, observed"] = [amount_words(expectation, expectation.usual, decimals=decimals)]
    return pd.DataFrame.from_dict(rows, orient="index", columns=[f"{expectation.outcome} ({name})"]).rename_axis("who")


def tabulate_pairs(expectation: Expectation, *, decimals: bool = False) -> pd.DataFrame:
    """Make the table of every ordered pair: treatment, against, difference, low, high as shown."""
    rows = []
    for arm, against in expectation.pairs:
        shown = expectation.difference(arm, against, decimals=decimals)
        rows.append((arm, against, *shown))
    return pd.DataFrame(rows, columns=["treatment", "against", "difference", "low", "high"])
