"""The map of groups of similar patients (phenotypes), and in words what sets each of them apart."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import styles
from mac_core.figures.wording import alike, join_words, subtask_label

__all__ = ["draw_phenotype_map", "say_phenotypes"]


def say_phenotypes(words: pd.DataFrame, *, coded: Collection[str] = ()) -> list[tuple[str, str]]:
    """Say for each group what sets it apart: pairs of its name and a sentence.

    Parameters
    ----------
    words : DataFrame
        As `describe_phenotypes` makes it.
    coded : collection of str
        Columns of 0 and 1, whose means are shares.

    Examples
    --------
    >>> row = {"group": 0, "n": 40, "column": "age", "level": "", "here": 61.2, "elsewhere": 50.0, "distance": 1.1}
    >>> say_phenotypes(pd.DataFrame([row]))
    [('Group 1', '40 patients, with higher age (61.2 against 50.0).')]
    >>> say_phenotypes(pd.DataFrame([{**row, "column": "female", "here": 0.9, "elsewhere": 0.4}]), coded={"female"})
    [('Group 1', '40 patients, with more often female 1 (90 against 40 per 100).')]
    """
    said = []
    for group, rows in words.groupby("group", sort=True):
        parts = []
        for row in rows.to_dict("records"):
            more = row["distance"] > 0
            level = "1" if row["column"] in coded else row["level"]
            if level:
                parts.append(
                    f"{'more' if more else 'less'} often {row['column']} {level} "
                    f"({100 * row['here']:.0f} against {100 * row['elsewhere']:.0f} per 100)"
                )
            else:
                here, elsewhere = alike([row["here"], row["elsewhere"]])
                parts.append(f"{'higher' if more else 'lower'} {row['column']} ({here} against {elsewhere})")
        said.append((f"Group {subtask_label(group)}", f"{int(rows['n'].iloc[0]):,} patients, with {join_words(parts)}."))
    return said


def draw_phenotype_map(flat: pd.DataFrame) -> go.Figure:
    """Draw every patient on the plane in which patients differ most, coloured and shaped by group.

    Parameters
    ----------
    flat : DataFrame
        As `lay_flat` makes it.
    """
    if flat.empty:
        return empty("There are no groups to draw.")
    groups = sorted(flat["group"].unique())
    looks = styles([subtask_label(group) for group in groups])
    figure = go.Figure()
    for group in groups:
        part, name = flat[flat["group"] == group], subtask_label(group)
        figure.add_scatter(
            x=part["x"],
            y=part["y"],
            mode="markers",
            name=f"group {name}",
            marker={"color": looks[name].colour, "symbol": looks[name].symbol, "size": 7, "opacity": 0.7},
            hovertemplate=f"group {name}<extra></extra>",
        )
    share_x, share_y = (100 * float(flat[name].iloc[0]) for name in ("share_x", "share_y"))
    counts = join_words(f"{(flat['group'] == group).sum():,} in group {subtask_label(group)}" for group in groups)
    apart = (
        "This plane shows little of how patients differ, so groups may overlap here and still be distinct."
        if share_x + share_y < 50
        else "Groups that overlap here are alike."
    )
    finish(
        figure,
        alt=(
            f"Map of {len(flat):,} patients: {counts}. The plane shows {share_x + share_y:.0f} of 100 parts of how patients "
            "differ."
        ),
        reading=f"Patients who stand near each other are alike; colour and shape name the group. {apart}",
        x=f"first direction ({share_x:.0f} of 100 parts of all differences)",
        y=f"second direction ({share_y:.0f} of 100 parts)",
        height=460,
    )
    return figure
