"""What is expected for one patient under every arm, side by side in neutral order."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish
from mac_core.figures.expectation import ALONE, Expectation, Option
from mac_core.figures.expectation_words import amount_words
from mac_core.figures.palette import GREY, Style, arm_styles, pattern
from mac_core.figures.wording import join_words, wrap

__all__ = ["draw_patient_outcomes"]

_LIKE = "patients like this one"  # where no treatments are compared


def draw_patient_outcomes(expectation: Expectation, *, decimals: bool = False) -> go.Figure:
    """Draw per arm the expected outcome with the group's interval; risks as bars from 0, numbers as marks.

    Parameters
    ----------
    expectation : Expectation
        An unsupported arm has no numbers and is drawn as words.
    decimals : bool
        Show one more decimal.
    """
    options = expectation.options
    if not options:
        return empty("There are no arms to compare.")
    looks = arm_styles(option.arm for option in options)
    places = {option.arm: wrap(option.arm or _LIKE, 14) for option in options}
    figure = go.Figure()
    for option in options:
        if option.known:
            _draw(figure, expectation, option, looks[option.arm], places[option.arm], decimals)
        else:
            figure.add_annotation(
                x=0.02,
                xref="paper",
                y=places[option.arm],
                xanchor="left",
                showarrow=False,
                text=wrap(f"no comparable patients got {option.arm}", 34),
            )
    known = [option for option in options if option.known]
    ranges = any(not math.isnan(option.range_low) for option in known)
    what = "bar" if expectation.risk else "mark"
    intervals = any(not math.isnan(option.low) for option in known)
    thick = f"The {what} is what is expected"
    thick += ", the line across it how sure that is for the group of similar patients" if intervals else ""
    said = [_say(expectation, option, decimals) for option in options]
    if not math.isnan(expectation.usual):
        usual = amount_words(expectation, expectation.usual, decimals=decimals)
        said.append(f"observed in the whole table {usual}")
        thick += ", the dashed line what was observed in the whole table"
        figure.add_vline(
            x=expectation.shown(expectation.usual, decimals=decimals), line={"color": GREY, "width": 2, "dash": "dash"}
        )
    finish(
        figure,
        alt=f"Expected {expectation.outcome} ({expectation.unit}) {_whom(options)}: {'; '.join(said)}.",
        reading=f"{thick}; the dotted line is where one patient's own outcome may fall." if ranges else f"{thick}.",
        x=f"expected {expectation.outcome} ({expectation.unit})",
        y="",
        height=130 + 66 * len(options),
    )
    order = [places[option.arm] for option in options][::-1]
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=order, range=[-0.6, len(order) - 0.3])
    ends = [end for each in known for end in (each.expected, each.low, each.high, each.range_low, each.range_high)]
    ends.append(expectation.usual)
    ends = [end for end in ends if not math.isnan(end)] + ([0.0] if expectation.risk else [])
    if known:
        room = 0.06 * (max(ends) - min(ends) or 1.0)
        figure.update_xaxes(range=[min(ends) - (0 if expectation.risk else room), max(ends) + 2 * room])
    else:
        figure.update_xaxes(showticklabels=False, range=[0, 1])
    return figure


def _draw(figure: go.Figure, expectation: Expectation, option: Option, look: Style, place: str, decimals: bool) -> None:
    shown = expectation.amount(option.arm, decimals=decimals)
    said = amount_words(expectation, option.expected, decimals=decimals)
    said += " (thin data)" if option.support == "thin" else ""
    if not math.isnan(option.range_low):
        figure.add_scatter(
            x=[option.range_low, option.range_high],
            y=[place] * 2,
            mode="lines",
            line={"color": look.colour, "width": 2, "dash": "dot"},
            hovertemplate="one patient's own outcome: %{x:.3g}<extra></extra>",
            showlegend=False,
        )
    if expectation.risk:
        figure.add_bar(
            x=[shown],
            y=[place],
            orientation="h",
            width=0.5,
            marker={"color": look.colour, "opacity": 0.55, "pattern": pattern(look.pattern)},
            hovertemplate=f"{place}: {said}<extra></extra>",
            showlegend=False,
        )
    if not math.isnan(option.low):
        figure.add_scatter(
            x=[option.low, option.high],
            y=[place] * 2,
            mode="lines",
            line={"color": look.colour, "width": 5},
            hovertemplate="group's interval: %{x:.3g}<extra></extra>",
            showlegend=False,
        )
    figure.add_scatter(
        x=[shown],
        y=[place],
        mode="markers+text",
        marker={"color": look.colour, "symbol": look.symbol, "size": 13, "line": {"color": "white", "width": 1}},
        text=[said],
        textposition="top center",
        hovertemplate=f"{place}: {said}<extra></extra>",
        showlegend=False,
    )


def _whom(options: tuple[Option, ...]) -> str:
    return f"in {_LIKE}" if options[0].arm == ALONE else f"under {join_words(option.arm for option in options)}"


def _say(expectation: Expectation, option: Option, decimals: bool) -> str:
    if not option.known:
        return f"no comparable patients got {option.arm}"
    said, low, high = (
        amount_words(expectation, value, decimals=decimals) for value in (option.expected, option.low, option.high)
    )
    text = f"{option.arm} {said}".strip() + ("" if math.isnan(option.low) else f" ({low} to {high})")
    if math.isnan(option.range_low):
        return text
    low, high = (amount_words(expectation, end, decimals=decimals) for end in (option.range_low, option.range_high))
    return f"{text}, one patient's own outcome {low} to {high}"
