"""How the outcome is spread in every arm, as observed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mac_core.data.target import Target
from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import arm_styles, pattern, styles
from mac_core.figures.wording import number, outcome_scale, wrap

__all__ = ["draw_outcome_by_arm"]


def draw_outcome_by_arm(observed: pd.Series, given: pd.Series | None, target: Target) -> go.Figure:
    """Draw boxes of numbers, or stacked shares of classes, one row per arm (or one row in all).

    Parameters
    ----------
    observed : Series, shape (n,)
    given : Series, shape (n,), optional
        The arms; without them all patients stand in one row.
    """
    table = pd.DataFrame(
        {"observed": observed.to_numpy(), "arm": "all patients" if given is None else given.astype(str).to_numpy()}
    ).dropna()
    if table.empty:
        return empty("No patient has an outcome.")
    looks, scale = arm_styles(table["arm"]), outcome_scale(target)
    sizes = table["arm"].value_counts()
    places = {arm: f"{wrap(arm, 16)}<br>(n = {sizes[arm]:,})" for arm in looks}
    figure = go.Figure()
    said = []
    if target.kind == "number":
        for arm, look in looks.items():
            five = np.quantile(table.loc[table["arm"] == arm, "observed"].to_numpy(dtype=float), [0, 0.25, 0.5, 0.75, 1])
            # Five numbers instead of all values: a million rows draw as fast, and the browser gets no patient's row.
            figure.add_box(
                orientation="h",
                y=[places[arm]],
                lowerfence=[five[0]],
                q1=[five[1]],
                median=[five[2]],
                q3=[five[3]],
                upperfence=[five[4]],
                line={"color": look.colour},
                name=arm,
                showlegend=False,
            )
            said.append(f"{arm} median {number(five[2])}, middle half {number(five[1])} to {number(five[3])}")
        reading = (
            "The box holds the middle half of the patients, the line in it the median; the whiskers reach to the extremes."
        )
        axis = f"observed {scale.axis}"
    else:
        shares = pd.crosstab(table["arm"], table["observed"].astype(str), normalize="index") * 100
        for klass, look in styles(shares.columns).items():
            figure.add_bar(
                x=shares[klass],
                y=[places[arm] for arm in shares.index],
                orientation="h",
                name=klass,
                text=[f"{value:.0f}" for value in shares[klass]],
                insidetextanchor="middle",
                marker={
                    "color": look.colour,
                    "pattern": pattern(look.pattern),
                },
                hovertemplate=f"%{{y}}: %{{x:.0f}} per 100<extra>{klass}</extra>",
            )
        figure.update_layout(barmode="stack")
        said = [f"{arm} " + ", ".join(f"{klass} {value:.0f}" for klass, value in row.items()) for arm, row in shares.iterrows()]
        reading = "Each row adds up to 100 patients; bars that break at the same place mean the same outcome was observed."
        axis = f"observed {target.label} (per 100 patients)"
    # A name of many lines must not run into the next row's.
    lines = max(place.count("<br>") + 1 for place in places.values())
    height = 120 + max(58, 17 * lines + 12) * len(looks)
    finish(figure, alt=f"{axis} by arm: {'; '.join(said)}.", reading=reading, x=axis, y="", height=height)
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False)
    return figure
