"""To whom a treatment is named, for whom the data cannot tell, and what the named one would bring, group by group."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from mac_core.data.target import Target
from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import BLUE, GREEN, ORANGE
from mac_core.figures.wording import join_words, number, outcome_scale, wrap

__all__ = ["draw_subgroup_advice", "say_hidden", "tabulate_advice"]

_SHARES = {"named": ("a treatment is named", BLUE, "circle"), "cannot_tell": ("the data cannot tell", ORANGE, "square-open")}


def say_hidden(table: pd.DataFrame) -> str:
    """Say which groups are hidden, or nothing.

    Examples
    --------
    >>> say_hidden(pd.DataFrame({"hidden": [False, True]}, index=["f", "m"]))
    'Fewer than 10 patients, therefore hidden: m.'
    """
    hidden = [str(name) for name in table.index[table["hidden"]]]
    return f"Fewer than 10 patients, therefore hidden: {join_words(hidden)}." if hidden else ""


def tabulate_advice(table: pd.DataFrame, target: Target) -> pd.DataFrame:
    """Write the groups as a table for reading: amounts per 100 or in the outcome's unit, each with its interval.

    Parameters
    ----------
    table : DataFrame, index group
        As `group_batch`.
    target : Target
    """
    scale = outcome_scale(target)
    shown = pd.DataFrame({"group": table.index, "patients": [_count(n) for n in table["n"]]})
    for name, (title, _, _) in _SHARES.items():
        if name in table:
            shown[f"{title} (of 100)"] = _spans(100 * table[[name, f"{name}_low", f"{name}_high"]])
    for name, title in (("gain", "better than the next best by"), ("expected", f"expected {scale.label}")):
        if name in table:
            shown[f"{title} ({scale.unit})"] = _spans(scale.factor * table[[name, f"{name}_low", f"{name}_high"]])
    return shown


def draw_subgroup_advice(table: pd.DataFrame, target: Target, column: str, *, unit: str | None = None) -> go.Figure:
    """Draw the shares of verdicts above, and below them the expected gain, or the expected outcome alone.

    Parameters
    ----------
    table : DataFrame, index group
        As `group_batch`.
    target : Target
    column, unit : str
        What the groups are made of.
    """
    seen = table[~table["hidden"]]
    scale = outcome_scale(target)
    mean = "gain" if "gain" in table else "expected" if "expected" in table else None
    if seen.empty or mean is None:
        return empty(
            "There is no group of at least 10 patients to draw."
            if mean
            else "An outcome of several classes has no single number that could be drawn for a group."
        )
    places = [wrap(name, 16) for name in seen.index]
    shares = {name: look for name, look in _SHARES.items() if name in table}
    figure = go.Figure()
    said: list[list[str]] = [[f"{name}, {row['n']:,.0f} patients"] for name, row in seen.iterrows()]
    for name, (title, colour, symbol) in shares.items():
        values = 100 * seen[[name, f"{name}_low", f"{name}_high"]]
        _marks(figure, values, places, title, colour, symbol)
        for parts, words in zip(said, _spans(values), strict=True):
            parts.append(f"{title} for {words} of 100")
    title = "better than the next best by" if mean == "gain" else "expected"
    values = scale.factor * seen[[mean, f"{mean}_low", f"{mean}_high"]]
    _marks(figure, values, places, title, GREEN, "diamond", below=bool(shares))
    for parts, words in zip(said, _spans(values), strict=True):
        parts.append(f"{title} {words} {scale.unit}")
    about = f"{column} ({unit})" if unit else column
    bottom = f"{title}: {scale.axis}, with 95 % interval"
    rows = len(places)
    finish(
        figure,
        alt=f"By {about}: {'; '.join(', '.join(parts) for parts in said)}.",
        reading=(
            "Where two groups' lines overlap widely, the groups may well not differ. A verdict that rests on averages is the "
            "same for everybody who is supported; it then says nothing about the group."
            if shares
            else "Where two groups' lines overlap widely, the groups may well not differ."
        ),
        x="of 100 patients, with 95 % interval" if shares else bottom,
        y=about,
        height=(200 + 76 * rows) if shares else (140 + 44 * rows),
    )
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=places[::-1])
    if shares:
        figure.update_yaxes(domain=[0.58, 1.0])
        figure.update_xaxes(range=[0, 103], anchor="y")
        # From zero: what is the same for everybody must not be drawn apart by the last digits of its rounding.
        axis = {"title": {"text": wrap(bottom, 32), "standoff": 16}, "anchor": "y2", "gridcolor": "rgba(138, 138, 138, 0.25)"}
        figure.update_layout(
            xaxis2={
                **axis,
                "automargin": True,
                "zeroline": True,
                "zerolinecolor": "rgba(138, 138, 138, 0.7)",
                "rangemode": "tozero",
            },
            yaxis2={
                "domain": [0.0, 0.36],
                "anchor": "x2",
                "type": "category",
                "categoryarray": places[::-1],
                "automargin": True,
            },
        )
    return figure


def _marks(
    figure: go.Figure, values: pd.DataFrame, places: list[str], title: str, colour: str, symbol: str, *, below: bool = False
) -> None:
    value, low, high = (values.iloc[:, i].to_numpy(dtype=float) for i in range(3))
    figure.add_scatter(
        x=value,
        y=places,
        mode="markers",
        name=title,
        marker={"color": colour, "symbol": symbol, "size": 11, "line": {"width": 2, "color": colour}},
        error_x={"array": high - value, "arrayminus": value - low, "color": colour, "thickness": 2},
        hovertemplate=f"%{{y}}: %{{x:.3g}}<extra>{title}</extra>",
        **({"xaxis": "x2", "yaxis": "y2"} if below else {}),
    )


def _spans(values: pd.DataFrame) -> list[str]:
    return [
        "too few"
        if pd.isna(value)
        else f"{number(value)} ({number(low)} to {number(high)})"
        if pd.notna(low)
        else number(value)
        for value, low, high in values.astype(float).itertuples(index=False, name=None)
    ]


def _count(n: float) -> str:
    return "fewer than 10" if pd.isna(n) else f"{n:,.0f}"
