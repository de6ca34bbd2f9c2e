"""Whether similar patients got different treatments: the probability of an arm, by the arm that was given."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import arm_styles

__all__ = ["draw_propensity_overlap", "tabulate_overlap"]


def tabulate_overlap(arms: pd.DataFrame) -> pd.DataFrame:
    """Make the table of how comparable the arms are altogether.

    Parameters
    ----------
    arms : DataFrame, index arm
        As `Overlap.arms`.

    Returns
    -------
    DataFrame
        arm, n, effective_n, outside (percent), clipped, supported, thin, unsupported.

    Examples
    --------
    >>> counts = {"n": 9, "effective_n": 7.24, "outside": 0.125, "clipped": 1, "supported": 8, "thin": 1, "unsupported": 0}
    >>> tabulate_overlap(pd.DataFrame(counts, index=["A"]))[["arm", "effective_n", "outside"]].to_dict("list")
    {'arm': ['A'], 'effective_n': [7], 'outside': [12.5]}
    """
    table = arms[["n", "effective_n", "outside", "clipped", "supported", "thin", "unsupported"]].copy()
    table["effective_n"] = table["effective_n"].round().astype(int)
    table["outside"] *= 100
    table.index = table.index.map(str)
    return table.rename_axis("arm").reset_index()


def draw_propensity_overlap(histogram: pd.DataFrame | None, arm: Any) -> go.Figure:
    """Draw the probability of one arm among the patients of every arm.

    Parameters
    ----------
    histogram : DataFrame
        Columns arm, given, low, high, patients, as `Overlap.histogram`.
    arm : label
        Whose probability is drawn.
    """
    rows = None if histogram is None else histogram[histogram["arm"] == arm]
    if rows is None or rows.empty or not rows["patients"].sum():
        return empty("How likely each patient was to get each arm is not known.")
    looks = arm_styles(rows["given"].unique())
    figure, said = go.Figure(), []
    for given, part in rows.groupby("given", sort=True):
        share = 100 * part["patients"] / max(part["patients"].sum(), 1)
        middle = (part["low"] + part["high"]) / 2
        look = looks[str(given)]
        mean = float((middle * part["patients"]).sum() / max(part["patients"].sum(), 1))
        said.append(f"{given} {100 * mean:.0f} per 100")
        figure.add_scatter(
            x=100 * middle,
            y=share,
            mode="lines+markers",
            line={"color": look.colour, "shape": "hvh"},
            marker={"symbol": look.symbol, "size": 6, "color": look.colour},
            name=f"got {given}",
            hovertemplate=f"got {given}: %{{y:.0f}} % of them<extra></extra>",
        )
    finish(
        figure,
        alt=f"Mean probability of {arm} among those who got each arm: {'; '.join(said)}.",
        reading="Where the curves lie above each other, similar patients got different treatments and can be compared; where "
        "one stands alone, nobody comparable got the others.",
        x=f"probability of {arm} (per 100)",
        y="share of those who got the arm (%)",
    )
    figure.update_xaxes(range=[0, 100])
    return figure
