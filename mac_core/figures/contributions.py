"""Why this prediction: how far each value of the patient moves it, from the table's average, in words and as a waterfall."""

from __future__ import annotations

import math
from os.path import commonprefix
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mac_core.data.schema import Schema, label_of
from mac_core.data.target import Target
from mac_core.evidence.explanation import Explanation
from mac_core.figures.canvas import empty, finish, rows_height
from mac_core.figures.palette import BLUE, GREY, VERMILION
from mac_core.figures.wording import number, outcome_scale, unit_after, wrap

__all__ = ["draw_contributions", "name_factor", "say_contributions", "tabulate_contributions"]

_MOST = 8
_LABEL = 34  # characters of a name beside its bar
_RAISES = "{factor} raises the expected {outcome} by {amount}."
_LOWERS = "{factor} lowers the expected {outcome} by {amount}."
_UNMOVED = "No single value moves the expected {outcome} by {least} or more: this patient is predicted like the average one."
# Of the difference between two arms. No word here names a cause: it is the model's difference that moves.
_TOWARDS = {
    "randomised": "{factor} moves the difference by {amount} towards {side} {outcome} with {arm} than with {against}.",
    "routine": "{factor} moves the difference by {amount} towards {side} {outcome} among those who got {arm} than among "
    "those who got {against}.",
}
_UNMOVED_PAIR = (
    "No single value moves the difference between {arm} and {against} by {least} or more: it is that of the average patient."
)
_PER_100 = "{amount} in 100"
_UNIT = "{amount}{unit}"


def name_factor(explanation: Explanation, factor: str, schema: Schema) -> str:
    """Name a factor with its value for this patient, and with what is typical where it is a number."""
    members = explanation.members[factor]
    if len(members) > 1:
        return f"{factor} ({len(members)} columns)"
    column = schema[members[0]]
    value = explanation.values[factor]
    if pd.isna(value):
        return f"{column.name} unknown"
    unit = f" {column.unit}" if column.unit else ""
    if column.kind != "number" or column.typical is None or isinstance(column.typical, str):
        return f"{column.name} {label_of(value)}"
    # Two values are no scale: "higher" than 0 says nothing that the value does not.
    if column.whole and column.low is not None and column.high is not None and column.high - column.low <= 1:
        return f"{column.name} {float(value):g}"
    side = "higher" if value > column.typical else "lower" if value < column.typical else "typical"
    return (
        f"{column.name} {float(value):g}{unit}, which is typical,"
        if side == "typical"
        else f"{column.name} {float(value):g}{unit}, {side} than the typical {column.typical:g},"
    )


def say_contributions(
    explanation: Explanation,
    target: Target,
    schema: Schema,
    *,
    pair: tuple[str, str] | None = None,
    design: str = "routine",
    most: int = 4,
) -> list[str]:
    """Say the largest contributions in sentences, the largest first; those that round to nothing are left out.

    Parameters
    ----------
    explanation : Explanation
        Of an expected outcome; with `pair`, of the difference between its two arms (the first minus the second).
    target : Target
    schema : Schema
    pair : (str, str), optional
    design : {"randomised", "routine"}
        How a difference may be worded.
    most : int
    """
    scale = outcome_scale(target)
    largest = max(abs(explanation.prediction), abs(explanation.average), float(explanation.contributions.abs().max()), 1e-12)
    least = 0.5 if scale.factor == 100 else (0.005 if pair is None else 0.05) * largest
    arm, against = pair or ("", "")
    sentences = []
    for factor, contribution in explanation.contributions.head(most).items():
        size = scale.factor * float(contribution)
        if abs(size) < least:
            break
        name = name_factor(explanation, str(factor), schema)
        text = _TOWARDS[design] if pair else _RAISES if size > 0 else _LOWERS
        side = ("more" if size > 0 else "less") if scale.factor == 100 else "higher" if size > 0 else "lower"
        words = {"factor": name, "outcome": scale.label, "side": side, "arm": arm, "against": against}
        sentences.append(text.format(amount=_amount(size, scale), **words))
    unmoved = _UNMOVED_PAIR if pair else _UNMOVED
    return sentences or [unmoved.format(outcome=scale.label, least=_amount(least, scale), arm=arm, against=against)]


def tabulate_contributions(explanation: Explanation, target: Target) -> pd.DataFrame:
    """Make the table of all contributions in the shown unit: factor, value, contribution."""
    scale = outcome_scale(target)
    shown = ["" if pd.isna(value) else label_of(value) for value in explanation.values]
    return pd.DataFrame(
        {
            "factor": explanation.contributions.index.astype(str),
            "this patient": shown,
            f"contribution ({scale.unit})": (scale.factor * explanation.contributions).round(2).to_numpy(),
        }
    )


