"""Do predicted risks come true? A smooth curve, and observed frequencies in bins, from out-of-sample predictions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mac_core.evidence.intervals import share_interval
from mac_core.figures.canvas import add_band, empty, finish
from mac_core.figures.palette import BLUE, GREY, VERMILION

__all__ = ["bin_risks", "draw_reliability"]


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
    ends = [share_interval(count, size) for count, size in zip(events, n, strict=True)]
    return pd.DataFrame(
        {
            "predicted": groups["risk"].mean(),
            "observed": events / n,
            "low": [low for low, _ in ends],
            "high": [high for _, high in ends],
            "events": events.astype(int),
            "n": n,
        }
    ).reset_index(drop=True)


def draw_reliability(
    bins: pd.DataFrame,
    event: str = "the event",
    *,
    curve: pd.DataFrame | None = None,
    histogram: pd.DataFrame | None = None,
) -> go.Figure:
    """Draw the flexible curve with its band, the bins with their intervals, and below, how the predictions are spread.

    Parameters
    ----------
    bins : DataFrame
        As `bin_risks` makes them.
    event : str
    curve : DataFrame, optional
        predicted, observed, low, high; risks from 0 to 1.
    histogram : DataFrame, optional
        left, right, n, events.

    Notes
    -----
    The curve is drawn where the data are. Where it and the bins disagree, the bins hold too few patients.

    Examples
    --------
    >>> bins = bin_risks(pd.Series([True, False] * 20), pd.Series([0.5] * 40), least_each=40)
    >>> draw_reliability(bins, "relapse").layout.meta["alt"]
    'Predicted against observed relapse per 100 patients, in 1 group: 50 against 50 (n = 40).'
    """
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
    if curve is not None and len(curve) > 1:
        _curve(figure, curve)
    figure.add_scatter(
        x=100 * bins["predicted"],
        y=100 * bins["observed"],
        mode="markers",
        name="group of patients, with 95 % interval",
        marker={"color": BLUE, "size": 9, "symbol": "circle-open", "line": {"width": 2}},
        error_y={
            "array": 100 * (bins["high"] - bins["observed"]),
            "arrayminus": 100 * (bins["observed"] - bins["low"]),
            "color": BLUE,
            "thickness": 1,
        },
        customdata=bins[["events", "n"]],
        hovertemplate="predicted %{x:.0f}, observed %{y:.0f} per 100<br>"
        "%{customdata[0]} of %{customdata[1]} patients<extra></extra>",
    )
    inside = int(((bins["low"] <= bins["predicted"]) & (bins["predicted"] <= bins["high"])).sum())
    said = [
        f"{100 * row['predicted']:.0f} against {100 * row['observed']:.0f} (n = {row['n']})" for row in bins.to_dict("records")
    ]
    bars = " The bars below count the patients with each predicted risk." if histogram is not None else ""
    counted = f"{len(bins)} group{'s' if len(bins) > 1 else ''}"
    finish(
        figure,
        alt=(f"Predicted against observed {event} per 100 patients, in {counted}: {'; '.join(said)}.{_say_curve(curve)}"),
        reading=(
            f"On the dashed line risks come true: of 100 patients told 30 per 100, 30 have {event}. Below it risks were "
            f"overstated, above it understated. The line passes through the interval of {inside} of {counted}.{bars}"
        ),
        x=f"predicted risk of {event} (per 100 patients)",
        y=f"observed {event} (per 100 patients)",
        height=420,
    )
    top = min(100.0, 100 * float(max(bins["high"].max(), bins["predicted"].max())) * 1.08 + 1)
    if histogram is not None and len(histogram):
        filled = histogram[histogram["n"] > 0]
        top = min(100.0, max(top, 100 * float(filled["right"].max())))
        _bars(figure, filled)
    figure.update_xaxes(range=[0, top])
    figure.update_layout(yaxis={"range": [0, top]})
    return figure


def _curve(figure: go.Figure, curve: pd.DataFrame) -> None:
    x = 100 * curve["predicted"]
    add_band(figure, x, 100 * curve["low"].clip(0, 1), 100 * curve["high"].clip(0, 1))
    figure.add_scatter(
        x=x,
        y=100 * curve["observed"].clip(0, 1),
        mode="lines",
        name="smooth curve",
        line={"color": VERMILION, "width": 2.5},
        hovertemplate="predicted %{x:.0f}, observed %{y:.0f} per 100<extra></extra>",
    )


def _bars(figure: go.Figure, histogram: pd.DataFrame) -> None:
    """Bars on an axis of their own, in the lowest part of the picture."""
    figure.add_bar(
        x=50 * (histogram["left"] + histogram["right"]),
        y=histogram["n"],
        width=95 * (histogram["right"] - histogram["left"]),
        yaxis="y2",
        marker={"color": GREY, "opacity": 0.6},
        name="patients",
        showlegend=False,
        customdata=histogram["events"],
        hovertemplate="%{y} patients near %{x:.0f} per 100, %{customdata} with the event<extra></extra>",
    )
    figure.update_layout(
        yaxis={"domain": [0.22, 1.0]},
        yaxis2={
            "domain": [0.0, 0.15],
            "anchor": "x",
            "title": {"text": "patients"},
            "automargin": True,
            "nticks": 3,
            "rangemode": "tozero",
            "gridcolor": "rgba(138, 138, 138, 0.25)",
        },
        xaxis={"anchor": "y2"},
        height=500,
    )


def _say_curve(curve: pd.DataFrame | None) -> str:
    if curve is None or len(curve) < 2:
        return ""
    at = [curve.iloc[round(share * (len(curve) - 1))] for share in (0.1, 0.5, 0.9)]
    points = "; ".join(f"{100 * row['predicted']:.0f} against {100 * row['observed']:.0f}" for row in at)
    return f" The smooth curve passes through {points}."
