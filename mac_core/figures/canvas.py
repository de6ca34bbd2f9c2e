"""What all figures share: a transparent ground, room for labels on a narrow screen, and a text that says what is drawn.

Fonts and text colours are left alone: the page's theme sets them, light or dark.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.palette import BAND, LINE
from mac_core.figures.wording import wrap

__all__ = ["add_band", "empty", "finish", "rows_height"]

_CLEAR = "rgba(0, 0, 0, 0)"


def finish(figure: go.Figure, *, alt: str, reading: str, x: str, y: str, height: int = 360) -> go.Figure:
    """Give a figure its axes' names, its ground and its texts.

    Parameters
    ----------
    figure : Figure
        With its traces.
    alt : str
        What a reader who cannot see the figure must hear, made of its numbers.
    reading : str
        One sentence that tells a layman how to read it.
    x, y : str
        The axes' names, with units; broken into lines so that they fit a telephone.
    height : int
        In pixels.
    """
    figure.update_layout(
        height=height,
        paper_bgcolor=_CLEAR,
        plot_bgcolor=_CLEAR,
        margin={"l": 8, "r": 12, "t": 24, "b": 8},
        legend={"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom", "traceorder": "normal"},
        hoverlabel={"namelength": -1},
        meta={"alt": alt, "reading": reading},
    )
    grid = {"gridcolor": "rgba(138, 138, 138, 0.25)", "zeroline": False, "linecolor": LINE, "automargin": True}
    # As in the sentences beside it.
    grid["separatethousands"] = True
    # More than plotly itself would need: with Streamlit's fonts the name would touch the numbers.
    figure.update_xaxes(title={"text": wrap(x, 32), "standoff": 18}, **grid)
    figure.update_yaxes(title={"text": wrap(y, 36), "standoff": 16}, **grid)
    return figure


def add_band(figure: go.Figure, x: pd.Series, low: pd.Series, high: pd.Series) -> None:
    """Draw the 95 % band of a curve, which is drawn after it and so over it.

    Parameters
    ----------
    x, low, high : Series, shape (g,)
        In the shown unit.

    Examples
    --------
    >>> figure, x = go.Figure(), pd.Series([1.0, 2.0])
    >>> add_band(figure, x, x - 1, x + 1)
    >>> list(figure.data[0].y)
    [2.0, 3.0, 1.0, 0.0]
    """
    figure.add_scatter(
        x=[*x, *x[::-1]],
        y=[*high, *low[::-1]],
        mode="lines",
        fill="toself",
        fillcolor=BAND,
        line={"width": 0},
        name="its 95 % band",
        hoverinfo="skip",
    )


def rows_height(rows: int, *, each: int = 34, least: int = 220, most: int = 1400) -> int:
    """Height in pixels of a figure with so many rows.

    Examples
    --------
    >>> rows_height(2), rows_height(10)
    (220, 460)
    """
    return min(most, max(least, 120 + each * rows))


def empty(sentence: str) -> go.Figure:
    """Say in words why there is nothing to draw."""
    figure = go.Figure()
    figure.add_annotation(text=wrap(sentence, 40), showarrow=False, x=0.5, y=0.5, xref="paper", yref="paper")
    finish(figure, alt=sentence, reading=sentence, x="", y="", height=160)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure
