"""The ranking of the learners: mean error on unseen patients, its interval, and how often each one comes first."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish, rows_height
from mac_core.figures.far_off import far_off, say_far_off
from mac_core.figures.palette import BASELINE, BLUE
from mac_core.figures.wording import alike, join_words, learner_title, loss_words, number, wrap

__all__ = ["draw_ranking", "rank_sentence", "say_groups", "tabulate_ranking"]


def rank_sentence(ranking: pd.DataFrame, titles: Mapping[str, str] | None = None) -> str:
    """Say who came first and how sure that is.

    Examples
    --------
    >>> ranking = pd.DataFrame(
    ...     {"mean_error": [0.4, 0.5], "p_first": [0.42, 0.58], "is_baseline": [False, True]},
    ...     index=["random_forest", "constant"],
    ... )
    >>> print(rank_sentence(ranking, {"constant": "Constant predictor"}))
    Random forest had the smallest mean error (0.400), but in 58 of 100 resamples another one came first. The best baseline \
(Constant predictor) had 0.500.
    """
    if ranking.empty:
        return "No learner was ranked."
    first, best = str(ranking.index[0]), ranking.iloc[0]
    errors = dict(zip(ranking.index, alike(ranking["mean_error"]), strict=True))
    title, error = learner_title(first, titles), errors[ranking.index[0]]
    others = 100 - round(100 * best["p_first"]) if pd.notna(best["p_first"]) else None
    if others is None:
        text = f"{title} had the smallest mean error ({error}); how sure that is was not measured."
    elif others > 20:
        text = f"{title} had the smallest mean error ({error}), but in {others} of 100 resamples another one came first."
    else:
        text = f"{title} had the smallest mean error ({error}) and came first in {100 - others} of 100 resamples."
    baselines = ranking[ranking["is_baseline"].astype(bool)]
    if bool(best["is_baseline"]):
        return f"{text} It is a baseline: no learner did better than this simple rule."
    if len(baselines):
        text += f" The best baseline ({learner_title(baselines.index[0], titles)}) had {errors[baselines.index[0]]}."
    return text


def tabulate_ranking(
    ranking: pd.DataFrame, titles: Mapping[str, str] | None = None, explanations: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Make the ranking a table for the reader: place, learner, numbers (first places of 100), and the learner in one line."""
    table = ranking.reset_index(names="learner")
    table.insert(0, "place", range(1, len(table) + 1))
    # Rounded here, as in the picture and the sentence: a browser rounds halves another way.
    table["p_first"] = (100 * table["p_first"]).round()
    names = table["learner"]
    table["learner"] = [learner_title(name, titles) for name in names]
    table["kind"] = ["baseline" if flag else "learner" for flag in table["is_baseline"]]
    table["explanation"] = [(explanations or {}).get(name, "") for name in names]
    # Runs that were kept before groups were made have none.
    groups = ["group"] if "group" in table else []
    return table[["place", "learner", "kind", "mean_error", "low", "high", "p_first", *groups, "seconds", "explanation"]]


def say_groups(ranking: pd.DataFrame, titles: Mapping[str, str] | None = None) -> str:
    """Say which learners cannot be told apart from the first one.

    Examples
    --------
    >>> ranking = pd.DataFrame({"group": [1, 1, 2]}, index=["ridge", "forest", "constant"])
    >>> say_groups(ranking)
    'Resamples of the patients cannot tell these apart from the best: Ridge and Forest; Constant errs more in nearly every one.'
    """
    if "group" not in ranking or ranking.empty:
        return ""
    first = [learner_title(name, titles) for name in ranking.index[ranking["group"] == 1]]
    others = [learner_title(name, titles) for name in ranking.index[ranking["group"] > 1]]
    if len(first) == 1:
        return f"In nearly every resample of the patients {first[0]} errs less than each of the others."
    text = f"Resamples of the patients cannot tell these apart from the best: {join_words(first)}"
    if not others:
        return f"{text}; that is all of them, so the ranking is chance."
    if len(others) > 3:
        return f"{text}; the other {len(others)} err more in nearly every one."
    return f"{text}; {join_words(others)} {'errs' if len(others) == 1 else 'err'} more in nearly every one."


