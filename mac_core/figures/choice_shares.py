"""How sure each subtask's choice is: how often it chooses which learner's average when patients are drawn anew."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish, rows_height
from mac_core.figures.cells import add_cell_texts
from mac_core.figures.palette import HEAT, VERMILION
from mac_core.figures.wording import learner_title, say_thinned, subtask_label, thinned, wrap

__all__ = ["draw_choice_shares"]


def draw_choice_shares(
    shares: pd.DataFrame, selected: pd.Series, titles: Mapping[str, str] | None = None, *, most_subtasks: int = 60
) -> go.Figure:
    """Draw the shares, a row per learner that was ever chosen and a column per subtask; the study's own choice is marked.

    Parameters
    ----------
    shares : DataFrame, shape (subtasks, learners)
        Share of the resamples, 0 to 1, in which the subtask chose the learner's average.
    selected : Series by subtask
        The study's choice.
    """
    if shares.empty or not float(shares.to_numpy().max()) > 0:
        return empty("No average was chosen, for there are no subtasks.")
    ever = shares.loc[:, (shares > 0).any() | shares.columns.isin(selected.dropna())]
    order = list(ever.mean().sort_values(ascending=False, kind="stable").index)
    chosen = list(thinned(len(shares), most_subtasks))
    part, rows = ever.iloc[chosen][order].T, [wrap(learner_title(name, titles)) for name in order]
    columns = [subtask_label(name) for name in part.columns]
    small = len(columns) <= 10
    figure = go.Figure(
        go.Heatmap(
            z=100 * part.to_numpy(dtype=float),
            x=columns,
            y=rows,
            colorscale=HEAT,
            zmin=0,
            zmax=100,
            showscale=not small,
            colorbar={"thickness": 10, "title": {"text": "of 100"}, "xpad": 4},
            xgap=1,
            ygap=1,
            hovertemplate="subtask %{x}: %{y} in %{z:.0f} of 100 resamples<extra></extra>",
        )
    )
    if small:
        shades = 100 * part.to_numpy(dtype=float)
        texts = [[f"{shade:.0f}" for shade in row] for row in shades]
        add_cell_texts(figure, texts, shades, x=columns, y=rows, low=0, high=100, size=11)
    marks = [(subtask_label(name), rows[order.index(selected[name])]) for name in part.columns if selected.get(name) in order]
    figure.add_scatter(
        x=[mark[0] for mark in marks],
        y=[mark[1] for mark in marks],
        mode="markers",
        name="this study's choice",
        marker={"symbol": "square-open", "color": VERMILION, "size": 16 if small else 9, "line": {"width": 2}},
        showlegend=True,
        hoverinfo="skip",
    )
    known = [name for name in shares.index if selected.get(name) in shares.columns]
    own = [float(shares.loc[name].loc[selected[name]]) for name in known]
    steady = sum(share >= 0.5 for share in own)
    left_out = say_thinned(len(chosen), len(shares))
    finish(
        figure,
        alt=(
            f"Over resamples of the patients, {steady} of {len(own)} subtasks repeat this study's choice in at least half of "
            f"them; most often chosen overall is {learner_title(order[0], titles)} ({100 * ever[order[0]].mean():.0f} of 100)."
            f"{left_out}"
        ),
        reading=(
            "Each column adds up to 100 resamples. Dark marked cells are choices that would hold with other patients; columns "
            f"of many pale cells are choices by chance.{left_out}"
        ),
        x="subtask; in the cells: resamples out of 100" if small else "subtask; shade: resamples out of 100",
        y="",
        height=rows_height(len(rows), each=36),
    )
    # Half a cell beyond the outermost middles: left alone, plotly makes room for the marks.
    figure.update_xaxes(type="category", range=[-0.5, len(columns) - 0.5], showgrid=False)
    figure.update_yaxes(type="category", range=[len(rows) - 0.5, -0.5], showgrid=False)
    return figure
