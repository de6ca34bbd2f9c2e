"""The average differences between the arms: a forest plot and its table."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mac_core.data.target import Target
from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import GREY, arm_styles
from mac_core.figures.wording import number, outcome_scale, wrap

__all__ = ["choose_pairs", "draw_average_effects", "say_difference", "tabulate_effects"]


def choose_pairs(effects: pd.DataFrame, reference: str | None = None) -> list[tuple[Any, Any]]:
    """Choose each pair of arms once: every arm against the reference, or without one the later label against the earlier.

    Examples
    --------
    >>> index = pd.MultiIndex.from_tuples([("A", "B"), ("B", "A")], names=["arm", "against"])
    >>> choose_pairs(pd.DataFrame({"difference": [1.0, -1.0]}, index=index), "A")
    [('B', 'A')]
    """
    pairs = list(effects.index)
    if reference is not None and any(str(against) == reference for _, against in pairs):
        return [pair for pair in pairs if str(pair[1]) == reference]
    return [(arm, against) for arm, against in pairs if str(arm) > str(against)]


def tabulate_effects(effects: pd.DataFrame, target: Target, reference: str | None = None) -> pd.DataFrame:
    """Make the table of `choose_pairs`: arm, against, difference, low, high in the shown unit, n."""
    scale = outcome_scale(target)
    table = effects.loc[choose_pairs(effects, reference)].reset_index()
    table[["difference", "low", "high"]] *= scale.factor
    return table[["arm", "against", "difference", "low", "high", "n"]]


def say_difference(
    effects: pd.DataFrame, target: Target, *, reference: str | None = None, design: str = "routine"
) -> list[str]:
    """Say every pair's difference in a sentence; with routine care as a difference between groups, never as an effect."""
    scale = outcome_scale(target)
    sentences = []
    for row in tabulate_effects(effects, target, reference).to_dict("records"):
        if pd.isna(row["difference"]):
            sentences.append(f"{row['arm']} and {row['against']} cannot be compared: too few patients are comparable.")
            continue
        template = (
            "On average {label} was {amount} ({unit}) with {arm} than with {against}: 95 % interval {low} to {high}, {n:,.0f} "
            "patients."
            if design == "randomised"
            else "Among comparable patients {label} was on average {amount} ({unit}) in those who got {arm} than in those who "
            "got {against}: 95 % interval {low} to {high}, {n:,.0f} patients; other differences between the groups may explain "
            "this."
        )
        text = template.format(
            label=scale.label,
            unit=scale.unit,
            arm=row["arm"],
            against=row["against"],
            n=row["n"],
            amount=_signed(row["difference"]),
            low=_signed(row["low"]),
            high=_signed(row["high"]),
        )
        unsure = " The interval includes no difference." if row["low"] <= 0 <= row["high"] else ""
        sentences.append(text + unsure)
    return sentences


def draw_average_effects(
    effects: pd.DataFrame | None,
    target: Target,
    *,
    reference: str | None = None,
    higher_is_better: bool | None = None,
    design: str = "routine",
) -> go.Figure:
    """Draw each pair's average difference with its interval, and the line of no difference.

    Parameters
    ----------
    effects : DataFrame, index (arm, against)
        difference, low, high (in the outcome's unit; risks from 0 to 1), n.
    reference : str, optional
        The arm that the others are compared with; without it all pairs are drawn.
    higher_is_better : bool, optional
        Decides which side is named as the better one; None names only higher and lower.
    design : {"randomised", "routine"}
        Chooses the words: with routine care a side is not said to favour an arm.
    """
    if effects is None or effects.empty:
        return empty("There are no average differences: they need a treatment and an outcome.")
    table = tabulate_effects(effects, target, reference)
    if table.empty or table["difference"].isna().all():
        return empty("No pair of arms can be compared: too few patients are comparable.")
    scale = outcome_scale(target)
    looks = arm_styles(effects.index.get_level_values(0))
    reach = 1.25 * float(table[["low", "high"]].abs().to_numpy(dtype=float)[table["low"].notna()].max())
    figure = go.Figure()
    rows = []
    for row in table.to_dict("records"):
        look = looks[str(row["arm"])]
        place = wrap(f"{row['arm']} against {row['against']}", 18)
        rows.append(place)
        if pd.isna(row["difference"]):
            figure.add_annotation(x=0, y=place, text=wrap("too few comparable patients", 20), showarrow=False)
            continue
        figure.add_scatter(
            x=[row["difference"]],
            y=[place],
            mode="markers+text",
            text=[f"{number(row['difference'])} ({number(row['low'])} to {number(row['high'])})"],
            textposition=_beside(float(row["difference"]), reach),
            marker={"color": look.colour, "symbol": look.symbol, "size": 12},
            error_x={
                "array": [row["high"] - row["difference"]],
                "arrayminus": [row["difference"] - row["low"]],
                "color": look.colour,
                "thickness": 2,
            },
            hovertemplate=f"{row['arm']} minus {row['against']}: %{{x:.3g}}, n = {row['n']:,.0f}<extra></extra>",
            showlegend=False,
        )
    figure.add_vline(x=0, line={"color": GREY, "dash": "dash", "width": 2})
    figure.add_annotation(x=0, y=0, yref="paper", xanchor="left", yanchor="bottom", text="no difference", showarrow=False)
    left, right = _sides(table, higher_is_better, design)
    for x, anchor, text in ((0, "left", f"← {left}"), (1, "right", f"{right} →")):
        figure.add_annotation(
            x=x,
            xref="paper",
            xanchor=anchor,
            y=1,
            yref="paper",
            yanchor="bottom",
            align=anchor,
            showarrow=False,
            text=wrap(text, 22),
        )
    sentences = say_difference(effects, target, reference=reference, design=design)
    finish(
        figure,
        alt=f"Average differences. {' '.join(sentences)}",
        reading="A bar that crosses the dashed line is compatible with no difference at all.",
        x=f"difference in {scale.axis}",
        y="",
        # Room for the longest pair of names, so that neighbours never overlap.
        height=170 + len(rows) * max(60, 12 + 15 * max(place.count("<br>") + 1 for place in rows)),
    )
    figure.update_xaxes(range=[-reach, reach])
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=rows[::-1], range=[-0.9, len(rows) - 0.4])
    figure.update_layout(margin={"t": 64})
    return figure


def _beside(difference: float, reach: float) -> str:
    """Let a mark near the edge have its number towards the middle: on a telephone it would be cut off."""
    if abs(difference) < 0.3 * reach:
        return "top center"
    return "top left" if difference > 0 else "top right"


def _sides(table: pd.DataFrame, higher_is_better: bool | None, design: str) -> tuple[str, str]:
    arms, against = table["arm"].unique(), table["against"].unique()
    first = str(arms[0]) if len(arms) == 1 else "the first-named arm"
    second = str(against[0]) if len(against) == 1 else "the second-named arm"
    if higher_is_better is None:
        return f"lower with {first}", f"higher with {first}"
    winner, loser = (first, second) if higher_is_better else (second, first)
    verb = "favours" if design == "randomised" else "better in those who got"
    return f"{verb} {loser}", f"{verb} {winner}"


def _signed(difference: float) -> str:
    return f"{number(abs(difference))} {'higher' if difference >= 0 else 'lower'}"
