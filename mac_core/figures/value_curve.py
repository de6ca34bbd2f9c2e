"""What is expected of one patient over the values of one column, with how many patients of the table stand where."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mac_core.data.schema import label_of
from mac_core.data.target import Target
from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import BLUE, GREY, Style, arm_styles
from mac_core.figures.wording import number, outcome_scale, wrap

__all__ = ["draw_value_curve"]


def draw_value_curve(
    expected: pd.DataFrame, density: pd.DataFrame, own: Any, target: Target, *, unit: str | None = None
) -> go.Figure:
    """Draw a line per arm (points for categories), below it the table's patients, and the patient's own value.

    Parameters
    ----------
    expected : DataFrame, index value (named after the column)
        A column per arm, or "expected"; risks from 0 to 1; NaN where an arm is unsupported.
    density : DataFrame
        value, patients.
    own : float, str or None
        The patient's value.
    target : Target
    unit : str, optional
        Of the column.
    """
    if expected.empty or not expected.notna().any(axis=None):
        return empty("There is no curve to draw: no treatment is supported for any of these values.")
    scale = outcome_scale(target)
    name = str(expected.index.name)
    numeric = pd.api.types.is_numeric_dtype(expected.index.dtype)
    x: list[Any] = list(expected.index) if numeric else [wrap(label_of(value), 12) for value in expected.index]
    looks = arm_styles(expected.columns) if len(expected.columns) > 1 else {str(expected.columns[0]): Style(BLUE, "circle", "")}
    figure = go.Figure()
    said = []
    for arm in sorted(map(str, expected.columns)):
        line, look = scale.factor * expected[arm].astype(float), looks[arm]
        figure.add_scatter(
            x=x,
            y=line,
            mode="lines+markers" if numeric else "markers",
            name=arm,
            marker={"color": look.colour, "symbol": look.symbol, "size": 6 if numeric else 11},
            line={"color": look.colour, "width": 2},
            hovertemplate=f"{name} %{{x}}: %{{y:.3g}}<extra>{arm}</extra>",
        )
        known = line.dropna()
        if known.empty:
            said.append(f"{arm}: no comparable patients")
            continue
        ends = f"{number(known.iloc[0])} at {label_of(known.index[0])}, {number(known.iloc[-1])} at {label_of(known.index[-1])}"
        said.append(f"{arm}: {ends}")
    figure.add_bar(
        x=list(density["value"]) if numeric else [wrap(label_of(value), 12) for value in density["value"]],
        y=density["patients"],
        marker={"color": GREY},
        showlegend=False,
        hovertemplate="%{y} patients of the table<extra></extra>",
        yaxis="y2",
    )
    here = ""
    if own is not None:
        here = f" This patient's own value is {label_of(own)}."
        place = own if numeric else list(expected.index).index(own)
        figure.add_vline(x=place, line={"color": GREY, "width": 2, "dash": "dash"})
    about = f"{name} ({unit})" if unit else name
    finish(
        figure,
        alt=f"Expected {scale.label} ({scale.unit}) over {about}, everything else unchanged: {'; '.join(said)}.{here}",
        reading="Each line is what the model expects if only this value were another; where the bars below are low, few "
        "patients stand behind it. It describes what the model learned, not what changing the value would bring.",
        x=about,
        y=f"expected {scale.label} ({scale.unit})",
        height=430,
    )
    figure.update_xaxes(anchor="y2")
    figure.update_yaxes(domain=[0.3, 1.0])
    below = {"text": "patients", "standoff": 16}
    figure.update_layout(
        showlegend=len(expected.columns) > 1, yaxis2={"domain": [0.0, 0.2], "title": below, "automargin": True, "nticks": 3}
    )
    if not numeric:
        figure.update_xaxes(type="category")
    return figure
