"""How much each learner's average counts, where learners have weights for all subtasks alike."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish, rows_height
from mac_core.figures.palette import BLUE
from mac_core.figures.wording import learner_title, wrap

__all__ = ["draw_learner_weights"]


def draw_learner_weights(weights: pd.Series, titles: Mapping[str, str] | None = None) -> go.Figure:
    """Draw a bar per learner.

    Parameters
    ----------
    weights : Series
        Learner to weight, 1 in all.

    Examples
    --------
    >>> draw_learner_weights(pd.Series({"ridge": 0.75, "tree": 0.25})).layout.meta["alt"]
    "How much each learner's average counts, in 100: Ridge 75, Tree 25."
    """
    if weights.empty:
        return empty("No learner has a weight.")
    percent = 100 * weights
    names = [learner_title(name, titles) for name in weights.index]
    labels = [f"{value:.0f}" if value >= 0.5 else "less than 1" for value in percent]
    figure = go.Figure(
        go.Bar(
            x=percent,
            y=[wrap(name) for name in names],
            orientation="h",
            marker={"color": BLUE},
            text=labels,
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.1f} in 100<extra></extra>",
        )
    )
    said = ", ".join(f"{name} {label}" for name, label in zip(names, labels, strict=True))
    finish(
        figure,
        alt=f"How much each learner's average counts, in 100: {said}.",
        reading="The prediction is made of these averages together, the same ones for every subtask; learners that are not "
        "drawn have no say.",
        x="weight of the learner's average (in 100)",
        y="",
        height=rows_height(len(weights), each=30),
    )
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    return figure
