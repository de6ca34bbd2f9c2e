"""How alike the arms' patients were, before and after weighting: the largest standardised difference of each covariate."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish, rows_height
from mac_core.figures.palette import BLUE, GREY, VERMILION
from mac_core.figures.wording import number, wrap

__all__ = ["draw_balance"]

_MOST = 20
_LIMIT = 0.1


def draw_balance(balance: pd.DataFrame | None) -> go.Figure:
    """Draw the covariates that differed most, as given and weighted.

    Parameters
    ----------
    balance : DataFrame, index covariate
        before, after: largest standardised mean difference between two arms.
    """
    known = None if balance is None else balance.replace([np.inf, -np.inf], np.nan).dropna()
    if known is None or known.empty:
        return empty("There is no covariate whose balance could be judged.")
    rows = known.sort_values("before", ascending=False, kind="stable").head(_MOST)[::-1]
    places = [wrap(name, 22) for name in rows.index]
    figure = go.Figure()
    # Where chance decided, everybody weighs the same: there is nothing to show twice.
    weighted = not np.allclose(known["before"], known["after"], atol=1e-9)
    looks = [("before", VERMILION, "circle-open", "as given"), ("after", BLUE, "diamond", "weighted")]
    for column, colour, symbol, name in looks if weighted else looks[:1]:
        figure.add_scatter(
            x=rows[column],
            y=places,
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": 10},
            name=name,
            hovertemplate="%{y}: %{x:.2f}<extra></extra>",
        )
    figure.add_vline(x=_LIMIT, line={"color": GREY, "dash": "dash"})
    above = {column: int((known[column] > _LIMIT).sum()) for column in ("before", "after")}
    worst, most = str(known["after"].idxmax()), number(float(known["after"].max()))
    alt = f"Balance of {len(known)} covariates: {above['before']} differ by more than {_LIMIT} between two arms as given"
    alike = "Left of the dashed line the arms' patients are alike in this covariate; "
    if weighted:
        alt += f", {above['after']} after weighting; the largest after weighting is {worst} with {most}."
        reading = alike + "weighting should bring the points there. What was not measured cannot be balanced."
    else:
        alt += f"; the largest is {worst} with {most}. Nobody is weighted."
        reading = alike + "where chance decides, some lie right of it by chance. Nobody is weighted."
    finish(
        figure,
        alt=alt,
        reading=reading,
        x="largest standardised mean difference between two arms",
        y="",
        height=rows_height(len(rows)),
    )
    figure.update_yaxes(type="category")
    figure.update_xaxes(rangemode="tozero")
    return figure
