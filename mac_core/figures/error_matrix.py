"""The errors of every learner on every subtask."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish, rows_height
from mac_core.figures.cells import add_cell_texts, fit_cells
from mac_core.figures.far_off import far_off, say_far_off
from mac_core.figures.palette import HEAT
from mac_core.figures.wording import learner_title, loss_words, number, say_thinned, subtask_label, thinned, wrap

__all__ = ["draw_error_matrix"]


def draw_error_matrix(
    errors: pd.DataFrame,
    titles: Mapping[str, str] | None = None,
    *,
    loss: str = "",
    unit: str | None = None,
    most_subtasks: int = 60,
) -> go.Figure:
    """Draw the matrix of errors: a row per learner (best mean on top), a column per subtask, numbers where they fit.

    Parameters
    ----------
    errors : DataFrame, shape (subtasks, learners)
        Held-out errors; NaN where a learner was not fitted.

    Examples
    --------
    >>> figure = draw_error_matrix(pd.DataFrame({"tree": [0.5, 0.7], "ridge": [0.1, 0.3]}))
    >>> figure.layout.meta["alt"]
    'Errors of 2 learners on 2 subtasks, from 0.1 to 0.7; the smallest mean has Ridge (0.2).'
    """
    if errors.empty or errors.isna().all(axis=None):
        return empty("There are no errors to draw.")
    best_first = errors.mean().sort_values(kind="stable").index
    chosen = list(thinned(len(errors), most_subtasks))
    part = errors.iloc[chosen][list(best_first)].T
    left_out = say_thinned(len(chosen), len(errors))
    # The shades are made for those who can be compared; whoever is far off is dark throughout.
    means = errors[list(best_first)].mean()
    far = far_off(means)
    near = errors[[name for name in best_first if not far[name]]]
    names = pd.Series([learner_title(name, titles) for name in best_first], index=best_first)
    # Numbers in the cells, as long as they fit a telephone; else a scale beside them.
    small = part.shape[1] <= 10
    values, columns = part.to_numpy(dtype=float), [subtask_label(name) for name in part.columns]
    rows = [wrap(learner_title(name, titles)) for name in part.index]
    least, most = float(near.min().min()), float(near.max().max())
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=columns,
            y=rows,
            colorscale=HEAT,
            zmin=least,
            zmax=most,
            showscale=not small,
            colorbar={"thickness": 10, "title": {"text": "error"}, "xpad": 4},
            xgap=1,
            ygap=1,
            hovertemplate="%{y}, subtask %{x}: %{z:.3g}<extra></extra>",
        )
    )
    counted = ""
    if small:
        texts, counted = fit_cells(values)
        add_cell_texts(figure, texts, values, x=columns, y=rows, low=least, high=most, size=11 if len(columns) <= 6 else 10)
    low, high = float(errors.min().min()), float(errors.max().max())
    finish(
        figure,
        alt=(
            f"Errors of {errors.shape[1]} learners on {len(errors):,} subtasks, from {number(low)} to {number(high)}; "
            f"the smallest mean has {learner_title(best_first[0], titles)} ({number(errors[best_first[0]].mean())}).{left_out}"
        ),
        reading=(
            f"Darker is worse: a dark column is a subtask hard for all, a dark row a learner that did badly.{left_out}"
            f"{say_far_off(means[far], names[far], 'beyond the darkest shade')}"
        ),
        x=(
            f"subtask; {'in the cells' if small else 'shade'}: {loss_words(loss, unit).axis}"
            f"{f', in {counted}' if counted else ''}"
        ),
        y="",
        height=rows_height(len(part), each=38),
    )
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(type="category", range=[len(rows) - 0.5, -0.5], showgrid=False)
    return figure
