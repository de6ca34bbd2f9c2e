"""Two runs beside each other: what was asked, of which data, with which settings, and which errs less on the same patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mac_core.data.schema import label_of
from mac_core.evidence.resampling import draw_again, limits
from mac_core.figures.wording import learner_titles, loss_words
from mac_core.runs.run import Run

__all__ = ["Paired", "SideBySide", "compare_runs"]

_MOST_PATIENTS = 10_000
_WHY_NOT = {
    "target": "They predict different things, so that their errors cannot be compared.",
    "file": "They learned from different files, so that there are no patients whom both have predicted.",
    "patients": "There are fewer than ten patients whom both have predicted.",
    "outcomes": "The same rows have different outcomes in the two, so that the tables cannot be the same.",
}
_FEWEST = 10
_DRAWS = {
    "kfold": "repeated folds",
    "random": "random shares",
    "block": "blocks of rows",
    "cluster": "groups of similar patients",
    "site": "one per site",
    "bootstrap": "drawn with replacement",
}
_QUESTIONS = {"treatment": "treatment given", "outcome": "outcome", "both": "outcome under each treatment"}


class Paired(NamedTuple):
    """Both runs judged on the same patients, by models that had not seen them.

    Attributes
    ----------
    n : int
    loss : str
    first, second : float
        Mean loss of each.
    difference, low, high : float
        Second minus first, with its 95 % interval: patients resampled, both runs judged on the same ones.
    """

    n: int
    loss: str
    first: float
    second: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class SideBySide:
    """Two runs, compared.

    Attributes
    ----------
    settings, data : DataFrame
        what, first, second (in words), differs.
    errors : DataFrame, index what
        first, first_low, first_high, second, second_low, second_high: honest error, error of the same for everybody, gain (by
        how much the honest error is below it), error as in the article. NaN where there is no interval. Each in its run's loss.
    same_loss : bool
        Whether the two columns of `errors` are in one measure, of one target.
    paired : Paired or None
    why_not : str
        Why there is no pair; "" if there is one.
    """

    settings: pd.DataFrame
    data: pd.DataFrame
    errors: pd.DataFrame
    same_loss: bool
    paired: Paired | None
    why_not: str


def compare_runs(first: Run, second: Run) -> SideBySide:
    """Compare two finished runs; their models are not needed."""
    paired, why_not = _pair(first, second)
    same_target = first.target.name == second.target.name and first.target.kind == second.target.kind
    return SideBySide(
        settings=_beside(_settings(first), _settings(second)),
        data=_beside(_data(first), _data(second)),
        errors=_errors(first, second),
        same_loss=first.loss == second.loss and same_target,
        paired=paired,
        why_not=_WHY_NOT[why_not] if why_not else "",
    )


def _settings(run: Run) -> dict[str, str]:
    settings, roles, titles = run.settings, run.roles, learner_titles()
    return {
        "question": _QUESTIONS[run.question],
        "predicted": run.target.label,
        "event or unit": str(run.target.event or run.target.unit or "-"),
        "loss": loss_words(run.loss, run.target.unit).axis,
        "subtasks drawn": _DRAWS.get(settings.draw, settings.draw),
        "number of subtasks": f"{len(run.averages)}",
        "rows in a subtask": "as many as there are" if settings.subtask_size is None else f"{settings.subtask_size:,}",
        "learners": "all that suit"
        if settings.learners is None
        else ", ".join(titles.get(name, name) for name in settings.learners),
        "best learners eligible": "all" if settings.top_k is None else f"{settings.top_k}",
        "choice of the average": settings.choice.replace("_", " "),
        "moderated": "yes" if settings.moderate else "no",
        "refitted on all patients": "yes" if settings.refit else "no",
        "seed": f"{settings.seed}",
        "treatment": roles.treatment or "-",
        "reference arm": roles.reference or "-",
        "how treatment was decided": roles.design if run.question == "both" else "-",
        "smallest difference that matters": "-" if roles.smallest_difference is None else label_of(roles.smallest_difference),
        "predictors": ", ".join(run.schema.names),
    }


def _data(run: Run) -> dict[str, str]:
    if run.target.kind == "number":
        level = f"mean {run.observed.astype(float).mean():.4g}"
    elif run.target.kind == "binary":
        level = f"{100 * (run.observed.astype(str) == str(run.target.event)).mean():.1f} of 100"
    else:
        level = f"{run.observed.nunique()} classes"
    return {
        "file": run.source_name,
        "content": run.source_sha256[:12],
        "patients used": f"{run.n_patients:,}",
        "columns to predict from": f"{len(run.schema.names)}",
        "outcome": level,
        "unknown values": f"{100 * run.rows.isna().to_numpy().mean():.1f} of 100",
        "answers about the file": ", ".join(f"{code}: {said}" for code, said in sorted(run.answers.items())) or "-",
        "made": run.created[:16].replace("T", " "),
        "duration": f"{run.seconds:.1f} seconds",
        "versions": ", ".join(f"{name} {number}" for name, number in sorted(run.versions.items())),
    }


def _beside(first: dict[str, str], second: dict[str, str]) -> pd.DataFrame:
    rows = [(what, first[what], second[what], first[what] != second[what]) for what in first]
    return pd.DataFrame(rows, columns=["what", "first", "second", "differs"])


def _errors(first: Run, second: Run) -> pd.DataFrame:
    columns = [f"{side}{end}" for side in ("first", "second") for end in ("", "_low", "_high")]
    nan = float("nan")

    def row(of: Any) -> Sequence[float]:
        return [float(number) for run in (first, second) for number in of(run)]

    return pd.DataFrame(
        {
            "honest error": row(lambda run: run.honest_error),
            "the same for everybody": row(lambda run: (run.baseline_error, nan, nan)),
            "gain": row(lambda run: run.honest_gain),
            "as in the article": row(lambda run: (run.article_error, nan, nan)),
        },
        index=columns,
    ).T.rename_axis("what")


def _pair(first: Run, second: Run) -> tuple[Paired | None, str]:
    from mac_core.ensemble.losses import row_losses

    if (first.target.name, first.target.kind) != (second.target.name, second.target.kind):
        return None, "target"
    if first.source_sha256 != second.source_sha256:
        return None, "file"
    number = first.target.kind == "number"
    if set(first.out_of_sample.columns) != set(second.out_of_sample.columns):
        return None, "target"
    # A line of the file is a patient of both.
    places = [pd.Series(np.arange(len(run.lines)), index=run.lines.to_numpy()) for run in (first, second)]
    lines = places[0].index.intersection(places[1].index)
    rows = [place.loc[lines].to_numpy() for place in places]
    columns = list(first.out_of_sample.columns)
    said = [run.out_of_sample[columns].to_numpy(dtype=float)[row] for run, row in zip((first, second), rows, strict=True)]
    tested = np.isfinite(said[0]).all(axis=1) & np.isfinite(said[1]).all(axis=1)
    if tested.sum() < _FEWEST:
        return None, "patients"
    seen = [
        run.observed.astype(float if number else str).to_numpy()[row][tested]
        for run, row in zip((first, second), rows, strict=True)
    ]
    if not (seen[0] == seen[1]).all():
        return None, "outcomes"
    # With two measures one that suits both: shares of votes are no probabilities.
    loss = first.loss if first.loss == second.loss else "absolute" if number else "zero_one"
    truth = seen[0] if number else pd.Categorical(seen[0], categories=[str(name) for name in columns]).codes.astype(int)
    who = None if first.patients is None else first.patients.to_numpy()[rows[0]][tested]
    gaps = [row_losses(values[tested], truth, loss) for values in said]
    difference = gaps[1] - gaps[0]
    kept = np.arange(len(difference))
    if len(kept) > _MOST_PATIENTS:
        kept = np.sort(np.random.default_rng(0).choice(kept, _MOST_PATIENTS, replace=False))
    drawn = draw_again(len(kept), groups=None if who is None else who[kept])
    mean = float(difference.mean())
    low, high = limits(drawn @ difference[kept] / drawn.sum(axis=1), mean)
    return Paired(len(difference), loss, float(gaps[0].mean()), float(gaps[1].mean()), mean, low, high), ""
