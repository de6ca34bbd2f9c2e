"""How numbers, losses and learners are said in figures and tables, so that the same thing has the same name everywhere."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from mac_core.data.roles import Roles

__all__ = [
    "NO_UNIT",
    "Loss",
    "Scale",
    "alike",
    "decimals",
    "is_plain_event",
    "join_words",
    "learner_explanations",
    "learner_title",
    "learner_titles",
    "loss_words",
    "number",
    "outcome_scale",
    "say_event",
    "say_thinned",
    "shorten",
    "spans",
    "subtask_label",
    "thinned",
    "unit_after",
    "wrap",
]

NO_UNIT = "unit as in the table"


class Loss(NamedTuple):
    """A loss in words. `name` is for sentences, `axis` names it with its unit, `meaning` explains it to a layman."""

    name: str
    axis: str
    meaning: str


_LOSSES = {
    "zero_one": Loss(
        "share of wrong predictions",
        "share of wrong predictions (0 to 1)",
        "The share of patients whose most probable class was not the observed one: 0 is never wrong, 1 always.",
    ),
    "log": Loss(
        "log loss",
        "log loss (no unit, 0 is perfect)",
        "The log loss punishes a confident wrong probability hard: 0 is perfect, and for two equally frequent classes 0.69 is "
        "what a coin would get.",
    ),
    "brier": Loss(
        "Brier score",
        "Brier score (no unit, 0 is perfect)",
        "The Brier score is the mean squared distance between the predicted probabilities and what happened: 0 is perfect.",
    ),
    "squared": Loss(
        "mean squared error",
        "mean squared error ({unit} squared)",
        "The mean of the squared distances between predicted and observed values: 0 is perfect.",
    ),
    "absolute": Loss(
        "mean absolute error",
        "mean absolute error ({unit})",
        "How far a prediction is from the observed value, on average: 0 is perfect.",
    ),
}


def loss_words(loss: str, unit: str | None = None) -> Loss:
    """Say a loss in words; `unit` is the target's.

    Examples
    --------
    >>> loss_words("absolute", "mmol/mol").axis
    'mean absolute error (mmol/mol)'
    """
    found = _LOSSES.get(
        loss, Loss("mean error", f"mean error ({loss})", "The mean error on patients that a model did not see.")
    )
    return found._replace(axis=found.axis.format(unit=unit or "unit of the outcome"))


def learner_titles() -> dict[str, str]:
    """Read the titles of learners and baselines in plain words from the registry, when asked for."""
    from mac_core.ensemble.learners import BASELINES, LEARNERS

    return {name: learner.title for name, learner in {**LEARNERS, **BASELINES}.items()}


def learner_explanations() -> dict[str, str]:
    """Read from the registry, in one plain sentence each, how the learners learn."""
    from mac_core.ensemble.learners import BASELINES, LEARNERS

    return {name: learner.explanation for name, learner in {**LEARNERS, **BASELINES}.items()}


def learner_title(name: str, titles: Mapping[str, str] | None = None) -> str:
    """Give a learner's title in plain words; a learner that the user brought keeps its own name.

    Examples
    --------
    >>> learner_title("random_forest")
    'Random forest'
    """
    if titles and name in titles:
        return titles[name]
    words = str(name).replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def number(value: float, digits: int = 3) -> str:
    """Write a number with so many significant digits, without exponents.

    Examples
    --------
    >>> number(0.43219), number(12345.6), number(float("nan")), number(1.0)
    ('0.432', '12,346', 'not known', '1')
    """
    if math.isnan(value):
        return "not known"
    if abs(value) >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    if abs(value) < 5e-5:
        return "0" if value == 0 else "less than 0.0001" if value > 0 else "above -0.0001"
    return f"{value:.{digits}g}"


def decimals(values: Iterable[float], digits: int = 3) -> int:
    """Count the decimals with which the largest of several numbers has so many significant digits.

    Examples
    --------
    >>> decimals([0.39, 0.389]), decimals([12.3, 0.5]), decimals([4000.0]), decimals([])
    (3, 1, 0, 3)
    """
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest == 0:
        return digits
    # Rounded first: 0.9996 is written as 1.00.
    return min(6, max(0, digits - 1 - math.floor(math.log10(float(f"{largest:.{digits - 1}e}")))))


def alike(values: Iterable[float], digits: int = 3) -> tuple[str, ...]:
    """Write numbers that stand beside each other with the same decimals, trailing zeros kept.

    Examples
    --------
    >>> alike([0.39, 0.3891]), alike([1200.4, 15.0]), alike([float("nan"), 2.0])
    (('0.390', '0.389'), ('1,200', '15'), ('not known', '2.00'))
    """
    values = list(values)
    places = decimals(values, digits)
    # A rounded negative nothing is nothing.
    return tuple(f"{round(value, places) + 0.0:,.{places}f}" if math.isfinite(value) else "not known" for value in values)


def spans(values: Iterable[float], nothing: str = "not known") -> str:
    """Write a value with its interval, all three with the same decimals; without the interval where there is none.

    Parameters
    ----------
    values : iterable of float
        The value, and perhaps the lower and the upper end.
    nothing : str
        Said where the value is missing.

    Examples
    --------
    >>> spans([0.39, 0.301, 0.5]), spans([1200.4, float("nan"), float("nan")]), spans([float("nan")], "hidden")
    ('0.390 (0.301 to 0.500)', '1,200', 'hidden')
    """
    numbers = [float(value) for value in values]
    if math.isnan(numbers[0]):
        return nothing
    value, *ends = alike(numbers)
    return f"{value} ({ends[0]} to {ends[1]})" if len(ends) == 2 and not math.isnan(numbers[1]) else value


def join_words(words: Iterable[object], last: str = "and") -> str:
    """Join words as a sentence does.

    Parameters
    ----------
    words : iterable
    last : str
        The word before the last one: after "nobody" it is "or".

    Examples
    --------
    >>> join_words(["A", "B", "C"]), join_words(["A", "B"], "or")
    ('A, B and C', 'A or B')
    """
    items = [str(word) for word in words]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def wrap(text: object, width: int = 18) -> str:
    """Break a label into lines for a narrow screen: at spaces, and inside words that are longer than a line.

    Examples
    --------
    >>> wrap("Plain logistic regression", 16)
    'Plain logistic<br>regression'
    """
    lines: list[str] = []
    words = (word[start : start + width] for word in str(text).split() for start in range(0, len(word), width))
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "<br>".join(lines)


def shorten(text: object, longest: int) -> str:
    """Cut a label in its middle: names of columns differ at their beginning or at their end.

    Examples
    --------
    >>> shorten("Baseline measurement of the left ventricle (ml)", 24)
    'Baseline measu…icle (ml)'
    """
    words = " ".join(str(text).split())
    if len(words) <= longest:
        return words
    end = (longest - 1) * 2 // 5
    return f"{words[: longest - 1 - end]}…{words[len(words) - end :]}"


class Scale(NamedTuple):
    """How outcomes are shown: `factor` turns the engine's number into the shown one, `unit` goes on the axis."""

    factor: float
    label: str
    unit: str

    @property
    def axis(self) -> str:
        """The axis title, with the unit."""
        return f"{self.label} ({self.unit})"


