"""Do ranges and sets hold what they promise? Promised against measured coverage."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import BLUE, GREY
from mac_core.figures.wording import number

__all__ = ["draw_coverage", "say_coverage", "tabulate_coverage"]


def say_coverage(coverage: pd.DataFrame, *, unit: str | None = None, level: float = 0.95) -> str:
    """Say how often the ranges (or sets) of one level held the truth, and how large they were.

    Parameters
    ----------
    coverage : DataFrame
        As `measure_sets` or `measure_ranges` make it.

    Examples
    --------
    >>> row = {"level": [0.95], "coverage": [0.944], "size": [1.4], "single": [0.6]}
    >>> print(say_coverage(pd.DataFrame(row)))
    Sets of classes that should hold the truth for 95 of 100 patients held it for 94.4. They hold 1.4 classes on average; a \
single class is left for 60 of 100 patients.
    """
    rows = coverage[(coverage["level"] - level).abs().lt(1e-9)]
    if rows.empty:
        return "Coverage was not measured."
    row = rows.iloc[0]
    promised, held = f"{100 * row['level']:.0f} of 100 patients", f"{100 * row['coverage']:.1f}"
    if "radius" in coverage:
        if pd.isna(row["radius"]):
            return f"There are too few patients for a range that holds the truth for {promised}."
        return (
            f"Ranges that should hold the truth for {promised} held it for {held}: each prediction plus or minus "
            f"{number(float(row['radius']))} {unit or '(unit as in the table)'}. In the fifth of the patients, by prediction, "
            f"where they did worst, they held it for {100 * row['worst_fifth']:.0f} of 100."
        )
    return (
        f"Sets of classes that should hold the truth for {promised} held it for {held}. They hold "
        f"{row['size']:.1f} classes on average; a single class is left for {100 * row['single']:.0f} of 100 "
        "patients."
    )


def tabulate_coverage(coverage: pd.DataFrame) -> pd.DataFrame:
    """Make the coverage a table for the reader: shares per 100 patients, and the size of the range or set."""
    table = pd.DataFrame({name: 100 * coverage[name] for name in ("level", "coverage", "low", "high")})
    if "radius" in coverage:
        return table.assign(radius=coverage["radius"], worst_fifth=100 * coverage["worst_fifth"])
    return table.assign(size=coverage["size"], single=100 * coverage["single"])


def draw_coverage(coverage: pd.DataFrame, *, unit: str | None = None) -> go.Figure:
    """Draw measured against promised coverage, with the line on which promises are kept.

    Examples
    --------
    >>> row = {"level": [0.95], "coverage": [0.944], "low": [0.92], "high": [0.96], "size": [1.4], "single": [0.6]}
    >>> draw_coverage(pd.DataFrame(row)).layout.meta["alt"].split(". ")[0]
    'Coverage in 100 patients: 95 promised, 94.4 measured'
    """
    if coverage.empty:
        return empty("Coverage was not measured: no patient has a prediction by models that did not see the patient.")
    promised, held = 100 * coverage["level"], 100 * coverage["coverage"]
    low = float(min(100 * coverage["low"].min(), promised.min())) - 4
    figure = go.Figure()
    figure.add_scatter(
        x=[low, 101],
        y=[low, 101],
        mode="lines",
        name="promise kept exactly",
        line={"color": GREY, "dash": "dash"},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=promised,
        y=held,
        mode="markers",
        name="measured, with 95 % interval",
        marker={"color": BLUE, "size": 11},
        error_y={
            "array": (100 * coverage["high"] - held).clip(lower=0),
            "arrayminus": (held - 100 * coverage["low"]).clip(lower=0),
            "color": BLUE,
            "thickness": 2,
        },
        hovertemplate="promised %{x:.0f}, measured %{y:.1f} of 100<extra></extra>",
    )
    pairs = "; ".join(f"{a:.0f} promised, {b:.1f} measured" for a, b in zip(promised, held, strict=True))
    finish(
        figure,
        alt=f"Coverage in 100 patients: {pairs}. {say_coverage(coverage, unit=unit)}",
        reading=(
            "A mark on the dashed line keeps its promise; one below it promises too much, one above it is wider than need be."
            + ("" if "radius" in coverage else " A set holds one class at least, so that small promises are exceeded.")
        ),
        x="promised: patients out of 100 whose truth is held",
        y="measured: patients out of 100",
        height=360,
    )
    figure.update_xaxes(range=[low, 101])
    figure.update_yaxes(range=[low, 101.5])
    return figure
