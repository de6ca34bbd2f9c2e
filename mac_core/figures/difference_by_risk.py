"""How the difference between two arms goes with the outcome that is expected anyway: fourths of risk."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mac_core.data.target import Target
from mac_core.figures.canvas import empty, finish
from mac_core.figures.fourths import add_found, choose_fourths, say_found
from mac_core.figures.palette import BLUE, ORANGE
from mac_core.figures.wording import number, outcome_scale

__all__ = ["draw_difference_by_risk"]


def draw_difference_by_risk(table: pd.DataFrame | None, target: Target, arm: Any, against: Any) -> go.Figure:
    """Draw shown and found differences of one pair of arms in fourths of the expected outcome.

    Parameters
    ----------
    table : DataFrame, index (arm, against, fourth)
        n, by (mean expected outcome when the arm is not known), expected, difference, low, high.
    target : Target
    arm, against : labels
    """
    shown = choose_fourths(table, target, arm, against)
    if shown is None:
        return empty("There are too few comparable patients to look at fourths of risk.")
    scale = outcome_scale(target)
    places = [f"{fourth}: about {number(by)}" for fourth, by in shown["by"].items()]
    figure = go.Figure()
    figure.add_bar(
        x=places,
        y=shown["expected"],
        marker={"color": BLUE},
        opacity=0.6,
        name="shown to patients",
        hovertemplate="%{y:.3g}<extra></extra>",
    )
    add_found(figure, places, shown, colour=ORANGE, symbol="diamond", hover="found %{y:.3g}<extra></extra>")
    said = [
        f"fourth {fourth} (about {number(row['by'])}): shown {number(row['expected'])}, {say_found(row)}"
        for fourth, row in shown.iterrows()
    ]
    finish(
        figure,
        alt=f"{arm} minus {against}, {scale.axis}, by fourths of the expected outcome: {'; '.join(said)}.",
        reading="With one ratio for everybody, those at higher risk have more to gain or lose in absolute numbers.",
        x=f"fourth of the patients, by expected {scale.axis}",
        y=f"{arm} minus {against} ({scale.unit})",
    )
    figure.update_xaxes(type="category")
    return figure
