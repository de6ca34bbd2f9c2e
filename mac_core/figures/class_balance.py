"""What stands in every subtask: how many patients train and test, and how the target is spread among them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish, rows_height
from mac_core.figures.palette import BLUE, ORANGE, pattern, styles
from mac_core.figures.wording import number, say_thinned, subtask_label, thinned

__all__ = ["count_subtasks", "draw_class_balance", "say_split", "subtask_rows", "tabulate_subtasks"]

_SIDES = ("trained", "tested")


def count_subtasks(splits: pd.DataFrame, observed: pd.Series, kind: str) -> pd.DataFrame:
    """Count every subtask's patients and describe its target.

    Returns
    -------
    DataFrame, one row per subtask
        subtask, trained, tested, unused; for classes `classes_in_training` and `share_<side> of <class>`; for numbers
        `mean_<side>`, `low_<side>`, `high_<side>`, in the target's unit.
    """
    # Plain arrays and class numbers: a million patients in ten subtasks take a second, not five.
    if kind == "number":
        values, classes = observed.to_numpy(dtype=float), pd.Index([])
    else:
        values, classes = pd.factorize(observed, sort=True)
    records = []
    for position, name in enumerate(splits.columns):
        words = splits.iloc[:, position]
        used = {word: (words == word).to_numpy(dtype=bool) for word in ("trained", "tested", "unused")}
        record: dict[str, object] = {"subtask": subtask_label(name)} | {word: int(mask.sum()) for word, mask in used.items()}
        for side in _SIDES:
            part = values[used[side]]
            if kind == "number":
                three = (part.mean(), part.min(), part.max()) if part.size else (np.nan,) * 3
                record |= dict(zip((f"mean_{side}", f"low_{side}", f"high_{side}"), three, strict=True))
            else:
                found = np.bincount(part, minlength=len(classes))
                record |= {f"share_{side} of {label}": n / max(1, part.size) for label, n in zip(classes, found, strict=True)}
        if kind != "number":
            record["classes_in_training"] = int(np.unique(values[used["trained"]]).size)
        records.append(record)
    return pd.DataFrame(records)


def tabulate_subtasks(counts: pd.DataFrame) -> pd.DataFrame:
    """Make the counts a table for the reader: shares per 100 patients.

    Examples
    --------
    >>> tabulate_subtasks(pd.DataFrame({"trained": [8], "share_trained of yes": [0.125]})).iloc[0].tolist()
    [8.0, 12.5]
    """
    return counts.assign(**(100 * counts[[name for name in counts if str(name).startswith("share_")]]))


def say_split(counts: pd.DataFrame, rows: int, *, patients: int | None = None, how: str = "", single_class: int = 0) -> str:
    """Say in words how the patients were split.

    Parameters
    ----------
    counts : DataFrame
        As `count_subtasks` makes it.
    rows : int
        In the whole study.
    patients : int, optional
        Whom the rows are of, where an id stands in several of them.
    how : str
        The way of drawing, in a few words.
    single_class : int
        Subtasks whose training patients were all of one class.

    Examples
    --------
    >>> counts = pd.DataFrame({"subtask": ["1", "2"], "trained": [4, 4], "tested": [1, 2]})
    >>> say_split(counts, 6, how="at random")
    'Your 6 patients were split into 2 subtasks (drawn at random): each trains models on 4 patients and tests them on 1 to 2 \
others.'
    """
    if counts.empty:
        return "Your patients were not split: the run has no subtasks."
    sizes = {side: (int(counts[side].min()), int(counts[side].max())) for side in _SIDES}
    spans = {side: f"{low:,}" if low == high else f"{low:,} to {high:,}" for side, (low, high) in sizes.items()}
    drawn = f" (drawn {how})" if how else ""
    several = patients is not None and patients < rows
    word, whose = ("row", f" of {patients:,} patients") if several else ("patient", "")
    words = {side: word if high == 1 else f"{word}s" for side, (_, high) in sizes.items()}
    text = (
        f"Your {rows:,} {word}{'s' if rows != 1 else ''}{whose} were split into {len(counts):,} "
        f"subtask{'s' if len(counts) != 1 else ''}{drawn}: each trains models on {spans['trained']} {words['trained']} and "
        f"tests them on {spans['tested']} other{'s' if sizes['tested'][1] != 1 else ''}."
    )
    if single_class:
        text += (
            f" In {single_class:,} of {len(counts):,} subtasks all training {word}s were of one class, so that their models "
            "predict this class for everybody."
        )
    return text


def subtask_rows(splits: pd.DataFrame, subtask: str, rows: pd.DataFrame, observed: pd.Series, lines: pd.Series) -> pd.DataFrame:
    """List one subtask's patients: their line in the file, what they were used for, the target and the predictors."""
    names = [subtask_label(name) for name in splits.columns]
    column = splits.iloc[:, names.index(subtask)].reset_index(drop=True)
    listed = rows.reset_index(drop=True)
    listed = listed.rename(columns={name: f"{name} (column)" for name in ("line", "used as", "target") if name in listed})
    listed.insert(0, "target", observed.to_numpy())
    listed.insert(0, "used as", column.to_numpy())
    listed.insert(0, "line", lines.to_numpy())
    return listed[column != "unused"].reset_index(drop=True)


