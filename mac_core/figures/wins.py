"""How often each learner's average was the best on a subtask."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish, rows_height
from mac_core.figures.palette import BLUE
from mac_core.figures.wording import learner_title, wrap

__all__ = ["draw_wins"]


def draw_wins(selected: pd.Series, titles: Mapping[str, str] | None = None, *, eligible: Iterable[str] = ()) -> go.Figure:
    """Draw for how many subtasks each learner's average was chosen.

    Parameters
    ----------
    selected : Series by subtask
        Name of the learner whose average erred least there.
    eligible : iterable of str
        Learners that could have been chosen; those that never were are drawn with 0.

    Examples
    --------
    >>> draw_wins(pd.Series(["ridge", "ridge", "tree"])).layout.meta["alt"]
    "Subtasks in which the learner's average was chosen, of 3: Ridge 2, Tree 1."
    """
    if selected.empty:
        return empty("No average was chosen, for there are no subtasks.")
    counts = selected.value_counts()
    counts = counts.reindex([*counts.index, *(name for name in eligible if name not in counts.index)], fill_value=0)
    names = [learner_title(name, titles) for name in counts.index]
    figure = go.Figure(
        go.Bar(
            x=counts,
            y=[wrap(name) for name in names],
            orientation="h",
            marker={"color": BLUE},
            text=counts,
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x} subtasks<extra></extra>",
        )
    )
    won = [f"{name} {count}" for name, count in zip(names, counts, strict=True) if count]
    finish(
        figure,
        alt=f"Subtasks in which the learner's average was chosen, of {len(selected):,}: {', '.join(won)}.",
        reading="A learner with many wins errs least in many subtasks; several winners may mean that different patients need "
        "different learners.",
        x="subtasks in which this learner's average erred least (number)",
        y="",
        height=rows_height(len(counts), each=36),
    )
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    figure.update_xaxes(dtick=max(1, math.ceil(int(counts.max()) / 8)))
    return figure
