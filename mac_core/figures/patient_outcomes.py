"""What is expected for one patient under every arm, side by side in neutral order."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import arm_styles
from mac_core.figures.wording import join_words, number, outcome_scale, wrap

__all__ = ["draw_patient_outcomes"]


def draw_patient_outcomes(outcomes: pd.DataFrame, target: Any, *, unit: str | None = None) -> go.Figure:
    """Draw per arm: the expected outcome, the group's interval (thick), the range of one patient's outcome (thin).

    Parameters
    ----------
    outcomes : DataFrame, index arm
        One patient's rows of `TreatmentComparison.outcomes`: outcome, low, high, range_low, range_high, support. An
        unsupported arm has no numbers and is drawn as words.
    target : Target
        Risks are drawn per 100 patients.
    """
    if outcomes.empty:
        return empty("There are no arms to compare.")
    scale = outcome_scale(target)
    factor, unit = scale.factor, unit or scale.unit
    table = outcomes.set_axis(outcomes.index.map(str)).sort_index()
    looks = arm_styles(table.index)
    places = {arm: f"{wrap(arm, 14)}" for arm in table.index}
    numbers = (table[["outcome", "low", "high", "range_low", "range_high"]] * factor).astype(float)
    known = numbers["outcome"].notna() & (table["support"] != "unsupported")
    figure = go.Figure()
    for arm in table.index:
        row, look = numbers.loc[arm], looks[arm]
        if not known[arm]:
            figure.add_annotation(
                x=0.02,
                xref="paper",
                y=places[arm],
                xanchor="left",
                showarrow=False,
                text=wrap(f"no comparable patients got {arm}", 34),
            )
            continue
        if pd.notna(row["range_low"]):
            figure.add_scatter(
                x=[row["range_low"], row["range_high"]],
                y=[places[arm]] * 2,
                mode="lines",
                line={"color": look.colour, "width": 2, "dash": "dot"},
                hovertemplate="one patient's own outcome: %{x:.3g}<extra></extra>",
                showlegend=False,
            )
        figure.add_scatter(
            x=[row["low"], row["high"]],
            y=[places[arm]] * 2,
            mode="lines",
            line={"color": look.colour, "width": 7},
            opacity=0.55,
            hovertemplate="group's interval: %{x:.3g}<extra></extra>",
            showlegend=False,
        )
        figure.add_scatter(
            x=[row["outcome"]],
            y=[places[arm]],
            mode="markers+text",
            marker={"color": look.colour, "symbol": look.symbol, "size": 14, "line": {"color": "white", "width": 1}},
            text=[number(row["outcome"]) + (" (thin data)" if table.at[arm, "support"] == "thin" else "")],
            textposition="top center",
            hovertemplate=f"{arm}: %{{x:.3g}}<extra></extra>",
            showlegend=False,
        )
    said = []
    for arm in table.index:
        row = numbers.loc[arm]
        if not known[arm]:
            said.append(f"no comparable patients got {arm}")
            continue
        one = f"{arm} {number(row['outcome'])} ({number(row['low'])} to {number(row['high'])})"
        if pd.notna(row["range_low"]):
            one += f", one patient's own outcome {number(row['range_low'])} to {number(row['range_high'])}"
        said.append(one)
    ranges = bool(numbers.loc[known, "range_low"].notna().any())
    thick = "The mark is what is expected, the thick bar how sure that is for the group of similar patients"
    finish(
        figure,
        alt=f"Expected {scale.label} ({unit}) under {join_words(table.index)}: {'; '.join(said)}.",
        reading=f"{thick}; the dotted line is where one patient's own outcome may fall." if ranges else f"{thick}.",
        x=f"expected {scale.label} ({unit})",
        y="",
        height=130 + 66 * len(table),
    )
    order = [places[arm] for arm in table.index][::-1]
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=order, range=[-0.6, len(order) - 0.3])
    if known.any():
        low, high = float(numbers[known].min().min()), float(numbers[known].max().max())
        room = 0.06 * (high - low or 1.0)
        figure.update_xaxes(range=[low - room, high + room])
    else:
        figure.update_xaxes(showticklabels=False, range=[0, 1])
    return figure
