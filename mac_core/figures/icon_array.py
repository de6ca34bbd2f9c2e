"""A hundred patients like this one, ten rows of ten: those with the event filled, and how many more or fewer an arm has."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish
from mac_core.figures.expectation import ALONE, Expectation
from mac_core.figures.palette import GREY, arm_styles
from mac_core.figures.wording import wrap

__all__ = ["Icons", "count_icons", "draw_icons"]

_LEGEND = 24  # signs in a line: two arms stand beside each other


@dataclass(frozen=True)
class Icons:
    """How many of 100 patients stand in each group; together always 100.

    Attributes
    ----------
    event : int
        With the event under this arm, as under the reference.
    more : int
        With the event under this arm but not under the reference.
    fewer : int
        Without it under this arm, with it under the reference.
    none : int
        Without it under both.
    """

    event: int
    more: int
    fewer: int
    none: int


def count_icons(count: int, reference: int) -> Icons:
    """Count the icons of one arm against the reference.

    Parameters
    ----------
    count, reference : int
        Patients of 100 with the event, under this arm and under the reference.

    Examples
    --------
    >>> count_icons(9, 17)
    Icons(event=9, more=0, fewer=8, none=83)
    """
    return Icons(min(count, reference), max(0, count - reference), max(0, reference - count), 100 - max(count, reference))


def draw_icons(expectation: Expectation, arm: str) -> go.Figure:
    """Draw one arm's hundred patients; what an arm has fewer than the reference is drawn open, what it has more as a star.

    Parameters
    ----------
    expectation : Expectation
        Of an event; the counts are those of its sentences and tables.
    arm : str
    """
    count, reference = expectation.count(arm), expectation.count(expectation.reference)
    if count is None:
        return empty(f"No number for {arm}: no comparable patients got {arm}.")
    icons = count_icons(count, count if reference is None else reference)
    look = arm_styles(each.arm for each in expectation.options)[arm]
    outcome, under = expectation.outcome, "" if arm == ALONE else f" under {arm}"
    parts = (
        (icons.event, f"with {outcome}", "circle", look.colour, look.colour),
        (icons.more, f"more than with {expectation.reference}", "star", look.colour, look.colour),
        (icons.fewer, f"fewer than with {expectation.reference}", "x", "rgba(0, 0, 0, 0)", look.colour),
        (
            icons.none,
            "without it either way" if icons.more or icons.fewer else f"without {outcome}",
            "circle",
            "rgba(0, 0, 0, 0)",
            GREY,
        ),
    )
    figure = go.Figure()
    start = 0
    for count, name, symbol, fill, line in parts:
        if not count:
            continue
        places = range(start, start + count)
        figure.add_scatter(
            x=[place % 10 for place in places],
            y=[place // 10 for place in places],
            mode="markers",
            name=wrap(f"{count} {name}", _LEGEND),
            marker={"symbol": symbol, "size": 13, "color": fill, "line": {"color": line, "width": 1.5}},
            hovertemplate=f"{count} of 100 {name}<extra></extra>",
        )
        start += count
    said = [f"{count} {name}" for count, name, *_ in parts if count]
    finish(
        figure,
        alt=f"Of 100 patients like this one{under}: {', '.join(said)}.",
        reading=f"Each mark is one of 100 patients like this one{under}; filled marks are those with {outcome}.",
        x="100 patients like this one",
        y="",
        height=300 + 15 * sum(trace.name.count("<br>") + 1 for trace in figure.data),
    )
    figure.update_xaxes(visible=False, range=[-0.7, 9.7], fixedrange=True)
    figure.update_yaxes(visible=False, range=[9.7, -0.7], fixedrange=True)
    figure.update_layout(
        legend={"orientation": "v", "x": 0, "y": -0.02, "xanchor": "left", "yanchor": "top"}, showlegend=True, dragmode=False
    )
    return figure
