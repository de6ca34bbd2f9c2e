"""How much of every column is missing."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish, rows_height
from mac_core.figures.palette import BLUE
from mac_core.figures.wording import shorten, wrap

__all__ = ["draw_missingness"]

_LONGEST_NAME = 24  # signs; a row has one line


def draw_missingness(frame: pd.DataFrame, *, most_columns: int = 40) -> go.Figure:
    """Draw the share of missing values of every column that has any, worst on top.

    Examples
    --------
    >>> draw_missingness(pd.DataFrame({"a": [1.0, None], "b": [1.0, 2.0]})).layout.meta["alt"]
    'Values are missing in 1 of 2 columns: a 50 per 100.'
    """
    if frame.empty:
        return empty("The table has no rows.")
    share = 100 * frame.isna().mean()
    share = share[share > 0].sort_values(ascending=False, kind="stable")
    if share.empty:
        return empty(f"No value is missing in {frame.shape[1]:,} columns.")
    shown = share.iloc[:most_columns]
    left_out = (
        f" Drawn are the {len(shown)} worst of {len(share):,} columns with missing values." if len(shown) < len(share) else ""
    )
    figure = go.Figure(
        go.Bar(
            x=shown,
            y=list(range(len(shown))),
            customdata=[wrap(name, 40) for name in shown.index],
            orientation="h",
            marker={"color": BLUE},
            text=["under 1" if value < 0.95 else f"{value:.0f}" for value in shown],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{customdata}: %{x:.1f} per 100 patients<extra></extra>",
        )
    )
    said = ", ".join(
        f"{name} {value:.0f} per 100" if value >= 0.95 else f"{name} under 1 per 100" for name, value in shown.iloc[:8].items()
    )
    finish(
        figure,
        alt=f"Values are missing in {len(share):,} of {frame.shape[1]:,} columns: {said}.{left_out}",
        reading=f"Long bars are columns that are often empty; models fill the gaps from the training patients only.{left_out}",
        x="patients without a value (per 100)",
        y="",
        height=rows_height(len(shown), each=26, least=160),
    )
    figure.update_xaxes(range=[0, 112])
    # By place, not by name: two long names may look the same when they are shortened.
    names = [shorten(name, _LONGEST_NAME) for name in shown.index]
    figure.update_yaxes(autorange="reversed", tickvals=list(range(len(shown))), ticktext=names, showgrid=False)
    return figure