def draw_ranking(
    ranking: pd.DataFrame, titles: Mapping[str, str] | None = None, *, loss: str = "", unit: str | None = None
) -> go.Figure:
    """Draw every learner's mean error with its interval, best on top; baselines have an open diamond.

    The axis is made for those who can be compared: who errs very much more stands at its edge, with an arrow and the number.

    Parameters
    ----------
    ranking : DataFrame
        Index learner, best first: mean_error, low, high, p_first, is_baseline.
    titles : mapping, optional
        Learner to title in plain words.
    loss, unit : str
        Name of the loss, and the target's unit.

    Examples
    --------
    >>> ranking = pd.DataFrame(
    ...     {"mean_error": [0.4, 0.5], "low": [0.3, 0.4], "high": [0.5, 0.6], "p_first": [0.9, 0.1]},
    ...     index=["random_forest", "constant"],
    ... ).assign(is_baseline=[False, True])
    >>> print(draw_ranking(ranking, loss="log").layout.meta["alt"])
    Random forest had the smallest mean error (0.400) and came first in 90 of 100 resamples. The best baseline (Constant) had \
0.500. The largest of 2 errors is 0.5.
    """
    if ranking.empty:
        return empty("No learner was ranked.")
    figure = go.Figure()
    titled = pd.Series([wrap(learner_title(name, titles)) for name in ranking.index], index=ranking.index)
    flags = ranking["is_baseline"].astype(bool)
    far = far_off(ranking["mean_error"], ranking["low"], ranking["high"])
    for name, mask, colour, symbol in (
        ("learner", ~flags, BLUE, "circle"),
        ("baseline, for comparison", flags, BASELINE, "diamond-open"),
    ):
        mask = mask & ~far
        part = ranking[mask]
        figure.add_scatter(
            x=part["mean_error"],
            y=titled[mask],
            mode="markers",
            name=name,
            marker={"color": colour, "symbol": symbol, "size": 11, "line": {"width": 2, "color": colour}},
            error_x={
                "array": (part["high"] - part["mean_error"]).clip(lower=0),
                "arrayminus": (part["mean_error"] - part["low"]).clip(lower=0),
                "color": colour,
                "thickness": 2,
            },
            customdata=part[["low", "high", "p_first"]],
            hovertemplate="mean error %{x:.3g} (%{customdata[0]:.3g} to %{customdata[1]:.3g})<br>"
            "first in %{customdata[2]:.0%} of resamples<extra></extra>",
        )
    if far.any():
        _add_far(figure, ranking, titled, far)
    for learner, share in zip(titled.index, ranking["p_first"], strict=True):
        figure.add_annotation(
            x=1,
            xref="paper",
            y=titled[learner],
            text="" if pd.isna(share) else f"{100 * share:.0f}",
            showarrow=False,
            xanchor="left",
            xshift=6,
        )
    figure.add_annotation(
        x=1, xref="paper", y=1, yref="paper", text="1st*", showarrow=False, xanchor="left", yanchor="bottom", xshift=2
    )
    reading = (
        "Further left is better. Where the bars overlap widely the order may be chance; * the number at the right says in how "
        "many of 100 resamples that one came first."
    )
    names = pd.Series([learner_title(name, titles) for name in ranking.index[far]], dtype=object)
    reading += say_far_off(ranking["mean_error"][far], names, "to the right")
    finish(
        figure,
        alt=f"{rank_sentence(ranking, titles)} The largest of {len(ranking)} errors is {number(ranking['mean_error'].max())}.",
        reading=reading,
        x=f"{loss_words(loss, unit).axis}, with 95 % interval",
        y="",
        height=rows_height(len(ranking), each=40),
    )
    figure.update_layout(margin={"r": 44})
    figure.update_yaxes(categoryorder="array", categoryarray=list(titled)[::-1], type="category")
    return figure


def _add_far(figure: go.Figure, ranking: pd.DataFrame, titled: pd.Series, far: pd.Series) -> None:
    """Put who errs very much more at the edge of an axis made for the others."""
    others = ranking[~far]
    left, right = (
        float(others["low"].fillna(others["mean_error"]).min()),
        float(others["high"].fillna(others["mean_error"]).max()),
    )
    room = right - left
    edge = right + 0.08 * room
    part = ranking[far]
    colours = [BASELINE if flag else BLUE for flag in part["is_baseline"].astype(bool)]
    figure.add_scatter(
        x=[edge] * len(part),
        y=titled[far],
        mode="markers+text",
        name="far off, not to scale",
        marker={"color": colours, "symbol": "triangle-right", "size": 13},
        text=list(alike(part["mean_error"])),
        textposition="middle left",
        customdata=part[["mean_error", "low", "high", "p_first"]],
        hovertemplate="mean error %{customdata[0]:.3g} (%{customdata[1]:.3g} to %{customdata[2]:.3g})<br>"
        "first in %{customdata[3]:.0%} of resamples<extra></extra>",
    )
    figure.update_xaxes(range=[left - 0.05 * room, right + 0.12 * room])
