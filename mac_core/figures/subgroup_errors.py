"""Whether the model is as good for every group of patients: errors and calibration by subgroup, drawn and in words."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from mac_core.data.target import Target
from mac_core.evidence.subgroups import EVERYBODY
from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import BASELINE, BLUE, GREEN, ORANGE
from mac_core.figures.subgroup_advice import say_hidden
from mac_core.figures.wording import alike, join_words, loss_words, outcome_scale, spans, wrap

__all__ = ["draw_group_calibration", "draw_group_errors", "say_groups", "tabulate_groups"]

_BEYOND_CHANCE = 0.05


def say_groups(table: pd.DataFrame, target: Target, column: str) -> list[str]:
    """Say which groups stand out, in sentences that a layman understands; never more than the data show.

    Parameters
    ----------
    table : DataFrame, index group
        As `errors_by_group`.
    target : Target
    column : str
    """
    groups = table.drop(index=EVERYBODY)
    shown = groups[~groups["hidden"]]
    if len(shown) < 2:
        return [f"By {column} there are no two groups of at least 10 patients to compare."]
    overall = table.at[EVERYBODY, "error"]
    differ = shown[shown["error_p"] < _BEYOND_CHANCE]
    worse, better = differ[differ["error"] > overall], differ[differ["error"] <= overall]
    sentences = []
    if len(worse):
        sentences.append(f"The model errs more than for the others, beyond chance, for: {_named(worse)}.")
    if len(better):
        sentences.append(f"It errs less, beyond chance, for: {_named(better)}.")
    if not len(differ):
        sentences.append(
            f"By {column} no group's error differs from the others' beyond chance; where groups are small, a difference may be "
            "there all the same."
        )
    wrong = shown[shown["gap_p"] < _BEYOND_CHANCE]
    for part, words in ((wrong[wrong["gap"] > 0], "too low"), (wrong[wrong["gap"] < 0], "too high")):
        if len(part):
            sentences.append(f"{_what(target)} {words}, beyond chance, for: {_named(part)}.")
    if not len(wrong):
        sentences.append(f"{_what(target)} not shown to be too high or too low on average, beyond chance, for any group.")
    # The picture shows each group's own interval; the sentences correct for how many groups are looked at.
    alone = shown[~shown.index.isin(wrong.index) & ((shown["gap_low"] > 0) | (shown["gap_high"] < 0))]
    if len(alone):
        names = join_words([str(name) for name in alone.index])
        sentences.append(
            f"Looked at alone, {names} would be off the mark (the lower picture); among {len(shown)} groups that may be chance."
        )
    if hidden := say_hidden(groups):
        sentences.append(hidden)
    small = [str(name) for name in shown.index[shown["small"].astype(bool)]]
    if small:
        sentences.append(f"Fewer than 50 patients, read with care: {join_words(small)}.")
    return sentences


def tabulate_groups(table: pd.DataFrame, target: Target, loss: str) -> pd.DataFrame:
    """Write the groups as a table for reading, amounts per 100 or in the outcome's unit, each with its interval."""
    factor, unit = _calibration_scale(target)
    shown = pd.DataFrame({"group": table.index})
    shown["patients"] = [
        "fewer than 10" if hidden else f"{n:,.0f}{' (few)' if small else ''}"
        for n, hidden, small in zip(table["n"], table["hidden"], table["small"], strict=True)
    ]
    shown[loss_words(loss, target.unit).axis] = _spans(table[["error", "error_low", "error_high"]])
    shown[f"{_said(target)} ({unit})"] = _spans(factor * table[["predicted"]])
    shown[f"{_seen(target)} ({unit})"] = _spans(factor * table[["observed", "observed_low", "observed_high"]])
    shown["difference"] = _spans(factor * table[["gap", "gap_low", "gap_high"]])
    return shown


