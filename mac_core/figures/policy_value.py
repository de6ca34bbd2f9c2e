"""What would be expected if one rule chose the treatment for everybody: each rule with its interval."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mac_core.data.target import Target
from mac_core.figures.canvas import empty, finish, rows_height
from mac_core.figures.palette import GREY, arm_styles
from mac_core.figures.wording import number, outcome_scale, wrap

__all__ = ["draw_policy_value", "say_gains"]

_RULES = {"as_given": "as it was given", "individual": "chosen by patient"}


def _rule(policy: str, arm: Any) -> str:
    return _RULES.get(policy, f"everybody gets {arm}")


def say_gains(gains: pd.DataFrame, target: Target) -> list[str]:
    """Say for every rule how much better choosing by patient did, on the same patients.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> index = pd.MultiIndex.from_tuples([("everybody", "A")], names=["policy", "arm"])
    >>> gains = pd.DataFrame({"gain": [0.6], "low": [-6.4], "high": [7.6], "n": [100]}, index=index)
    >>> say_gains(gains, SimpleNamespace(label="CD4", kind="number", unit="cells"))
    ['Against "everybody gets A": 0.6 cells better, interval -6.4 to 7.6; that includes no gain at all.']
    """
    scale = outcome_scale(target)
    sentences = []
    for (policy, arm), row in zip(gains.index.tolist(), gains.to_dict("records"), strict=True):
        if pd.isna(row["low"]):
            continue
        if row["gain"] == row["low"] == row["high"] == 0:
            sentences.append(f'Against "{_rule(policy, arm)}": the same, since nobody would be given anything else.')
            continue
        gain, low, high = (scale.factor * float(row[name]) for name in ("gain", "low", "high"))
        words = "better" if gain >= 0 else "worse"
        amount = f"{number(abs(gain))} {scale.unit} {words}, interval {number(low)} to {number(high)}"
        text = f'Against "{_rule(policy, arm)}": {amount}'
        sentences.append(text + ("; that includes no gain at all." if low <= 0 else "."))
    return sentences


def draw_policy_value(values: pd.DataFrame | None, target: Target) -> go.Figure:
    """Draw the expected outcome under every rule.

    Parameters
    ----------
    values : DataFrame, index (policy, arm)
        value, low, high (in the outcome's unit; risks from 0 to 1), n; policies everybody, as_given, individual.
    target : Target
    """
    if values is None or values.empty or values["value"].isna().all():
        return empty("No rule can be judged: no patient is supported under every arm.")
    scale = outcome_scale(target)
    looks = arm_styles(arm for policy, arm in values.index.tolist() if policy == "everybody")
    figure, said, rows = go.Figure(), [], []
    for (policy, arm), row in zip(values.index.tolist(), values.to_dict("records"), strict=True):
        value, low, high = (scale.factor * float(row[name]) for name in ("value", "low", "high"))
        look = looks.get(str(arm))
        rule, place = _rule(policy, arm), wrap(_rule(policy, arm), 18)
        rows.append(place)
        said.append(f"{rule} {number(value)} ({number(low)} to {number(high)})")
        figure.add_scatter(
            x=[value],
            y=[place],
            mode="markers+text",
            text=[number(value)],
            textposition="top center",
            marker={"color": GREY if look is None else look.colour, "symbol": "x" if look is None else look.symbol, "size": 12},
            error_x={"array": [high - value], "arrayminus": [value - low], "thickness": 2},
            hovertemplate=f"{rule}: %{{x:.3g}}<extra></extra>",
            showlegend=False,
        )
    finish(
        figure,
        alt=f"Expected {scale.axis} by rule, over {int(values['n'].iloc[0]):,} patients: {'; '.join(said)}.",
        reading="Each rule is judged on patients that it did not know; bars are 95 % intervals. Rules whose bars overlap much "
        "may still differ: the sentences compare them on the same patients.",
        x=f"expected {scale.axis}",
        y="",
        height=rows_height(len(rows), each=56),
    )
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=rows[::-1], range=[-0.6, len(rows) - 0.3])
    return figure
