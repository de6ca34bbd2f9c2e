"""Two runs' errors beside each other, drawn, and in a sentence which of them errs less."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import BASELINE, BLUE, ORANGE
from mac_core.figures.wording import alike, loss_words, spans, wrap

__all__ = ["draw_two_runs", "say_two_runs", "tabulate_two_runs"]


def say_two_runs(found: Any, *, unit: str | None = None) -> str:
    """Say which run errs less on the same patients, or why that cannot be said.

    Parameters
    ----------
    found : SideBySide
    unit : str, optional
        The target's.
    """
    pair = found.paired
    if pair is None:
        return f"They cannot be judged on the same patients. {found.why_not}"
    first, second = alike([pair.first, pair.second])
    apart, low, high = alike([abs(pair.difference), *sorted((abs(pair.low), abs(pair.high)))])
    words = f"{loss_words(pair.loss, unit).axis} {first} for the first, {second} for the second"
    if pair.low > 0:
        return f"On the same {pair.n:,} patients the first run errs less: {words}; a difference of {apart} ({low} to {high})."
    if pair.high < 0:
        return f"On the same {pair.n:,} patients the second run errs less: {words}; a difference of {apart} ({low} to {high})."
    signed = alike([pair.difference, pair.low, pair.high])
    return (
        f"On the same {pair.n:,} patients neither run is shown to err less: {words}; second minus first {signed[0]} "
        f"({signed[1]} to {signed[2]})."
    )


def tabulate_two_runs(errors: pd.DataFrame) -> pd.DataFrame:
    """Write the errors as a table for reading, each with its interval."""
    rows = []
    for what, row in errors.iterrows():
        cells = []
        for side in ("first", "second"):
            cells.append(spans(row[f"{side}{end}"] for end in ("", "_low", "_high")))
        rows.append((str(what), *cells))
    return pd.DataFrame(rows, columns=["error", "first", "second"])


def draw_two_runs(found: Any, *, loss: str, unit: str | None = None) -> go.Figure:
    """Draw both runs' honest errors with their intervals, and what the same for everybody errs.

    Parameters
    ----------
    found : SideBySide
    loss : str
        Of both.
    """
    if not found.same_loss:
        return empty("The two runs measure their errors differently, so that they cannot be drawn on one axis.")
    honest, baseline = found.errors.loc["honest error"], found.errors.loc["the same for everybody"]
    figure = go.Figure()
    said = []
    for side, colour, symbol in (("first", BLUE, "circle"), ("second", ORANGE, "square")):
        value, low, high = (float(honest[f"{side}{end}"]) for end in ("", "_low", "_high"))
        place = wrap(f"{side} run")
        label, least, most, usual = alike([value, low, high, float(baseline[side])])
        figure.add_scatter(
            x=[value],
            y=[place],
            mode="markers+text",
            text=[label],
            textposition="top center",
            name="honest error",
            marker={"color": colour, "symbol": symbol, "size": 13},
            error_x={"array": [high - value], "arrayminus": [value - low], "color": colour, "thickness": 2},
            hovertemplate=f"{place}: {label}<extra></extra>",
            showlegend=False,
        )
        figure.add_scatter(
            x=[float(baseline[side])],
            y=[place],
            mode="markers",
            name="the same for everybody",
            marker={"color": BASELINE, "symbol": "diamond-open", "size": 12, "line": {"width": 2, "color": BASELINE}},
            hovertemplate=f"{place}, the same for everybody: {usual}<extra></extra>",
            showlegend=side == "first",
        )
        said.append(f"{side} run {label} ({least} to {most}), the same for everybody {usual}")
    words = loss_words(loss, unit)
    finish(
        figure,
        alt=f"Honest error, {words.axis}: {'; '.join(said)}.",
        reading=(
            "Further left is better. Overlapping lines do not show that the runs are equally good: what counts is the "
            "difference on the same patients."
        ),
        x=f"{words.axis}, with 95 % interval",
        y="",
        height=250,
    )
    # From the top, with room for the number above the first mark.
    figure.update_yaxes(type="category", range=[1.5, -0.8])
    return figure
