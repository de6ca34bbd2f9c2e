"""Which learner's average was chosen for every subtask."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish, rows_height
from mac_core.figures.palette import BLUE, LINE
from mac_core.figures.wording import learner_title, number, subtask_label, wrap

__all__ = ["draw_chosen_averages", "tabulate_chosen"]


def tabulate_chosen(averages: pd.DataFrame, selected: pd.Series, titles: Mapping[str, str] | None = None) -> pd.DataFrame:
    """List every subtask with its chosen average and that average's error there: columns subtask, learner, error."""
    names = selected.dropna()
    error = [averages.at[subtask, name] for subtask, name in names.items()]
    return pd.DataFrame(
        {
            "subtask": [subtask_label(name) for name in names.index],
            "learner": [learner_title(name, titles) for name in names],
            "error": error,
        }
    )


def draw_chosen_averages(averages: pd.DataFrame, selected: pd.Series, titles: Mapping[str, str] | None = None) -> go.Figure:
    """Draw a strip: a column per subtask, a row per learner that could be chosen, a mark where it was.

    Parameters
    ----------
    averages : DataFrame, shape (subtasks, eligible learners)
        Error of each average on the subtask's test set.
    selected : Series by subtask
    """
    table = tabulate_chosen(averages, selected, titles) if len(selected) else pd.DataFrame()
    if table.empty:
        return empty("No average was chosen, for there are no subtasks.")
    order = [wrap(name) for name in table["learner"].value_counts().index]
    never = [wrap(learner_title(name, titles)) for name in averages.columns if wrap(learner_title(name, titles)) not in order]
    figure = go.Figure(
        go.Scatter(
            x=table["subtask"],
            y=[wrap(name) for name in table["learner"]],
            mode="markers",
            marker={
                "color": BLUE,
                "size": 11 if len(table) <= 40 else 6,
                "symbol": "square",
                "line": {"width": 1, "color": LINE},
            },
            customdata=table["error"],
            hovertemplate="subtask %{x}: %{y}, error %{customdata:.3g}<extra></extra>",
        )
    )
    low, high = table["error"].min(), table["error"].max()
    changes = table["learner"].nunique()
    rows = [*order, *never]
    finish(
        figure,
        alt=(
            f"Over {len(table):,} subtasks {changes} of {len(rows)} averages were chosen, most often "
            f"{table['learner'].mode().iloc[0]}; their errors lie between {number(low)} and {number(high)}."
        ),
        reading="Marks in one row: one learner's average was best everywhere. Marks that jump: the subtasks differ.",
        x="subtask",
        y="",
        height=rows_height(len(rows), each=36),
    )
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=rows[::-1], range=[-0.6, len(rows) - 0.4])
    figure.update_xaxes(type="category", showgrid=len(table) <= 40)
    return figure
