"""How the model does at each site when it has learned from the other sites only, beside one guess for everybody there."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import BASELINE, BLUE
from mac_core.figures.wording import alike, loss_words, wrap

__all__ = ["draw_site_errors"]


def draw_site_errors(table: pd.DataFrame, *, loss: str, unit: str | None = None) -> go.Figure:
    """Draw each site's error with its interval, and what one guess for everybody at the site would err.

    Parameters
    ----------
    table : DataFrame, index site
        As the estimator's `site_errors_`: patients, error, low, high, usual_error.
    loss, unit : str
        The run's loss, and the target's unit.
    """
    seen = table[table["error"].notna()]
    if seen.empty:
        return empty("No site has patients with a prediction by models that learned from the other sites.")
    places = [f"{wrap(site, 16)}<br>(n = {n:,})" for site, n in seen["patients"].items()]
    bars = {"array": (seen["high"] - seen["error"]).fillna(0.0), "arrayminus": (seen["error"] - seen["low"]).fillna(0.0)}
    figure = go.Figure()
    figure.add_scatter(
        x=seen["error"],
        y=places,
        mode="markers",
        name="averaged model, which has learned from the other sites",
        marker={"color": BLUE, "symbol": "circle", "size": 11},
        error_x={**bars, "color": BLUE, "thickness": 2},
        hovertemplate="%{y}: %{x:.3g}<extra>model</extra>",
    )
    figure.add_scatter(
        x=seen["usual_error"],
        y=places,
        mode="markers",
        name="one guess for everybody at the site",
        marker={"color": BASELINE, "symbol": "diamond-open", "size": 12, "line": {"width": 2, "color": BASELINE}},
        hovertemplate="%{y}: %{x:.3g}<extra>one guess</extra>",
    )
    axis = loss_words(loss, unit).axis
    said = []
    for site, row in seen.iterrows():
        error, low, high, usual = alike(row[["error", "low", "high", "usual_error"]].astype(float))
        interval = f" ({low} to {high})" if pd.notna(row["low"]) else ""
        said.append(f"{site}, {row['patients']:,.0f} patients: {error}{interval} against {usual}")
    finish(
        figure,
        alt=f"{axis} at each site, of the model against one guess: {'; '.join(said)}.",
        reading="Where the circle lies right of the diamond, the model is worse at that site than no model at all.",
        x=f"{axis}, with 95 % interval",
        y="site",
        height=150 + 50 * len(seen),
    )
    figure.update_yaxes(type="category", autorange="reversed")
    return figure
