"""Would more patients help? The error against the number of patients learned from, and the answer in a sentence."""

from __future__ import annotations

import plotly.graph_objects as go

from mac_core.data.target import Target
from mac_core.evidence.learning_curve import LearningCurve
from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import BASELINE, BLUE, ORANGE
from mac_core.figures.wording import alike, loss_words

__all__ = ["draw_learning_curve", "say_learning_curve"]

_TOO_FEW = "There are too few patients to tell whether more of them would help."
_FALLING = (
    "Probably yes: after learning from {few:,} instead of {all:,} patients the error was {share} larger ({low} to {high}) on "
    "the same patients; it was still falling when the patients ran out."
)
_LEVEL = (
    "Probably not much: the error fell from {first:,} to {few:,} patients, but from there to {all:,} no further fall is shown; "
    "more patients of the same kind, with the same columns, may bring little."
)
_NEVER = (
    "Not shown: between {first:,} and {all:,} patients the error did not fall beyond chance; either these columns say little "
    "about {label}, or many more patients would be needed."
)


def say_learning_curve(curve: LearningCurve, target: Target) -> str:
    """Answer in one sentence whether more patients would help; beyond the data in words only.

    Parameters
    ----------
    curve : LearningCurve
    target : Target
    """
    points = curve.points
    if len(points) < 2:
        return _TOO_FEW
    last, first = points[-1], points[0]
    # Three fifths: far enough from all patients to see a difference, near enough to speak of the end of the curve.
    few = min(points[:-1], key=lambda point: abs(point.patients - 0.6 * last.patients))
    known = {"first": first.patients, "few": few.patients, "all": last.patients, "label": target.label}
    if few.worse_low > 0:
        share, low, high = (_share(end, last.error) for end in (few.worse, few.worse_low, few.worse_high))
        return _FALLING.format(share=share, low=low, high=high, **known)
    if any(point.worse_low > 0 for point in points[:-1] if point.patients < few.patients):
        return _LEVEL.format(**known)
    return _NEVER.format(**known)


def draw_learning_curve(curve: LearningCurve, *, unit: str | None = None) -> go.Figure:
    """Draw the errors with the intervals of their distance from the error with all patients.

    Parameters
    ----------
    curve : LearningCurve
    unit : str, optional
        The target's.
    """
    if len(curve.points) < 2:
        return empty(_TOO_FEW)
    points = curve.points
    labels = alike([point.error for point in points])
    figure = go.Figure()
    figure.add_scatter(
        x=[point.patients for point in points],
        y=[point.error for point in points],
        mode="lines",
        line={"color": BLUE, "width": 1, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
    )
    for part, texts, name, colour, symbol in (
        (points[:-1], labels[:-1], "a part of the patients", BLUE, "circle"),
        (points[-1:], labels[-1:], "all patients", ORANGE, "square"),
    ):
        figure.add_scatter(
            x=[point.patients for point in part],
            y=[point.error for point in part],
            mode="markers+text",
            text=list(texts),
            textposition="top right",
            name=name,
            marker={"color": colour, "symbol": symbol, "size": 11},
            error_y={
                "array": [point.worse_high - point.worse for point in part],
                "arrayminus": [point.worse - point.worse_low for point in part],
                "color": colour,
                "thickness": 2,
            },
            hovertemplate="%{x:,} patients: %{text}<extra></extra>",
        )
    figure.add_hline(y=curve.baseline, line={"color": BASELINE, "dash": "dash", "width": 1})
    figure.add_annotation(
        x=0, xref="paper", y=curve.baseline, text="the same for everybody", showarrow=False, xanchor="left", yanchor="bottom"
    )
    words, (baseline,) = loss_words(curve.loss, unit), alike([curve.baseline])
    said = [f"{point.patients:,} patients {label}" for point, label in zip(points, labels, strict=True)]
    finish(
        figure,
        alt=f"{words.axis} by the number of patients learned from: {'; '.join(said)}; without a model {baseline}.",
        reading=(
            "A line that still falls at its right end promises less error from more patients; a level end promises little. "
            "Each upright line is the 95 % interval of the distance from the square."
        ),
        x="patients learned from",
        y=words.axis,
        height=380,
    )
    figure.update_xaxes(rangemode="tozero")
    return figure


def _share(worse: float, error: float) -> str:
    return f"{100 * worse / error:.0f} %" if error > 0 else "not known"
