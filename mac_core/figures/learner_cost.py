"""What each learner costs, against how much it errs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish
from mac_core.figures.far_off import far_off, say_far_off
from mac_core.figures.label_places import place_labels
from mac_core.figures.palette import BASELINE, BLUE
from mac_core.figures.wording import learner_title, loss_words, number

__all__ = ["draw_learner_cost"]

_LEAST_SECONDS = 0.001
_TICKS = [digit * 10.0**power for power in range(-4, 5) for digit in (1, 3)]


def draw_learner_cost(
    ranking: pd.DataFrame, titles: Mapping[str, str] | None = None, *, loss: str = "", unit: str | None = None
) -> go.Figure:
    """Draw seconds of training (each step about three times the last) against mean error; baselines have an open diamond.

    Parameters
    ----------
    ranking : DataFrame
        Index learner: mean_error, seconds, is_baseline.

    Examples
    --------
    >>> ranking = pd.DataFrame(
    ...     {"mean_error": [0.4, 0.5], "seconds": [2.0, 0.1], "is_baseline": False}, index=["random_forest", "ridge"]
    ... )
    >>> print(draw_learner_cost(ranking).layout.meta["alt"])
    Training time against error of 2 learners. The smallest error has Random forest (0.4, 2 s). Nothing is both cheaper and \
better than: Ridge 0.1 s, Random forest 2 s.
    """
    table = ranking.dropna(subset=["mean_error", "seconds"])
    if table.empty:
        return empty("No learner was ranked.")
    names = pd.Series([learner_title(name, titles) for name in table.index], index=table.index)
    places = pd.Series([str(place + 1) for place in range(len(ranking))], index=ranking.index)[table.index]
    seconds = table["seconds"].clip(lower=_LEAST_SECONDS)
    figure = go.Figure()
    flags = table["is_baseline"].astype(bool)
    far = far_off(table["mean_error"], table.get("low"), table.get("high"))
    shown = table["mean_error"]
    least, most = float(shown[~far].min()), float(shown[~far].max())
    # Those stand at the upper edge of an axis made for the others.
    top = most + 0.25 * (most - least)
    shown = shown.mask(far, top)
    sides = pd.Series(place_labels(np.log(seconds.to_numpy()), shown.to_numpy(), places.tolist()), index=table.index)
    for name, mask, colour, symbol in (
        ("learner", ~flags, BLUE, "circle"),
        ("baseline, for comparison", flags, BASELINE, "diamond-open"),
    ):
        if not mask.any():
            continue
        figure.add_scatter(
            x=seconds[mask],
            y=shown[mask],
            mode="markers+text",
            name=name,
            text=places[mask],
            textposition=list(sides[mask]),
            textfont={"size": 12},
            marker={
                "color": colour,
                "symbol": ["triangle-up" if out else symbol for out in far[mask]] if far[mask].any() else symbol,
                "size": 11,
                "line": {"width": 2, "color": colour},
            },
            customdata=pd.DataFrame({"name": names[mask], "error": table.loc[mask, "mean_error"]}),
            hovertemplate="%{customdata[0]}: %{x:.2f} s, error %{customdata[1]:.3g}<extra></extra>",
        )
    # The learners that nothing beats in both: cheaper ones err more, and better ones cost more.
    points = sorted(
        zip(seconds[~flags].tolist(), table.loc[~flags, "mean_error"].tolist(), names[~flags].tolist(), strict=True)
    )
    efficient: list[tuple[float, float, str]] = []
    for point in points:
        if not efficient or point[1] < efficient[-1][1]:
            efficient.append(point)
    first = str(table["mean_error"].idxmin())
    cheapest = ", ".join(f"{name} {number(cost)} s" for cost, _, name in efficient)
    finish(
        figure,
        alt=(
            f"Training time against error of {len(table)} learners. The smallest error has {names.loc[first]} "
            f"({number(float(table['mean_error'].min()))}, {number(float(seconds.loc[first]))} s). "
            + (f"Nothing is both cheaper and better than: {cheapest}." if efficient else "Only baselines were ranked.")
        ),
        reading=(
            "Left is cheaper, down is better; a learner with another one to its left and below it costs more for less. The "
            f"numbers are the places in the ranking.{say_far_off(table['mean_error'][far], names[far], 'upwards')}"
        ),
        x="seconds of training, all subtasks (each step about three times the last)",
        y=loss_words(loss, unit).axis,
        height=380,
    )
    # Every amount is written out: left alone, plotly shortens 0.05 to 5.
    if far.any():
        figure.update_yaxes(range=[least - 0.15 * (most - least), top + 0.15 * (most - least)])
    figure.update_xaxes(type="log", tickvals=_TICKS, ticktext=[f"{tick:g}" for tick in _TICKS])
    return figure
