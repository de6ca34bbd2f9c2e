"""The arms at a glance: how many patients got each, and what was observed in them."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from mac_core.data.target import Target
from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import arm_styles, pattern
from mac_core.figures.wording import number, outcome_scale, wrap

__all__ = ["draw_arms"]


def draw_arms(arms: pd.DataFrame | None, target: Target) -> go.Figure:
    """Draw the observed outcome per arm; the numbers of patients stand in the labels.

    Parameters
    ----------
    arms : DataFrame, index arm
        n, outcome (observed mean, or event rate from 0 to 1), missing_outcome.
    """
    if arms is None or arms.empty:
        return empty("There are no arms to draw: the table has no treatment besides the outcome.")
    scale = outcome_scale(target)
    table = arms.set_axis(arms.index.map(str)).sort_index()
    looks = arm_styles(table.index)
    places = [wrap(arm, 16) + f"<br>(n = {n:,})" for arm, n in zip(table.index, table["n"].astype(int), strict=True)]
    values = scale.factor * table["outcome"].astype(float)
    figure = go.Figure(
        go.Bar(
            x=values,
            y=places,
            orientation="h",
            marker={
                "color": [looks[arm].colour for arm in table.index],
                "pattern": pattern([looks[arm].pattern for arm in table.index]),
            },
            text=[number(value) for value in values],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.3g}<extra></extra>",
        )
    )
    said = [
        f"{arm} {number(value)} in {n:,} patients ({missing:,} without outcome)"
        for arm, value, n, missing in zip(
            table.index, values, table["n"].astype(int), table["missing_outcome"].astype(int), strict=True
        )
    ]
    finish(
        figure,
        alt=f"Observed {scale.axis} by arm: {'; '.join(said)}.",
        reading="These are plain observed averages: with routine care the arms' patients may differ from the start.",
        x=f"observed {scale.axis}",
        y="",
        height=120 + 54 * len(table),
    )
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    return figure
