"""Predicted against observed numbers, with the line on which both are equal."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import add_band, empty, finish
from mac_core.figures.palette import BLUE, GREY, VERMILION
from mac_core.figures.wording import number

__all__ = ["bin_predictions", "draw_observed_predicted"]


def bin_predictions(observed: pd.Series, predicted: pd.Series, bins: int = 20) -> pd.DataFrame:
    """Group patients into equally large bins of their prediction.

    Returns
    -------
    DataFrame, one row per bin
        predicted (mean), observed (mean), low, high (the observed 10th and 90th percentiles), n.
    """
    table = pd.DataFrame({"observed": observed.to_numpy(dtype=float), "predicted": predicted.to_numpy(dtype=float)}).dropna()
    if table.empty:
        return pd.DataFrame(columns=["predicted", "observed", "low", "high", "n"])
    groups = table.groupby(pd.qcut(table["predicted"].rank(method="first"), min(bins, len(table)), labels=False))
    return pd.DataFrame(
        {
            "predicted": groups["predicted"].mean(),
            "observed": groups["observed"].mean(),
            "low": groups["observed"].quantile(0.1),
            "high": groups["observed"].quantile(0.9),
            "n": groups.size(),
        }
    ).reset_index(drop=True)


def draw_observed_predicted(
    observed: pd.Series,
    predicted: pd.Series,
    *,
    label: str,
    unit: str | None = None,
    curve: pd.DataFrame | None = None,
    most_points: int = 1500,
) -> go.Figure:
    """Draw a dot per patient, or a mark per bin where there are more than `most_points` of them.

    Parameters
    ----------
    observed, predicted : Series, shape (n,)
        In the target's unit; predictions out of sample, NaN where there is none.
    curve : DataFrame, optional
        predicted, observed, low, high: what is observed on average, with its band.
    """
    table = pd.DataFrame({"observed": observed.to_numpy(dtype=float), "predicted": predicted.to_numpy(dtype=float)}).dropna()
    if table.empty:
        return empty("No patient has a prediction by models that did not see the patient.")
    figure = go.Figure()
    binned = len(table) > most_points
    if binned:
        bins = bin_predictions(table["observed"], table["predicted"])
        figure.add_scatter(
            x=bins["predicted"],
            y=bins["observed"],
            mode="markers",
            name="mean of a bin, with the middle 80 of 100 patients",
            marker={"color": BLUE, "size": 9},
            error_y={
                "array": bins["high"] - bins["observed"],
                "arrayminus": bins["observed"] - bins["low"],
                "color": BLUE,
                "thickness": 1.5,
            },
            customdata=bins["n"],
            hovertemplate="predicted %{x:.3g}, observed %{y:.3g}, %{customdata} patients<extra></extra>",
        )
        low = min(bins["predicted"].min(), bins["low"].min())
        high = max(bins["predicted"].max(), bins["high"].max())
    else:
        figure.add_scatter(
            x=table["predicted"],
            y=table["observed"],
            mode="markers",
            name="patient",
            marker={"color": BLUE, "size": 6, "opacity": 0.55},
            hovertemplate="predicted %{x:.3g}, observed %{y:.3g}<extra></extra>",
        )
        low, high = table.min(axis=None), table.max(axis=None)
    figure.add_scatter(
        x=[low, high],
        y=[low, high],
        mode="lines",
        name="predicted as observed",
        line={"color": GREY, "dash": "dash"},
        hoverinfo="skip",
    )
    smooth = curve is not None and len(curve) > 1
    if curve is not None and smooth:
        add_band(figure, curve["predicted"], curve["low"], curve["high"])
        figure.add_scatter(
            x=curve["predicted"],
            y=curve["observed"],
            mode="lines",
            name="observed on average",
            line={"color": VERMILION, "width": 2.5},
            hovertemplate="predicted %{x:.3g}, observed on average %{y:.3g}<extra></extra>",
        )
    correlation = "not known"
    if table["predicted"].nunique() > 1 and table["observed"].nunique() > 1:
        correlation = f"{np.corrcoef(table['predicted'], table['observed'])[0, 1]:.2f}"
    unit_words = unit or "unit as in the table"
    distance = number(float((table["observed"] - table["predicted"]).abs().mean()))
    many = f" The {len(table):,} patients are grouped into 20 equally large bins." if binned else ""
    line = " The solid line is what was observed on average; it should lie on the dashed one." if smooth else ""
    finish(
        figure,
        alt=(
            f"Predicted against observed {label} of {len(table):,} patients: the mean distance is {distance} ({unit_words}), "
            f"the correlation {correlation}.{many}"
        ),
        reading=(
            f"On the dashed line prediction and observation are equal; the further off, the worse the prediction.{line}{many}"
        ),
        x=f"predicted {label} ({unit_words})",
        y=f"observed {label} ({unit_words})",
        height=420,
    )
    return figure
