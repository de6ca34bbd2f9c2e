"""One patient's way through the subtasks: what each one's chosen average says, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mac_core.data.target import Target
from mac_core.figures.canvas import empty, finish, rows_height
from mac_core.figures.palette import GREY, styles
from mac_core.figures.wording import learner_title, number, outcome_scale, say_event, say_thinned, subtask_label, thinned

__all__ = ["draw_route", "tabulate_route"]


def tabulate_route(route: Any, titles: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Make the route a table: subtask, learner (in plain words), and the value or a probability per class."""
    table = route.subtasks.reset_index(names="subtask")
    table["subtask"] = [subtask_label(name) for name in table["subtask"]]
    table["learner"] = [learner_title(name, titles) for name in table["learner"]]
    return table


def draw_route(
    route: Any,
    target: Target,
    titles: Mapping[str, str] | None = None,
    *,
    shown_class: str | None = None,
    most_subtasks: int = 60,
) -> go.Figure:
    """Draw a mark per subtask and a line at the aggregate, which is the prediction.

    Parameters
    ----------
    route : Route
        `subtasks`: DataFrame, index subtask, columns learner and a column per class, or "value"; `aggregate`: Series or float.
    target : Target
    shown_class : str, optional
        Whose probability is drawn: by default the event of a binary target, else the class that came out.
    """
    if route.subtasks.empty:
        return empty("There are no subtasks on this patient's way.")
    if target.kind == "number":
        column, factor, aggregate = "value", 1.0, float(route.aggregate)
        axis = f"predicted {outcome_scale(target).axis}"
    else:
        column = shown_class or target.event or str(route.aggregate.idxmax())
        factor, aggregate = 100.0, 100.0 * float(route.aggregate[column])
        name = say_event(target) if column == target.event else column
        axis = f"predicted probability of {name} (per 100 patients)"
    chosen = list(thinned(len(route.subtasks), most_subtasks))
    part = route.subtasks.iloc[chosen]
    left_out = say_thinned(len(chosen), len(route.subtasks))
    figure = go.Figure()
    for name, look in styles(sorted(route.subtasks["learner"].unique())).items():
        mine = part[part["learner"] == name]
        figure.add_scatter(
            x=factor * mine[column].astype(float),
            y=[subtask_label(subtask) for subtask in mine.index],
            mode="markers",
            name=learner_title(name, titles),
            marker={"color": look.colour, "symbol": look.symbol, "size": 10},
            hovertemplate="subtask %{y}: %{x:.3g}<extra></extra>",
        )
    figure.add_vline(
        x=aggregate,
        line={"color": GREY, "dash": "dash", "width": 2},
        annotation={
            "text": f"prediction {number(aggregate)}",
            "xanchor": "left",
            "yanchor": "bottom",
            "y": 0,
            "yref": "paper",
            "showarrow": False,
        },
    )
    values = factor * route.subtasks[column].astype(float)
    finish(
        figure,
        alt=(
            f"{len(values):,} subtasks' values lie between {number(values.min())} and {number(values.max())}; together they "
            f"give {number(aggregate)}, {axis}.{left_out}"
        ),
        reading=f"Each mark is one subtask's word, the dashed line what comes out. The spread is not an interval.{left_out}",
        x=axis,
        y="subtask",
        height=rows_height(len(part), each=16, least=260),
    )
    figure.update_yaxes(
        type="category",
        categoryorder="array",
        categoryarray=[subtask_label(name) for name in part.index][::-1],
        range=[-1.6, len(part) - 0.4],
    )
    least = 1.0 if target.kind != "number" else max(abs(aggregate) / 100.0, 1e-9)
    if values.max() - values.min() < least:
        # All chose the same average: left to itself, the axis would show the last digits of one number.
        figure.update_xaxes(range=[aggregate - least, aggregate + least])
    return figure
