"""Whether patients of whom a larger difference was expected had one: fourths of the patients, expected against found."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mac_core.data.target import Target
from mac_core.figures.canvas import empty, finish
from mac_core.figures.fourths import add_found, choose_fourths, say_found
from mac_core.figures.palette import BLUE, GREY
from mac_core.figures.wording import number, outcome_scale

__all__ = ["draw_difference_calibration"]


def draw_difference_calibration(table: pd.DataFrame | None, target: Target, arm: Any, against: Any) -> go.Figure:
    """Draw expected and found differences of one pair of arms in fourths of the expected difference.

    Parameters
    ----------
    table : DataFrame, index (arm, against, fourth)
        n, by, expected, difference, low, high.
    target : Target
    arm, against : labels
    """
    shown = choose_fourths(table, target, arm, against)
    if shown is None:
        return empty("There are too few comparable patients to judge expected differences.")
    scale = outcome_scale(target)
    figure = go.Figure()
    # The line of agreement only where there are expectations: intervals may reach much further.
    low, high = float(shown["expected"].min()), float(shown["expected"].max())
    room = max(0.15 * (high - low), 0.02 * max(abs(low), abs(high)), 1e-9)
    ends = [low - room, high + room]
    figure.add_scatter(x=ends, y=ends, mode="lines", line={"color": GREY, "dash": "dash"}, name="as expected", hoverinfo="skip")
    hover = "expected %{x:.3g}, found %{y:.3g}<extra></extra>"
    add_found(figure, shown["expected"], shown, colour=BLUE, symbol="circle", hover=hover)
    said = [f"fourth {fourth}: expected {number(row['expected'])}, {say_found(row)}" for fourth, row in shown.iterrows()]
    finish(
        figure,
        alt=f"{arm} minus {against}, {scale.axis}, by fourths of the expected difference: {'; '.join(said)}.",
        reading="If the expected differences can be trusted, the points rise along the dashed line; if they lie level, "
        "patients of whom more was expected did not have more.",
        x=f"expected difference, {arm} minus {against}",
        y=f"found difference in {scale.axis}",
    )
    return figure
