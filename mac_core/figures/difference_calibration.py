"""Whether patients of whom a larger difference was expected had one: fourths of the patients, expected against found."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import BLUE, GREY
from mac_core.figures.wording import number, outcome_scale

__all__ = ["draw_difference_calibration"]


def draw_difference_calibration(table: pd.DataFrame, target: Any, arm: Any, against: Any) -> go.Figure:
    """Draw expected and found differences of one pair of arms in fourths of the expected difference.

    Parameters
    ----------
    table : DataFrame, index (arm, against, fourth)
        n, by, expected, difference, low, high.
    target : Target
    arm, against : labels
    """
    rows = None if table is None or (arm, against, 1) not in table.index else table.loc[(arm, against)]
    if rows is None or rows["difference"].isna().all():
        return empty("There are too few comparable patients to judge expected differences.")
    scale = outcome_scale(target)
    shown = scale.factor * rows[["expected", "difference", "low", "high"]].astype(float)
    figure = go.Figure()
    ends = [float(shown.min().min()), float(shown.max().max())]
    figure.add_scatter(x=ends, y=ends, mode="lines", line={"color": GREY, "dash": "dash"}, name="as expected", hoverinfo="skip")
    figure.add_scatter(
        x=shown["expected"],
        y=shown["difference"],
        mode="markers",
        marker={"color": BLUE, "size": 11},
        error_y={
            "array": shown["high"] - shown["difference"],
            "arrayminus": shown["difference"] - shown["low"],
            "thickness": 2,
        },
        name="found, with 95 % interval",
        hovertemplate="expected %{x:.3g}, found %{y:.3g}<extra></extra>",
    )
    said = [
        f"fourth {fourth}: expected {number(row['expected'])}, found {number(row['difference'])} "
        f"({number(row['low'])} to {number(row['high'])})"
        for fourth, row in shown.iterrows()
    ]
    finish(
        figure,
        alt=f"{arm} minus {against}, {scale.axis}, by fourths of the expected difference: {'; '.join(said)}.",
        reading="If the expected differences can be trusted, the points rise along the dashed line; if they lie level, "
        "patients of whom more was expected did not have more.",
        x=f"expected difference, {arm} minus {against}",
        y=f"found difference in {scale.axis}",
    )
    return figure