def draw_class_balance(
    splits: pd.DataFrame, observed: pd.Series, kind: str, *, label: str, unit: str | None = None, most_subtasks: int = 30
) -> go.Figure:
    """Draw each subtask's test set beside its training set: shares of the classes, or the mean with the range of numbers."""
    if splits.empty or observed.empty:
        return empty("There are no subtasks to draw.")
    chosen = list(thinned(splits.shape[1], most_subtasks))
    counts = count_subtasks(splits.iloc[:, chosen], observed, kind)
    left_out = say_thinned(len(chosen), splits.shape[1])
    figure = go.Figure()
    if kind == "number":
        for side, colour, symbol, shift in (("trained", BLUE, "circle", -0.15), ("tested", ORANGE, "square", 0.15)):
            middle = counts[f"mean_{side}"]
            figure.add_scatter(
                x=middle,
                y=[i + shift for i in range(len(counts))],
                mode="markers",
                name=f"{side}: mean and range",
                marker={"color": colour, "symbol": symbol, "size": 9},
                error_x={
                    "array": counts[f"high_{side}"] - middle,
                    "arrayminus": middle - counts[f"low_{side}"],
                    "color": colour,
                    "thickness": 1.5,
                },
                customdata=counts[["subtask", side]],
                hovertemplate="subtask %{customdata[0]}: mean %{x:.3g}, %{customdata[1]} patients<extra></extra>",
            )
        alt = (
            f"{label} by subtask: the mean in training sets lies between {number(counts['mean_trained'].min())} and "
            f"{number(counts['mean_trained'].max())}, in test sets between {number(counts['mean_tested'].min())} and "
            f"{number(counts['mean_tested'].max())}.{left_out}"
        )
        reading = (
            f"Alike subtasks have their marks one below the other; bars reach from the smallest to the largest value.{left_out}"
        )
        x_title = f"{label} ({unit or 'unit as in the table'})"
        ticks = {"tickvals": list(range(len(counts))), "ticktext": list(counts["subtask"])}
        height = rows_height(len(counts), each=24)
    else:
        classes = sorted(observed.unique())
        looks = styles(classes)
        rows = [f"{name}, {side}" for name in counts["subtask"] for side in _SIDES]
        for klass in classes:
            figure.add_bar(
                x=[
                    100 * value for pair in counts[[f"share_{side} of {klass}" for side in _SIDES]].to_numpy() for value in pair
                ],
                y=rows,
                orientation="h",
                name=str(klass),
                marker={
                    "color": looks[klass].colour,
                    "pattern": pattern(looks[klass].pattern),
                },
                hovertemplate="%{y}: %{x:.0f} per 100<extra>" + str(klass) + "</extra>",
            )
        figure.update_layout(barmode="stack", bargap=0.15)
        first = classes[0]
        alt = (
            f"Share of {label} by subtask. {first} makes up {_percent(counts[f'share_trained of {first}'])} of training sets "
            f"and {_percent(counts[f'share_tested of {first}'])} of the test sets. "
            f"{int((counts['classes_in_training'] <= 1).sum())} of {len(counts)} training sets hold a single class.{left_out}"
        )
        reading = f"Bars that break at the same places mean that the subtasks resemble each other.{left_out}"
        x_title, height = f"{label}: patients per 100", rows_height(len(rows), each=16)
    finish(figure, alt=alt, reading=reading, x=x_title, y="subtask", height=height)
    if kind == "number":
        figure.update_yaxes(range=[len(counts) - 0.4, -0.6], showgrid=False, **ticks)
    else:
        figure.update_yaxes(autorange="reversed", showgrid=False)
        figure.update_xaxes(range=[0, 100])
    return figure


def _percent(shares: pd.Series) -> str:
    return f"{100 * shares.min():.0f} to {100 * shares.max():.0f} per 100"
