"""Who was predicted what: the confusion matrix of out-of-sample predictions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mac_core.evidence.decision_curve import ThresholdCounts
from mac_core.figures.canvas import empty, finish
from mac_core.figures.cells import add_cell_texts
from mac_core.figures.palette import HEAT
from mac_core.figures.wording import join_words, wrap

__all__ = ["Confusion", "count_confusion", "draw_confusion", "say_confusion", "say_threshold"]


class Confusion(NamedTuple):
    """`counts` has a row per observed and a column per predicted class; `right` of `total` patients stand on the diagonal."""

    counts: pd.DataFrame
    right: int
    total: int
    unpredicted: int


def count_confusion(observed: pd.Series, out_of_sample: pd.DataFrame) -> Confusion:
    """Count observed against most probable class; patients whom every model saw have no honest prediction and stay out.

    Parameters
    ----------
    observed : Series, shape (n,)
        Class labels.
    out_of_sample : DataFrame, shape (n, classes)
        Probabilities by models that did not see the patient; a tie goes to the class that comes first.

    Examples
    --------
    >>> found = count_confusion(pd.Series(["a", "b"]), pd.DataFrame({"a": [0.9, 0.6], "b": [0.1, 0.4]}))
    >>> found.counts.loc["b", "a"], found.right, found.total
    (np.int64(1), 1, 2)
    """
    values = out_of_sample.to_numpy(dtype=float)
    known = ~np.isnan(values).any(axis=1)
    classes = [str(name) for name in out_of_sample.columns]
    truth = observed.astype(str).to_numpy()[known]
    guess = np.asarray(classes, dtype=object)[values[known].argmax(axis=1)] if known.any() else np.empty(0, dtype=object)
    counts = pd.crosstab(pd.Series(truth, name="observed"), pd.Series(guess, name="predicted"))
    counts = counts.reindex(index=classes, columns=classes, fill_value=0)
    return Confusion(counts, int((truth == guess).sum()), int(known.sum()), int((~known).sum()))


def say_confusion(confusion: Confusion) -> str:
    """Say how often the prediction was right, beside how often the commonest class alone would be.

    Examples
    --------
    >>> say_confusion(Confusion(pd.DataFrame([[7, 0], [2, 0]], index=["no", "yes"], columns=["no", "yes"]), 7, 9, 0))
    'The most probable class was right for 7 of 9 patients; always saying no would be right for 7. Nobody was predicted yes.'
    """
    if confusion.total == 0:
        return "No patient has a prediction by models that did not see the patient."
    totals, predicted = confusion.counts.sum(axis=1), confusion.counts.sum(axis=0)
    text = (
        f"The most probable class was right for {confusion.right:,} of {confusion.total:,} patients; always saying "
        f"{totals.idxmax()} would be right for {int(totals.max()):,}."
    )
    never = predicted.index[(predicted == 0) & (totals > 0)]
    return f"{text} Nobody was predicted {join_words(never, 'or')}." if len(never) else text


def say_threshold(counts: ThresholdCounts, threshold: float, event: str = "the event") -> str:
    """Say in patients what acting from a risk on would have meant.

    Examples
    --------
    >>> print(say_threshold(ThresholdCounts(30, 60, 10, 300), 0.2, "relapse"))
    Acting on a predicted risk of 20 per 100 or more reaches 30 of 40 patients with relapse (sensitivity 75 %) and leaves 300 \
of 360 without it alone (specificity 83 %). Of the 90 patients acted on, 30 had it (33 %).
    """
    events, others = counts.true_positive + counts.false_negative, counts.true_negative + counts.false_positive
    acted = counts.true_positive + counts.false_positive
    text = (
        f"Acting on a predicted risk of {100 * threshold:.0f} per 100 or more reaches {counts.true_positive:,} of {events:,} "
        f"patients with {event}{_percent('sensitivity', counts.sensitivity)} and leaves {counts.true_negative:,} of {others:,} "
        f"without it alone{_percent('specificity', counts.specificity)}."
    )
    if not acted:
        return f"{text} Nobody would be acted on."
    return (
        f"{text} Of the {acted:,} patients acted on, {counts.true_positive:,} had it ({100 * counts.predictive_value:.0f} %)."
    )


def _percent(word: str, share: float) -> str:
    return f" ({word} {100 * share:.0f} %)" if np.isfinite(share) else ""


def draw_confusion(confusion: Confusion, label: str = "outcome") -> go.Figure:
    """Draw the counts, with each row's shares; the shade is the share of the observed class.

    Examples
    --------
    >>> found = count_confusion(pd.Series(["a", "b"]), pd.DataFrame({"a": [0.9, 0.6], "b": [0.1, 0.4]}))
    >>> draw_confusion(found).layout.meta["alt"]
    'Predictions were right for 1 of 2 patients: of 1 observed a, 1 were predicted so; of 1 observed b, 0 were predicted so.'
    """
    if confusion.total == 0:
        return empty("No patient has a prediction by models that did not see the patient.")
    classes, counts = [str(name) for name in confusion.counts.index], confusion.counts.to_numpy(dtype=int)
    totals = counts.sum(axis=1)
    share = 100 * counts / np.maximum(totals, 1)[:, None]
    text = [
        [f"{count:,}<br>{part:.0f} %" if total else "0" for count, part in zip(row, parts, strict=True)]
        for row, parts, total in zip(counts, share, totals, strict=True)
    ]
    names = [wrap(name, 14) for name in classes]
    places = [f"{name}<br>(n = {total:,})" for name, total in zip(names, totals, strict=True)]
    figure = go.Figure(
        go.Heatmap(
            z=share,
            x=names,
            y=places,
            text=text,
            colorscale=HEAT,
            zmin=0,
            zmax=100,
            xgap=2,
            ygap=2,
            showscale=False,
            hovertemplate="observed %{y}, predicted %{x}: %{text}<extra></extra>",
        )
    )
    add_cell_texts(figure, text, share, x=names, y=places, low=0, high=100, size=14 if len(counts) <= 4 else 10)
    rows = [f"of {totals[i]:,} observed {name}, {counts[i, i]:,} were predicted so" for i, name in enumerate(classes)]
    finish(
        figure,
        alt=f"Predictions were right for {confusion.right:,} of {confusion.total:,} patients: {'; '.join(rows)}.",
        reading="The diagonal, from top left to bottom right, holds the right predictions; the percentages are of each row.",
        x=f"predicted {label} (most probable class)",
        y=f"observed {label} (patients)",
        height=160 + 74 * len(counts),
    )
    figure.update_xaxes(showgrid=False)
    figure.update_yaxes(showgrid=False)
    return figure
