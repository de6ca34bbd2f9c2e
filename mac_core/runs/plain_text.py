"""Finished runs, checks on other patients and comparisons as plain text, for those who work without a browser."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import pandas as pd

from mac_core.data.schema import label_of
from mac_core.errors import Notice
from mac_core.evidence.outside_check import OutsideCheck
from mac_core.figures.average_effects import choose_pairs
from mac_core.figures.outside_words import say_outside, tabulate_measures
from mac_core.figures.run_comparison import say_two_runs, tabulate_two_runs
from mac_core.figures.wording import learner_title, learner_titles, loss_words, number
from mac_core.runs.batch import Batch
from mac_core.runs.run import Run
from mac_core.runs.side_by_side import SideBySide

__all__ = ["say_check", "say_comparison", "say_notices", "say_run", "say_shifts"]

_SHOWN = 3  # cells of one column with which the same is wrong


def say_run(run: Run) -> str:
    """Write a run: whether anything was learned, the ranking, the errors, the comparison, and what is doubtful."""
    titles = learner_titles()
    lines = [
        run.verdict.sentence,
        "",
        f"Learners, best first (error: {loss_words(run.loss, run.target.unit).axis}; on patients that a learner did not see):",
        f"  {'learner':<34}{'error':>10}{'low':>10}{'high':>10}{'comes first':>13}",
    ]
    for name, row in run.ranking.iterrows():
        title = learner_title(str(name), titles)
        star = "*" if row["is_baseline"] else " "
        first = "-" if math.isnan(row["p_first"]) else f"{100 * row['p_first']:.0f} %"
        lines.append(f"{star} {title:<34}{row['mean_error']:>10.4g}{row['low']:>10.4g}{row['high']:>10.4g}{first:>13}")
    honest = run.honest_error
    lines += [
        "  * baseline, to be beaten. low, high: 95 % interval. comes first: in how many resamples it ranked first.",
        "",
        f"Error as in the article: {run.article_error:.4g}   (judged partly on patients that the models saw: too good)",
        f"Honest error:            {honest.value:.4g}   (on patients not seen; 95 %: {honest.low:.4g} to {honest.high:.4g})",
        f"Baseline error:          {run.baseline_error:.4g}   (everybody gets the same prediction)",
    ]
    if run.single_class_subtasks:
        lines.append(
            f"In {run.single_class_subtasks} of {len(run.errors)} subtasks all training patients were of one class; "
            "models there say that class for everybody."
        )
    lines += [f"Left out: {name}: {reason}" for name, reason in run.dropped.items()]
    if unseen := _unseen(run):
        lines.append(f"Columns that no model sees: {', '.join(unseen)}")
    if run.average_effects is not None:
        lines += ["", *_comparison_in_words(run, run.average_effects)]
    doubtful = [found for found in run.notices if found.severity != "fixed"]
    if doubtful:
        lines += ["", "Notes:", *(f"- {found.message} {found.fix}".rstrip() for found in doubtful)]
    return "\n".join([*lines, ""])


def _unseen(run: Run) -> list[str]:
    """Columns that were ignored, by the user or because nothing can be learned from what stands in them."""
    dropped = [found.place.column for found in run.notices if found.code.endswith("_dropped")]
    return list(dict.fromkeys([*run.roles.ignore, *(name for name in dropped if name is not None)]))


def _comparison_in_words(run: Run, effects: pd.DataFrame) -> list[str]:
    unit = "difference in risk, 0 to 1" if run.target.kind == "binary" else f"in {run.target.unit or 'the unit of the outcome'}"
    groups = "differences between the groups, whatever their reason"
    meaning = "effects of treatment" if run.roles.design == "randomised" else groups
    lines = [f"Average differences in {run.target.label} ({unit}; {meaning}; 95 % interval):"]
    for row in effects.loc[choose_pairs(effects, run.roles.reference)].reset_index().itertuples():
        lines.append(f"  {row.arm} against {row.against}: {row.difference:.4g} [{row.low:.4g}, {row.high:.4g}], n = {row.n}")
    return [*lines, f"Verdict: {run.advice['reason']}", f"Single patients: {run.heterogeneity['reason']}"]


def say_check(run: Run, batch: Batch, check: OutsideCheck) -> str:
    """Write how good a run is for the patients of another file: in a sentence, then measure by measure."""
    lines = [say_outside(check, run.target, in_training=batch.in_training)]
    if check.left_out:
        lines.append(f"Patients without an outcome that the study knows, not counted here: {check.left_out:,}.")
    measures = tabulate_measures(check)
    if len(measures):
        lines += ["", *_table(measures, ["measure", "value", "from", "to", "meaning"])]
    return "\n".join([*lines, ""])


def say_comparison(found: SideBySide, first: Run, second: Run) -> str:
    """Write two runs beside each other: which errs less, their errors, and what differs in settings and data."""
    names = f"First: {first.name} ({first.id}). Second: {second.name} ({second.id})."
    lines = [names, say_two_runs(found, unit=first.target.unit)]
    if not found.same_loss:
        lines.append("They predict different things or measure errors differently; each error is in its own run's measure.")
    lines += ["", *_table(tabulate_two_runs(found.errors), ["error", "first", "second"])]
    for title, table in (("Settings", found.settings), ("Data", found.data)):
        differs = table[table["differs"]]
        lines += ["", f"{title} that differ:" if len(differs) else f"{title}: nothing differs."]
        if len(differs):
            lines += _table(differs, ["what", "first", "second"])
    return "\n".join([*lines, ""])


def say_notices(notices: Sequence[Notice]) -> list[str]:
    r"""Write notices, each with its row; of many about the cells of one column the first three.

    Examples
    --------
    >>> from mac_core.errors import Place, notice
    >>> odd = [notice("outside_range", Place(row, "age"), "99", column="age", low="20", high="80") for row in range(2, 9)]
    >>> print("\n".join(line[:60] for line in say_notices(odd)))
    Row 2: age is 99, outside the 20 to 80 that the model has se
    Row 3: age is 99, outside the 20 to 80 that the model has se
    Row 4: age is 99, outside the 20 to 80 that the model has se
      ... and 4 more cells of age, in rows 5, 6, 7, 8.
    """
    alike: dict[tuple[str, str | None], list[Notice]] = {}
    for found in notices:
        alike.setdefault((found.code, found.place.column), []).append(found)
    lines = []
    for (_, column), same in alike.items():
        for found in same[:_SHOWN]:
            # Some sentences name their rows themselves.
            said = found.place.row is None or re.search(rf"\b{found.place.row}\b", found.message)
            row = "" if said else f"Row {found.place.row}: "
            lines.append(f"{row}{found.message} {found.fix}".strip())
        if rest := [str(found.place.row) for found in same[_SHOWN:]]:
            rows = ", ".join(rest[:10]) + (", ..." if len(rest) > 10 else "")
            lines.append(f"  ... and {len(rest)} more cells of {column}, in rows {rows}.")
    return lines


def say_shifts(run: Run, batch: Batch) -> list[str]:
    """Say, for each column of numbers that looks unlike the study's, its mean there and in the file."""
    shifted = batch.drift[batch.drift["shifted"]]
    return [
        f"  {name}: {number(row['study'])} on average in the study, {number(row['new'])} in this file"
        for name, row in shifted.iterrows()
        if run.schema[str(name)].kind == "number"
    ]


def _table(table: pd.DataFrame, columns: list[str]) -> list[str]:
    """Columns one under the other, each as wide as its widest cell but the last."""
    cells = [columns, *([label_of(value) for value in row] for row in table[columns].itertuples(index=False))]
    widths = [max(len(row[place]) for row in cells) for place in range(len(columns))]
    return ["  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
