"""Is it worth deciding by the predicted risk? Net benefit against the threshold at which one would act."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from mac_core.figures.canvas import add_band, empty, finish
from mac_core.figures.palette import BLUE, GREY, VERMILION
from mac_core.figures.wording import alike

__all__ = ["draw_decision_curve", "say_decision"]

_BETTER = (
    "Who acts on a risk of {event} of {at} per 100 or more does better with the model than by acting on everybody or nobody: "
    "the gain is worth {gain} right actions per 100 patients (likely between {low} and {high}), needless actions subtracted."
)
_WORSE = (
    "Who acts on a risk of {event} of {at} per 100 or more does worse with the model than by acting on everybody or nobody: "
    "the difference is worth {gain} right actions per 100 patients (likely between {low} and {high})."
)
_NOT_SHOWN = (
    "Who acts on a risk of {event} of {at} per 100 or more is not shown to do better with the model than by acting on "
    "everybody or nobody: the difference is worth {gain} right actions per 100 patients (likely between {low} and {high})."
)


_BY_CHANCE = (
    " As a whole the model is not shown to predict better than giving everybody the same prediction, so that a gain at one "
    "threshold may well be chance."
)


def say_decision(table: pd.DataFrame, threshold: float, event: str = "the event", *, learned: bool = True) -> str:
    """Say what acting at a threshold would bring, and whether the model adds to acting on everybody or on nobody.

    Parameters
    ----------
    table : DataFrame
        As `mac_core.evidence.decision_curve.decision_curve` makes it.
    threshold : float
        0 to 1; the nearest row is taken.
    event : str
    learned : bool
        Whether the model is shown to predict better than the same for everybody; if not, a gain is said with care.

    Examples
    --------
    >>> row = {"threshold": [0.1], "model": [0.0633], "low": [0.05], "high": [0.08], "treat_all": [0.0]}
    >>> table = pd.DataFrame({**row, "gain": [0.0633], "gain_low": [0.05], "gain_high": [0.08]})
    >>> print(say_decision(table, 0.1, "relapse"))
    Who acts on a risk of relapse of 10 per 100 or more does better with the model than by acting on everybody or nobody: the \
gain is worth 6.33 right actions per 100 patients (likely between 5.00 and 8.00), needless actions subtracted.
    """
    row = table.iloc[int((table["threshold"] - threshold).abs().to_numpy().argmin())]
    gain, low, high = alike([100 * row["gain"], 100 * row["gain_low"], 100 * row["gain_high"]])
    sentence = _BETTER if row["gain_low"] > 0 else _WORSE if row["gain_high"] < 0 else _NOT_SHOWN
    said = sentence.format(at=f"{100 * row['threshold']:.0f}", event=event, gain=gain, low=low, high=high)
    return said if learned or sentence is not _BETTER else said + _BY_CHANCE


def draw_decision_curve(
    table: pd.DataFrame, event: str = "the event", *, span: tuple[float, float] = (0.01, 0.99), threshold: float | None = None
) -> go.Figure:
    """Draw net benefit of the model with its band, of acting on everybody, and of acting on nobody.

    Parameters
    ----------
    table : DataFrame
        As `mac_core.evidence.decision_curve.decision_curve` makes it.
    event : str
    span : (float, float)
        Thresholds that are drawn, 0 to 1.
    threshold : float, optional
        Marked with a line.

    Examples
    --------
    >>> row = {"threshold": [0.1], "model": [0.0633], "low": [0.05], "high": [0.08], "treat_all": [0.0]}
    >>> table = pd.DataFrame({**row, "gain": [0.0633], "gain_low": [0.05], "gain_high": [0.08]})
    >>> draw_decision_curve(table, "relapse", threshold=0.1).layout.meta["alt"].split(";")[0]
    'Net benefit of acting on predicted risks of relapse, at thresholds from 10 to 10 per 100'
    """
    part = table[table["threshold"].between(span[0] - 1e-9, span[1] + 1e-9)]
    if part.empty:
        return empty("No patient has a prediction by models that did not see the patient.")
    x, top = 100 * part["threshold"], 100 * float(max(part["high"].max(), part["model"].max(), 0.001))
    figure = go.Figure()
    add_band(figure, x, 100 * part["low"], 100 * part["high"])
    for name, values, line in (
        ("act by the model", 100 * part["model"], {"color": VERMILION, "width": 2.5}),
        ("act on everybody", 100 * part["treat_all"], {"color": BLUE, "dash": "dash", "width": 2}),
        ("act on nobody", 0 * part["model"], {"color": GREY, "dash": "dot", "width": 2}),
    ):
        figure.add_scatter(
            x=x, y=values, mode="lines", name=name, line=line, hovertemplate="from %{x:.0f} per 100: %{y:.2f}<extra></extra>"
        )
    if threshold is not None:
        figure.add_vline(x=100 * threshold, line={"color": GREY, "width": 1})
    better = 100 * part.loc[part["gain_low"] > 0, "threshold"]
    if better.empty:
        where = "At no threshold is the model shown to be better than both."
    else:
        where = (
            f"The model is shown to be better than both at {len(better)} of {len(part)} thresholds, between {better.min():.0f} "
            f"and {better.max():.0f} per 100. Each is judged by itself: of many, a few stand out by chance."
        )
    finish(
        figure,
        alt=(
            f"Net benefit of acting on predicted risks of {event}, at thresholds from {x.min():.0f} to {x.max():.0f} per 100; "
            f"the largest is {100 * part['model'].max():.1f} right actions per 100 patients. {where}"
        ),
        reading=(
            "Further up is better: right actions per 100 patients, needless ones subtracted at the price that the threshold "
            f"sets. {where}"
        ),
        x=f"risk of {event} from which on one would act (per 100 patients)",
        y="net benefit (right actions per 100 patients)",
        height=420,
    )
    figure.update_yaxes(range=[-0.15 * top, 1.1 * top])
    figure.update_xaxes(range=[100 * span[0], 100 * span[1]])
    return figure