def draw_group_errors(table: pd.DataFrame, column: str, *, loss: str, target: Target, unit: str | None = None) -> go.Figure:
    """Draw each group's error with its interval, and a line at everybody's.

    Parameters
    ----------
    table : DataFrame, index group
        As `errors_by_group`.
    column, unit : str
        What the groups are made of.
    """
    seen = table[~table["hidden"]]
    if len(seen) < 2:
        return empty("There is no group of at least 10 patients with a prediction.")
    places = _places(seen)
    labels = alike(seen["error"])
    figure = go.Figure()
    # Everybody first, in another colour and shape.
    for rows, colour, symbol, side in (
        (slice(0, 1), BLUE, "circle", "top right"),  # beside the dashed line, which goes through the mark
        (slice(1, None), ORANGE, "square", "top center"),
    ):
        part = seen.iloc[rows]
        figure.add_scatter(
            x=part["error"],
            y=places[rows],
            mode="markers+text",
            text=list(labels[rows]),
            textposition=side,
            marker={"color": colour, "symbol": symbol, "size": 11},
            error_x=_bars(part, "error", 1.0, colour),
            hovertemplate="%{y}: %{text}<extra></extra>",
            showlegend=False,
        )
    figure.add_vline(x=float(seen["error"].iloc[0]), line={"color": BASELINE, "dash": "dash", "width": 1})
    about = f"{column} ({unit})" if unit else column
    spans = _spans(seen[["error", "error_low", "error_high"]])
    said = [f"{name}, {n:,.0f} patients: {span}" for name, n, span in zip(seen.index, seen["n"], spans, strict=True)]
    finish(
        figure,
        alt=f"{loss_words(loss, target.unit).axis} by {about}: {'; '.join(said)}.",
        reading=(
            "Further left is better; each line is the group's own 95 % interval. Which groups differ is said above: there "
            "each is compared with all others, corrected for their number. A group whose outcomes are more mixed is harder to "
            "predict for any model. Unlike the honest error, nothing here is corrected for having picked the best of many."
        ),
        x=f"{loss_words(loss, target.unit).axis}, with 95 % interval",
        y=about,
        height=130 + 50 * len(seen),
    )
    # From the top, with room for the number above the first mark.
    figure.update_yaxes(type="category", range=[len(seen) - 0.5, -0.8])
    return figure


def draw_group_calibration(table: pd.DataFrame, column: str, *, target: Target, unit: str | None = None) -> go.Figure:
    """Draw, group by group, what was predicted on average beside what was observed.

    Parameters
    ----------
    table : DataFrame, index group
        As `errors_by_group`.
    """
    seen = table[~table["hidden"]]
    if len(seen) < 2:
        return empty("There is no group of at least 10 patients with a prediction.")
    factor, scale = _calibration_scale(target)
    places = _places(seen)
    figure = go.Figure()
    figure.add_scatter(
        x=factor * seen["observed"],
        y=places,
        mode="markers",
        name=f"{_seen(target)}, with 95 % interval",
        marker={"color": GREEN, "symbol": "diamond", "size": 12},
        error_x=_bars(seen, "observed", factor, GREEN),
        hovertemplate="%{y}: %{x:.3g}<extra>observed</extra>",
    )
    figure.add_scatter(
        x=factor * seen["predicted"],
        y=places,
        mode="markers",
        name=_said(target),
        marker={"color": BLUE, "symbol": "circle-open", "size": 13, "line": {"width": 3, "color": BLUE}},
        hovertemplate="%{y}: %{x:.3g}<extra>predicted</extra>",
    )
    about = f"{column} ({unit})" if unit else column
    spans = zip(
        seen.index,
        _spans(factor * seen[["predicted"]]),
        _spans(factor * seen[["observed", "observed_low", "observed_high"]]),
        strict=True,
    )
    said = [f"{name}: {_said(target)} {first}, {_seen(target)} {then}" for name, first, then in spans]
    finish(
        figure,
        alt=f"By {about}, {scale}: {'; '.join(said)}.",
        reading=(
            "Where the ring lies on the other mark's line, predictions for the group come true on average; of many groups, one "
            "may lie beside it by chance."
        ),
        x=f"{outcome_scale(target).label}: mean, {scale}" if target.kind != "classes" else f"mean, {scale}",
        y=about,
        height=150 + 46 * len(seen),
    )
    figure.update_yaxes(type="category", autorange="reversed")
    return figure


def _places(seen: pd.DataFrame) -> list[str]:
    return [
        f"{wrap(name, 16)}<br>(n = {n:,.0f}{', few' if small else ''})"
        for name, n, small in zip(seen.index, seen["n"], seen["small"], strict=True)
    ]


def _bars(part: pd.DataFrame, name: str, factor: float, colour: str) -> dict[str, object]:
    above = (factor * (part[f"{name}_high"] - part[name])).fillna(0.0).clip(lower=0.0)
    below = (factor * (part[name] - part[f"{name}_low"])).fillna(0.0).clip(lower=0.0)
    return {"array": above, "arrayminus": below, "color": colour, "thickness": 2}


def _calibration_scale(target: Target) -> tuple[float, str]:
    scale = outcome_scale(target)
    return (scale.factor, scale.unit) if target.kind != "classes" else (100.0, "per 100 patients")


def _said(target: Target) -> str:
    return "stated probability of the most probable class" if target.kind == "classes" else "predicted"


def _seen(target: Target) -> str:
    return "most probable class right" if target.kind == "classes" else "observed"


def _what(target: Target) -> str:
    return {
        "binary": "Predicted risks are",
        "classes": "The stated probabilities are",
        "number": "Predicted values are",
    }[target.kind]


def _named(part: pd.DataFrame) -> str:
    return join_words([f"{name} ({n:,.0f} patients)" for name, n in zip(part.index, part["n"], strict=True)])


def _spans(values: pd.DataFrame) -> list[str]:
    return [spans(row, "hidden") for row in values.to_numpy(dtype=float)]
