"""The same error said four ways: as in the article, honestly, by the best single learner, by the constant predictor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import empty, finish
from mac_core.figures.palette import BASELINE, BLUE, ORANGE, PURPLE
from mac_core.figures.wording import alike, decimals, learner_title, loss_words, wrap

__all__ = [
    "ErrorRow",
    "Gain",
    "compare_errors",
    "draw_errors",
    "explain_error",
    "say_errors",
    "say_gain",
    "say_means",
    "say_share",
]

_EXPLANATIONS = {
    "article": "As the article computes it: too optimistic, for it tests averages on patients that some models knew.",
    "honest": "By models that did not see the patient, corrected for having picked the best of many; believe this one.",
    "single": "The learner with the smallest mean error, alone; a little optimistic, for it was picked for being smallest.",
    "baseline": "Everybody is predicted the same, without any model; a model must be better than this to be of use.",
}
# Where a subtask holds patients of one kind, a learner's mean error and the averaged model's are answers to two questions.
_WITHIN = {"block": "a few consecutive rows", "cluster": "a group of similar patients"}


def explain_error(code: str, draw: str = "") -> str:
    """Explain one way to say the error in a sentence that holds for the study's way of drawing subtasks.

    Parameters
    ----------
    code : {"article", "honest", "single", "baseline"}
    draw : str
        As `Settings.draw`.

    Examples
    --------
    >>> explain_error("honest")
    'By models that did not see the patient, corrected for having picked the best of many; believe this one.'
    >>> print(explain_error("single", "cluster"))
    The learner with the smallest mean error, alone, trained and tested within one subtask at a time (a group of similar \
patients). The averaged model answers for everybody, so that the two cannot be compared.
    """
    if code == "single" and draw in _WITHIN:
        return (
            f"The learner with the smallest mean error, alone, trained and tested within one subtask at a time "
            f"({_WITHIN[draw]}). The averaged model answers for everybody, so that the two cannot be compared."
        )
    return _EXPLANATIONS[code]


def say_means(draw: str = "") -> str:
    """Say how the errors of the ranking go together with those that the page *Accuracy* shows.

    Examples
    --------
    >>> print(say_means("kfold"))
    They are means over the subtasks; on Accuracy each patient counts once, so that the same rule's error may differ a little.
    """
    if draw in _WITHIN:
        return (
            f"Each model is tested on patients of its own subtask ({_WITHIN[draw]}); on Accuracy the models answer for "
            "everybody, so that errors there cannot be compared with these."
        )
    return (
        "They are means over the subtasks; on Accuracy each patient counts once, so that the same rule's error may differ a "
        "little."
    )


class ErrorRow(NamedTuple):
    """One way to say the error; low and high are NaN where no interval was made."""

    code: str
    title: str
    error: float
    low: float
    high: float


class Gain(NamedTuple):
    """How much smaller the model's errors are than the constant predictor's, and the interval of that, in words."""

    value: str
    interval: str


def say_share(gain: float, baseline_error: float) -> str:
    """Say by how much errors are smaller, or larger, than the constant predictor's.

    Examples
    --------
    >>> say_share(0.1, 0.5), say_share(-0.1, 0.5), say_share(0.001, 0.5)
    ('20 % smaller', '20 % larger', 'equally large')
    >>> say_share(0.6, 0.5)
    '100 % smaller'
    """
    # A constant predictor that never errs leaves nothing to gain. The interval of a gain may reach beyond what can be gained:
    # no error is smaller than none.
    percent = min(100, round(100 * gain / baseline_error)) if baseline_error else 0
    return f"{abs(percent)} % {'smaller' if percent > 0 else 'larger'}" if percent else "equally large"


def say_gain(gain: Any, baseline_error: float) -> Gain:
    """Say the paired gain as a share of the constant predictor's error.

    Examples
    --------
    >>> from mac_core.ensemble.honesty import Estimate
    >>> say_gain(Estimate(0.2, -0.02, 0.3), 0.5)
    Gain(value='40 % smaller', interval='likely between 4 % larger and 60 % smaller')
    """
    if not baseline_error or pd.isna([gain.value, gain.low, gain.high, baseline_error]).any():
        return Gain("not known", "too few patients were left to test the model")
    value, low, high = (say_share(end, baseline_error) for end in gain)
    return Gain(value, f"likely between {low} and {high}")


def compare_errors(
    article_error: float,
    honest_error: Any,
    baseline_error: float,
    ranking: pd.DataFrame,
    titles: Mapping[str, str] | None = None,
) -> list[ErrorRow]:
    """Line the errors up: article, honest, best single learner, constant predictor."""
    nan = float("nan")
    rows = [
        ErrorRow("article", "Averaged model, as in the article", article_error, nan, nan),
        ErrorRow("honest", "Averaged model, honest", honest_error.value, honest_error.low, honest_error.high),
    ]
    learners = ranking[~ranking["is_baseline"].astype(bool)]
    if len(learners):
        best = learners.iloc[0]
        title = f"Best single learner: {learner_title(learners.index[0], titles)}"
        rows.append(ErrorRow("single", title, best["mean_error"], best["low"], best["high"]))
    rows.append(ErrorRow("baseline", learner_title("constant", titles), baseline_error, nan, nan))
    return rows


def say_errors(rows: list[ErrorRow]) -> list[str]:
    """Write the errors with the same decimals: those that the averaged model and the constant predictor need.

    Examples
    --------
    >>> errors = {"honest": 0.6834, "single": 5.49, "baseline": 0.88}
    >>> say_errors([ErrorRow(code, "", error, 0.5, 0.9) for code, error in errors.items()])
    ['0.683', '5.490', '0.880']
    """
    # A learner that is far off elsewhere must not cost the others a digit.
    places = decimals([row.error for row in rows if row.code != "single"])
    return [f"{row.error:,.{places}f}" if pd.notna(row.error) else "not known" for row in rows]


def draw_errors(rows: list[ErrorRow], *, loss: str = "", unit: str | None = None) -> go.Figure:
    """Draw the errors one below the other, with a line at the constant predictor's.

    Examples
    --------
    >>> nan = float("nan")
    >>> rows = [ErrorRow("honest", "Honest", 0.44, 0.39, 0.5), ErrorRow("baseline", "The same for everybody", 0.69, nan, nan)]
    >>> draw_errors(rows, loss="log").layout.meta["alt"]
    'Errors: Honest 0.440 (0.390 to 0.500); The same for everybody 0.690.'
    """
    if not rows:
        return empty("There are no errors to compare.")
    looks = {
        "article": (ORANGE, "triangle-up"),
        "honest": (BLUE, "circle"),
        "single": (PURPLE, "square"),
        "baseline": (BASELINE, "diamond-open"),
    }
    figure = go.Figure()
    labels = say_errors(rows)
    for row, label in zip(rows, labels, strict=True):
        colour, symbol = looks[row.code]
        figure.add_scatter(
            x=[row.error],
            y=[wrap(row.title)],
            mode="markers+text",
            text=[label],
            # Above, but for the one through which the dashed line goes.
            textposition="middle left" if row.code == "baseline" else "top center",
            marker={"color": colour, "symbol": symbol, "size": 13, "line": {"width": 2, "color": colour}},
            error_x={
                "array": [_gap(row.high, row.error)],
                "arrayminus": [_gap(row.error, row.low)],
                "color": colour,
                "thickness": 2,
            },
            hovertemplate=f"{row.title}: {label}<extra></extra>",
            showlegend=False,
        )
        if row.code == "baseline":
            figure.add_vline(x=row.error, line={"color": BASELINE, "dash": "dash", "width": 1})
    numbers = iter(alike([value for row in rows for value in (row.error, row.low, row.high)]))
    said = [f"{row.title} {next(numbers)}{_interval(next(numbers), next(numbers), row)}" for row in rows]
    finish(
        figure,
        alt=f"Errors: {'; '.join(said)}.",
        reading="Further left is better; a mark right of the dashed line is worse than predicting the same for everybody.",
        x=f"{loss_words(loss, unit).axis}, with 95 % interval",
        y="",
        height=130 + 56 * len(rows),
    )
    # From the top, with room for the number above the first mark.
    figure.update_yaxes(type="category", range=[len(rows) - 0.5, -0.8])
    return figure


def _gap(high: float, low: float) -> float:
    # No interval is drawn as none; a percentile interval that misses its point has no bar on that side.
    return 0.0 if pd.isna(high) or pd.isna(low) else max(0.0, high - low)


def _interval(low: str, high: str, row: ErrorRow) -> str:
    return "" if pd.isna(row.low) else f" ({low} to {high})"
