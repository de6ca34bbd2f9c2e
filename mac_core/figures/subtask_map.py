"""The map of patients against subtasks: who trained, who tested, who stood aside."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import BLUE, ORANGE
from mac_core.figures.wording import subtask_label, thinned

__all__ = ["SubtaskMap", "choose_map", "draw_subtask_map"]

_CODES = {"unused": 0, "trained": 1, "tested": 2}
_NAMES = {"unused": "not used", "trained": "trained the models", "tested": "tested the models"}


class SubtaskMap(NamedTuple):
    """The part of the splits that is drawn: positions of patients (rows) and of subtasks (columns)."""

    patients: list[int]
    subtasks: list[int]


def choose_map(splits: pd.DataFrame, *, most_patients: int = 240, most_subtasks: int = 60) -> SubtaskMap:
    """Choose what a screen can hold: evenly spaced subtasks, and evenly spaced patients of those that stand in one of them.

    Patients who stand in no drawn subtask are left out only when patients must be left out at all: with thousands of small
    subtasks an even choice of all patients would show an empty map.
    """
    subtasks = list(thinned(splits.shape[1], most_subtasks))
    patients = np.arange(len(splits))
    if len(splits) > most_patients:
        used = np.flatnonzero((splits.iloc[:, subtasks] != "unused").any(axis=1).to_numpy())
        patients = used if used.size else patients
    return SubtaskMap([int(patients[i]) for i in thinned(len(patients), most_patients)], subtasks)


def draw_subtask_map(
    splits: pd.DataFrame, lines: pd.Series | None = None, *, most_patients: int = 240, most_subtasks: int = 60
) -> go.Figure:
    """Draw the map, a row per subtask and a column per patient.

    Parameters
    ----------
    splits : DataFrame, shape (n, subtasks)
        Of the words "trained", "tested", "unused".
    lines : Series, shape (n,), optional
        The patients' lines in the file, for the text that appears on pointing.

    Examples
    --------
    >>> figure = draw_subtask_map(pd.DataFrame({"1": ["trained", "tested"], "2": ["tested", "trained"]}))
    >>> figure.layout.meta["alt"]
    'Map of 2 patients in 2 subtasks. Each subtask trains on 1 patient and tests on 1 patient.'
    """
    if splits.empty:
        return empty("There are no subtasks to draw.")
    shown = choose_map(splits, most_patients=most_patients, most_subtasks=most_subtasks)
    part = splits.iloc[shown.patients, shown.subtasks]
    codes = np.column_stack([part.iloc[:, j].map(_CODES).to_numpy(dtype=float) for j in range(part.shape[1])]).T
    words = np.column_stack([part.iloc[:, j].map(_NAMES).to_numpy(dtype=object) for j in range(part.shape[1])]).T
    who = np.asarray(shown.patients) + 1 if lines is None else lines.to_numpy()[shown.patients]
    # A letter in every cell, where cells are large enough to hold one: then the map reads without its colours.
    letters = codes.shape[1] <= 40
    figure = go.Figure(
        go.Heatmap(
            z=codes,
            y=[subtask_label(splits.columns[j]) for j in shown.subtasks],
            customdata=np.dstack([np.broadcast_to(who.astype(object), codes.shape), words]),
            text=np.array(["", "a", "b"])[codes.astype(int)] if letters else None,
            texttemplate="%{text}" if letters else None,
            hovertemplate="subtask %{y}<br>patient on line %{customdata[0]}: %{customdata[1]}<extra></extra>",
            zmin=-0.5,
            zmax=2.5,
            xgap=1 if letters else 0,
            ygap=2,
            showscale=False,
            colorscale=[
                [0, "rgba(138,138,138,0.15)"],
                [1 / 3, "rgba(138,138,138,0.15)"],
                [1 / 3, BLUE],
                [2 / 3, BLUE],
                [2 / 3, ORANGE],
                [1, ORANGE],
            ],
        )
    )
    for name, colour, symbol, letter in (
        ("trained", BLUE, "square", " (a)"),
        ("tested", ORANGE, "square", " (b)"),
        ("not used", "rgba(138,138,138,0.35)", "square-open", ""),
    ):
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="markers",
            name=name + (letter if letters else ""),
            marker={"color": colour, "symbol": symbol, "size": 11},
        )
    left_out = "".join(
        f" Only {drawn:,} of {total:,} {what} are drawn, evenly spaced."
        for drawn, total, what in (
            (len(shown.patients), len(splits), "patients"),
            (len(shown.subtasks), splits.shape[1], "subtasks"),
        )
        if drawn < total
    )
    train, test = (splits == "trained").sum(), (splits == "tested").sum()
    alt = (
        f"Map of {len(splits):,} patients in {splits.shape[1]:,} subtasks. Each subtask trains on {_span(train)} "
        f"and tests on {_span(test)}.{left_out}"
    )
    reading = (
        f"A row is a subtask, a column a patient: models learn from those in blue (trained) and are tried on those in orange "
        f"(tested).{left_out}"
    )
    height = 150 + max(90, min(900, 18 * len(shown.subtasks)))
    finish(figure, alt=alt, reading=reading, x="patients, in the file's order", y="subtask", height=height)
    figure.update_xaxes(showticklabels=False, showgrid=False)
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False)
    return figure


def _span(counts: pd.Series) -> str:
    low, high = int(counts.min()), int(counts.max())
    if low != high:
        return f"{low:,} to {high:,} patients"
    return f"{low:,} patient" if low == 1 else f"{low:,} patients"