_PLAIN_EVENTS = {"1", "1.0", "1_yes", "yes", "y", "true", "event"}


def is_plain_event(event: object) -> bool:
    """Whether a class's name says no more than that the event happened.

    Examples
    --------
    >>> is_plain_event("Yes"), is_plain_event("dead")
    (True, False)
    """
    return str(event).strip().lower() in _PLAIN_EVENTS


def say_event(target: object) -> str:
    """Name the event of a binary target: the label alone where the class says no more than that it happened.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> say_event(SimpleNamespace(label="Relapse", event="yes")), say_event(SimpleNamespace(label="Status", event="dead"))
    ('Relapse', 'Status: dead')
    """
    label = str(getattr(target, "label", None) or getattr(target, "name", "outcome"))
    event = getattr(target, "event", None)
    return label if event is None or is_plain_event(event) else f"{label}: {event}"


def subtask_label(name: object) -> str:
    """Name a subtask as people count, from 1; the engine counts from 0.

    Examples
    --------
    >>> subtask_label(0), subtask_label("north")
    ('1', 'north')
    """
    return str(int(name) + 1) if isinstance(name, int | np.integer) else str(name)


def outcome_scale(target: object, roles: Roles | None = None) -> Scale:
    """Say the outcome in the units that people understand: risks per 100 patients, numbers in their own unit.

    Parameters
    ----------
    target : Target
        With `label`, `kind`, `event` and `unit`.
    """
    label = str(getattr(target, "label", None) or getattr(target, "name", "outcome"))
    kind, unit = (getattr(target, field, None) for field in ("kind", "unit"))
    if kind == "binary":
        return Scale(100.0, say_event(target), "per 100 patients")
    return Scale(1.0, label, unit or (roles.outcome_unit if roles else None) or NO_UNIT)


def unit_after(unit: str) -> str:
    """Write a unit behind a number, where there is one: axes and headings say once that it is as in the table.

    Examples
    --------
    >>> f"71{unit_after('cells/mm3')}", f"71{unit_after(NO_UNIT)}"
    ('71 cells/mm3', '71')
    """
    return "" if unit == NO_UNIT else f" {unit}"


def thinned(count: int, most: int) -> Sequence[int]:
    """Choose `most` positions evenly spaced over `count`, first and last included; all of them if there are no more.

    Examples
    --------
    >>> thinned(9, 3)
    [0, 4, 8]
    """
    if count <= most:
        return list(range(count))
    return [round(i * (count - 1) / (most - 1)) for i in range(most)]


def say_thinned(drawn: int, total: int) -> str:
    """Say, after another sentence, that not all subtasks are drawn; nothing if they are.

    Examples
    --------
    >>> say_thinned(60, 2000), say_thinned(5, 5)
    (' Drawn are 60 of 2,000 subtasks, evenly spaced.', '')
    """
    return f" Drawn are {drawn} of {total:,} subtasks, evenly spaced." if drawn < total else ""
