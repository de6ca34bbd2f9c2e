"""What is common to the pictures of fourths of patients: the rows of one pair of arms, and what was found with its interval."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mac_core.data.target import Target
from mac_core.figures.wording import number, outcome_scale

__all__ = ["add_found", "choose_fourths", "say_found"]


def choose_fourths(table: pd.DataFrame | None, target: Target, arm: Any, against: Any) -> pd.DataFrame | None:
    """Choose one pair's fourths, in the shown unit; None where there is nothing to draw.

    Parameters
    ----------
    table : DataFrame, index (arm, against, fourth)
        n, by, expected, difference, low, high, as `by_fourths`.
    target : Target
    arm, against : labels

    Returns
    -------
    DataFrame or None
        Index fourth; by is in the shown unit too.
    """
    rows = None if table is None or (arm, against, 1) not in table.index else table.loc[(arm, against)]
    if rows is None or rows["difference"].isna().all():
        return None
    return outcome_scale(target).factor * rows[["by", "expected", "difference", "low", "high"]].astype(float)


def add_found(figure: go.Figure, x: Any, shown: pd.DataFrame, *, colour: str, symbol: str, hover: str) -> None:
    """Draw what was found in each fourth, with its interval."""
    figure.add_scatter(
        x=x,
        y=shown["difference"],
        mode="markers",
        marker={"color": colour, "symbol": symbol, "size": 11},
        error_y={
            "array": shown["high"] - shown["difference"],
            "arrayminus": shown["difference"] - shown["low"],
            "thickness": 2,
        },
        name="found, with 95 % interval",
        hovertemplate=hover,
    )


def say_found(row: pd.Series) -> str:
    """Say what was found in one fourth.

    Examples
    --------
    >>> say_found(pd.Series({"difference": 8.0, "low": 1.0, "high": 15.0}))
    'found 8 (1 to 15)'
    """
    return f"found {number(row['difference'])} ({number(row['low'])} to {number(row['high'])})"
