"""Do predicted risks come true? Observed frequencies in bins of predicted risk, from out-of-sample predictions."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import BLUE, GREY

__all__ = ["bin_risks", "draw_reliability"]

_Z = 1.959963984540054  # the normal distribution's 97.5 % point


def bin_risks(happened: pd.Series, risk: pd.Series, *, most_bins: int = 10, least_each: int = 20) -> pd.DataFrame:
    """Group patients into equally large bins of predicted risk and count how often the event happened.

    Parameters
    ----------
    happened : Series of bool, shape (n,)
    risk : Series, shape (n,)
        Predicted probability of the event, 0 to 1; NaN where there is none.
    most_bins, least_each : int
        At most so many bins, of at least so many patients each (where there are as many).

    Returns
    -------
    DataFrame, one row per bin
        predicted (mean risk), observed (frequency), low, high (Wilson's 95 % interval), events, n; risks from 0 to 1.

    References
    ----------
    Wilson EB. Probable inference, the law of succession, and statistical inference. JASA 22, 1927.

    Examples
    --------
    >>> bins = bin_risks(pd.Series([True, False] * 20), pd.Series([0.5] * 40), least_each=40)
    >>> float(bins["observed"].iloc[0]), round(float(bins["low"].iloc[0]), 3)
    (0.5, 0.352)
    """
    table = pd.DataFrame({"happened": happened.to_numpy(dtype=float), "risk": risk.to_numpy(dtype=float)}).dropna()
    if table.empty:
        return pd.DataFrame(columns=["predicted", "observed", "low", "high", "events", "n"])
    count = max(1, min(most_bins, len(table) // least_each))
    # Equal risks stay in one bin: a constant predictor has a single one.
    edges = np.unique(np.quantile(table["risk"], np.linspace(0, 1, count + 1)[1:-1]))
    groups = table.groupby(np.searchsorted(edges, table["risk"].to_numpy(), side="left"))
    n, events = groups.size(), groups["happened"].sum()
    share = events / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * (share * (1 - share) / n + _Z**2 / (4 * n**2)).map(math.sqrt)
    return pd.DataFrame(
        {
            "predicted": groups["risk"].mean(),
            "observed": share,
            "low": (middle - half).clip(lower=0),
            "high": (middle + half).clip(upper=1),
            "events": events.astype(int),
            "n": n,
        }
    ).reset_index(drop=True)


def draw_reliability(bins: pd.DataFrame, event: str = "the event") -> go.Figure:
    """Draw the bins with their intervals and counts, and the line on which risks come true exactly."""
    if bins.empty:
        return empty("No patient has a prediction by models that did not see the patient.")
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        name="risks come true exactly",
        line={"color": GREY, "dash": "dash"},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=100 * bins["predicted"],
        y=100 * bins["observed"],
        mode="markers",
        name="group of patients, with 95 % interval",
        marker={"color": BLUE, "size": 10},
        error_y={
            "array": 100 * (bins["high"] - bins["observed"]),
            "arrayminus": 100 * (bins["observed"] - bins["low"]),
            "color": BLUE,
            "thickness": 1.5,
        },
        customdata=bins[["events", "n"]],
        hovertemplate="predicted %{x:.0f}, observed %{y:.0f} per 100<br>"
        "%{customdata[0]} of %{customdata[1]} patients<extra></extra>",
    )
    inside = int(((bins["low"] <= bins["predicted"]) & (bins["predicted"] <= bins["high"])).sum())
    said = [
        f"{100 * row['predicted']:.0f} against {100 * row['observed']:.0f} (n = {row['n']})" for row in bins.to_dict("records")
    ]
    finish(
        figure,
        alt=f"Predicted against observed {event} per 100 patients, in {len(bins)} groups: {'; '.join(said)}.",
        reading=(
            f"On the dashed line risks come true: of 100 patients told 30 per 100, 30 have {event}. Below it risks were "
            f"overstated, above it understated. The line passes through the interval of {inside} of {len(bins)} groups."
        ),
        x=f"predicted risk of {event} (per 100 patients)",
        y=f"observed {event} (per 100 patients)",
        height=420,
    )
    top = min(100.0, 100 * float(max(bins["high"].max(), bins["predicted"].max())) * 1.08 + 1)
    figure.update_xaxes(range=[0, top])
    figure.update_yaxes(range=[0, top])
    return figure
