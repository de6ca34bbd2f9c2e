"""A file's predictions in words, and as a table that is read on a screen; the downloads hold the numbers themselves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from mac_core.figures.wording import join_words, loss_words, number

if TYPE_CHECKING:
    from mac_core.evidence.outside_check import OutsideCheck
    from mac_core.runs.batch import Batch
    from mac_core.runs.run import Run

__all__ = ["VERDICTS", "readable", "say_batch"]

VERDICTS = {"arm": "{arm}", "no_clear_difference": "no clear difference", "cannot_tell": "the data cannot tell"}


def say_batch(run: Run, batch: Batch) -> list[str]:
    """Summarise the verdicts, the flags, and how good the predictions are where the outcome is known."""
    sentences = []
    if batch.verdicts is not None:
        said = [
            f"{VERDICTS[row.verdict].format(arm=row.arm)} for {row.patients:,}"
            for row in batch.verdicts.itertuples(index=False)
        ]
        sentences.append(
            f"Verdicts: {join_words(said)}. A verdict that is the same for everybody rests on averages and is no advice for "
            "one patient."
        )
    flagged = int((batch.patients["flags"] != "").sum())
    if flagged:
        sentences.append(f"{flagged:,} of {len(batch.patients):,} patients have values that are unknown or outside the data.")
    if batch.check is not None:
        sentences.append(_say_check(run, batch.check, batch.in_training))
    return sentences


def readable(run: Run, patients: pd.DataFrame) -> pd.DataFrame:
    """Make the table for the screen: verdict first, amounts as on the patient page, support only where it is not enough."""
    risk = run.target.kind == "binary"
    table = pd.DataFrame({"line": patients["line"]})
    if run.roles.patient_id is not None and run.roles.patient_id in patients:
        table[run.roles.patient_id] = patients[run.roles.patient_id]
    if "verdict" in patients:
        table["verdict"] = [
            VERDICTS[verdict].format(arm=arm) for verdict, arm in zip(patients["verdict"], patients["verdict for"], strict=True)
        ]
    unit = "of 100" if risk else run.target.unit or "unit as in the table"
    arms = [name.removeprefix("outcome under ") for name in patients if name.startswith("outcome under ")]
    for arm in arms:
        expected, support = patients[f"outcome under {arm}"], patients[f"support under {arm}"]
        table[f"{arm} ({unit})"] = [
            "no number" if pd.isna(value) else _amount(value, risk=risk) + (" (few)" if word == "thin" else "")
            for value, word in zip(expected, support, strict=True)
        ]
    if not arms:
        for name in patients:
            if name.startswith("probability of "):
                table[f"{name.removeprefix('probability of ')} (of 100)"] = [
                    _amount(value, risk=True) for value in patients[name]
                ]
            elif name.startswith("expected ") or name.endswith("(95 in 100)"):
                table[name] = [_amount(value, risk=False) for value in patients[name]]
    return table.assign(flags=patients["flags"])


def _amount(value: float, *, risk: bool) -> str:
    if not risk:
        return number(value)
    shown = 100 * float(value)
    return "fewer than 1" if 0 < shown < 0.5 else "more than 99" if 99.5 <= shown < 100 else f"{math.floor(shown + 0.5)}"


def _say_check(run: Run, check: OutsideCheck, in_training: int) -> str:
    words = loss_words(check.loss, run.target.unit)
    better = (
        "better than giving everybody the study's average"
        if check.gain_low > 0
        else "worse than giving everybody the study's average"
        if check.gain_high < 0
        else "not shown to be better than giving everybody the study's average"
    )
    text = (
        f"Compared with the {check.n:,} outcomes in the file, the predictions are {better}: {words.axis} {number(check.error)} "
        f"({number(check.low)} to {number(check.high)}), against {number(check.baseline)}."
    )
    if run.target.kind == "binary":
        text += f" Expected {100 * check.predicted:.1f} of 100, observed {100 * check.observed:.1f}."
    elif run.target.kind == "number":
        text += f" Expected {number(check.predicted)} on average, observed {number(check.observed)}."
    if in_training:
        text += f" This is too good: {in_training:,} of the patients may be those whom the study learned from."
    return text