def draw_contributions(
    explanation: Explanation, target: Target, *, pair: tuple[str, str] | None = None, most: int = _MOST
) -> go.Figure:
    """Draw the way from the table's average to this patient's prediction, the largest steps first.

    Parameters
    ----------
    explanation : Explanation
        Of an expected outcome; with `pair`, of the difference between its two arms (the first minus the second).
    target : Target
    pair : (str, str), optional
    most : int
        Factors drawn by themselves; all others are one step.
    """
    if explanation.contributions.empty:
        return empty("There is nothing that could explain this prediction: the model reads no column.")
    scale = outcome_scale(target)
    steps = scale.factor * explanation.contributions
    shown, rest = steps.head(most), steps.iloc[most:]
    names, sizes = [str(name) for name in shown.index], [float(size) for size in shown]
    if len(rest):
        names.append(f"{len(rest)} others together" if len(rest) > 1 else str(rest.index[0]))
        sizes.append(float(rest.sum()))
    average, prediction = scale.factor * explanation.average, scale.factor * explanation.prediction
    what = f"expected {scale.label}" if pair is None else f"difference in expected {scale.label}, {pair[0]} minus {pair[1]}"
    labels = _labels(["average patient", *names, "this patient"])
    figure = go.Figure(
        go.Waterfall(
            orientation="h",
            measure=["absolute", *["relative"] * len(sizes), "total"],
            x=[average, *sizes, 0.0],
            y=labels,
            text=[_total(average), *(_signed(size) for size in sizes), _total(prediction)],
            customdata=["average patient", *names, "this patient"],
            textposition="outside",
            cliponaxis=False,
            increasing={"marker": {"color": VERMILION}},
            decreasing={"marker": {"color": BLUE}},
            totals={"marker": {"color": GREY}},
            connector={"line": {"color": GREY, "width": 1}},
            hovertemplate="%{customdata}: %{text}<extra></extra>",
        )
    )
    said = "; ".join(f"{name} {_signed(size)}" for name, size in zip(names, sizes, strict=True))
    finish(
        figure,
        alt=f"{what[0].upper()}{what[1:]} ({scale.unit}), from {number(average)} for the average patient to "
        f"{number(prediction)} for this one: {said}.",
        reading="From the top, the average patient, each bar is the step that a value of this patient makes in the model, up "
        "with a plus or down with a minus; it does not say what would happen if the value were changed.",
        x=f"{what} ({scale.unit})",
        y="",
        height=rows_height(len(labels)),
    )
    places = [average]
    for size in sizes:
        places.append(places[-1] + size)
    low, high = min(*places, prediction), max(*places, prediction)
    room = 0.18 * (high - low or 1.0)
    figure.update_xaxes(range=[low - room, high + room])
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=labels[::-1], showgrid=False)
    figure.update_layout(showlegend=False)
    return figure


def _labels(names: list[str]) -> list[str]:
    """At most two lines each, so that neighbours never overlap. Each is another: long names that begin and end alike keep the
    part in which they differ, and of any other long name the middle is left out.
    """
    long = [name for name in names if len(name) > _LABEL]
    start = len(commonprefix(long).rpartition(" ")[0]) if len(long) > 1 else 0
    end = len(commonprefix([name[::-1] for name in long]).rpartition(" ")[0]) if len(long) > 1 else 0
    found: list[str] = []
    for name in names:
        half, own = _LABEL // 2, name[start : len(name) - end].strip()
        if len(name) <= _LABEL:
            short = name
        elif start + end and 0 < len(own) <= half + 4:
            short = f"{name[:half].rpartition(' ')[0] or name[:half]}… {own}{'…' if end else ''}"
        else:
            short = f"{name[: half - 1].rstrip()}… {name[-half + 1 :].lstrip()}"
        label = wrap(short, 20)
        while label in found:
            label += "\u200b"
        found.append(label)
    return found


def _amount(size: float, scale: Any) -> str:
    if scale.factor == 100:
        whole = math.floor(abs(size) + 0.5)
        return _PER_100.format(amount=whole if whole else "less than 1")
    return _UNIT.format(amount=number(abs(size), 2), unit=unit_after(scale.unit))


def _total(value: float) -> str:
    return number(value).replace("-", "−")


def _signed(size: float) -> str:
    return ("+" if size >= 0 else "−") + number(abs(size), 2)
