"""A column that may hold two units: how often each value occurs, and where the two groups part."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mac_core.data.unit_mixes import find_unit_mix
from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import BLUE, GREY, VERMILION, pattern
from mac_core.figures.wording import number

__all__ = ["draw_unit_mix"]

_BARS = 30


def draw_unit_mix(name: str, values: pd.Series, *, unit: str | None = None) -> go.Figure:
    """Draw the values' histogram, each group in its own colour and pattern, with a line between them.

    Parameters
    ----------
    name : str
        Of the column.
    values : Series of float64, shape (n,)
    unit : str, optional
        As the file says.

    Examples
    --------
    >>> figure = draw_unit_mix("weight", pd.Series([70.0, 81.0, 65.0, 78.0] * 10 + [165.0, 176.0] * 5))
    >>> figure.layout.meta["alt"]
    'Values of weight in two groups: 40 patients around 73.9 (perhaps kg), 10 patients around 170 (perhaps lb).'
    """
    mix = find_unit_mix(name, values, unit=unit)
    if mix is None:
        return empty(f"The values of {name} do not fall into two groups.")
    groups, low, high, _ = mix
    known = values[np.isfinite(values) & (values > 0)].to_numpy()
    wide = groups.high / groups.low > 8
    # Units that are far apart need an axis of ratios: the lower group would be one bar.
    scaled = np.log10(known) if wide else known
    edges = np.linspace(scaled.min(), scaled.max(), _BARS + 1)
    ends = 10**edges if wide else edges
    figure, said = go.Figure(), []
    for here, middle, found, colour, shape in (
        (known <= groups.cut, groups.low, low, BLUE, ""),
        (known > groups.cut, groups.high, high, VERMILION, "/"),
    ):
        counts, _ = np.histogram(scaled[here], edges)
        some = counts > 0
        title = f"perhaps {found.name}" if found.name else "perhaps another unit"
        figure.add_bar(
            x=((ends[:-1] + ends[1:]) / 2)[some],
            width=np.diff(ends)[some],
            y=counts[some],
            name=title,
            marker={"color": colour, "pattern": pattern(shape)},
            hovertemplate="around %{x:.3g}: %{y} patients<extra></extra>",
        )
        said.append(f"{int(here.sum()):,} patients around {number(middle)} ({title})")
    figure.add_vline(x=groups.cut, line={"color": GREY, "dash": "dash", "width": 2})
    finish(
        figure,
        alt=f"Values of {name} in two groups: {', '.join(said)}.",
        reading="Two hills with a gap between them: one may be written in another unit. The dashed line parts them.",
        x=f"{name} (as read{', each step ten times the last' if wide else ''})",
        y="patients (number)",
        height=260,
    )
    figure.update_layout(barmode="overlay", bargap=0)
    if wide:
        powers = [10.0**power for power in range(int(np.floor(edges[0])), int(np.ceil(edges[-1])) + 1)]
        figure.update_xaxes(type="log", tickvals=powers, ticktext=[f"{tick:g}" for tick in powers])
    return figure
