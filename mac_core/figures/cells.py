"""Numbers in the cells of a heat map, each in black or white, whichever can be read on its cell.

Plotly picks one of two greys by itself, and on the middle blues neither can be read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from mac_core.figures.palette import HEAT

__all__ = ["add_cell_texts", "fit_cells", "text_colour"]

_SCALES = ((1e9, "billions"), (1e6, "millions"), (1e3, "thousands"))
_DARKEST_FOR_BLACK = 0.179  # relative luminance on which black and white are equally far off, 4.6 to 1


def text_colour(share: float) -> str:
    """Black or white, whichever stands out more on the cell of this share of the scale, 0 to 1.

    Examples
    --------
    >>> text_colour(0.0), text_colour(0.5), text_colour(1.0)
    ('#000000', '#000000', '#FFFFFF')
    """
    stops = np.array([stop for stop, _ in HEAT])
    channels = np.array([[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for _, colour in HEAT])
    mixed = np.array([np.interp(share, stops, channel) for channel in channels.T])
    linear = np.where(mixed <= 0.04045, mixed / 12.92, ((mixed + 0.055) / 1.055) ** 2.4)
    return "#000000" if float(linear @ [0.2126, 0.7152, 0.0722]) > _DARKEST_FOR_BLACK else "#FFFFFF"


def fit_cells(values: np.ndarray) -> tuple[list[list[str]], str]:
    """Write a matrix of numbers in about four characters each, all with the same decimals: a cell on a telephone is as wide.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
        NaN is left empty.

    Returns
    -------
    list of list of str
    str
        What one of the numbers counts, "thousands" for example; empty for the unit itself.

    Examples
    --------
    >>> fit_cells(np.array([[2931.0, 5918.2]])), fit_cells(np.array([[0.7, 1.0, np.nan]]))
    (([['2.93', '5.92']], 'thousands'), ([['0.70', '1.00', '']], ''))
    """
    known = np.abs(values[np.isfinite(values)])
    # The middle one sets the scale: a single learner that is far off must not turn all others into nothing.
    middle, largest = (float(np.median(known)), float(known.max())) if known.size else (0.0, 0.0)
    scale, word = next(((size, word) for size, word in _SCALES if middle >= size), (1.0, ""))
    places = 2 if largest < 10 * scale else 1 if middle < 100 * scale else 0
    return [
        ["" if not np.isfinite(value) else f"{value / scale:.{places if abs(value) < 100 * scale else 0}f}" for value in row]
        for row in values
    ], word


def add_cell_texts(
    figure: go.Figure,
    texts: Sequence[Sequence[str]],
    values: np.ndarray,
    *,
    x: Sequence[str],
    y: Sequence[str],
    low: float,
    high: float,
    size: int,
) -> None:
    """Write texts over a heat map's cells.

    Parameters
    ----------
    texts : sequence, shape (rows, columns)
    values : ndarray, shape (rows, columns)
        What shades the cells.
    x, y : sequence of str
        The columns and the rows, as the heat map has them.
    low, high : float
        The values of the palest and the darkest shade.
    size : int
        Of the letters.
    """
    shares = np.clip((values - low) / ((high - low) or 1.0), 0, 1)
    figure.add_scatter(
        x=[column for _ in y for column in x],
        y=[row for row in y for _ in x],
        mode="text",
        text=[text for row in texts for text in row],
        textfont={"size": size, "color": [text_colour(float(share)) for share in np.nan_to_num(shares).ravel()]},
        hoverinfo="skip",
        showlegend=False,
    )
    # Half a cell beyond the outermost middles, or letters would push the axes further out.
    figure.update_xaxes(type="category", range=[-0.5, len(x) - 0.5], showgrid=False)
    figure.update_yaxes(type="category", range=[len(y) - 0.5, -0.5], showgrid=False)
