"""Would more patients help? The honest error of a lighter study on a fifth, two fifths, ... of the patients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mac_core.evidence.intervals import mean_interval

__all__ = ["CurvePoint", "LearningCurve", "learning_curve"]

# Share of the patients, and on how many parts of that size without a patient in common: a small part is judged on few patients.
_PLAN = ((0.2, 3), (0.4, 2), (0.6, 1), (0.8, 1), (1.0, 1))
_MOST_PATIENTS = 20_000
_FEWEST = 20  # patients in a part
_FEWEST_OF_A_CLASS = 5
_SUBTASKS = 5

Step = Callable[[int, int, str, str], None]


class CurvePoint(NamedTuple):
    """The error after learning from so many patients.

    Attributes
    ----------
    patients : int
        Learned from (each model from four fifths of them).
    error, low, high : float
        Mean loss as if all patients had been judged, and the interval of its distance from the last point's, laid around it.
    worse, worse_low, worse_high : float
        By how much it is above the error with all patients, on the same patients, with its 95 % interval; 0 for the last point.
    judged : int
        Patients on whom that rests.
    """

    patients: int
    error: float
    low: float
    high: float
    worse: float
    worse_low: float
    worse_high: float
    judged: int


@dataclass(frozen=True)
class LearningCurve:
    """How the error goes with the number of patients.

    Attributes
    ----------
    points : tuple of CurvePoint
        Fewest patients first; the last one has all.
    loss : str
    baseline : float
        Error of giving everybody the same, on all patients.
    learners : tuple of str
        That the lighter study used; empty where it used all that suit.
    seconds : float
        What it took; 0 until known.
    created : str
        When it was kept, UTC, ISO 8601.
    """

    points: tuple[CurvePoint, ...]
    loss: str
    baseline: float
    learners: tuple[str, ...]
    seconds: float = 0.0
    created: str = ""


def learning_curve(
    X: pd.DataFrame,
    y: pd.Series,
    learners: Sequence[str] | None,
    *,
    number: bool,
    loss: str,
    patients: np.ndarray | None = None,
    seed: int = 0,
    n_jobs: int | None = None,
    options: dict[str, Any] | None = None,
    on_step: Step | None = None,
) -> LearningCurve:
    """Repeat the averaged model in a lighter form on parts of the patients.

    Each part gets a study of its own: five subtasks, one for each fifth of its patients, who are judged by the models that did
    not see them. What is compared with the study of all patients are the same patients.

    Parameters
    ----------
    X : DataFrame, shape (n, p)
    y : Series, shape (n,)
        Labels, or numbers.
    learners : sequence of str or None
    number : bool
        Whether y is a number.
    loss : str
    patients : ndarray, shape (n,), optional
        The patient of each row: all rows of one are drawn together.
    seed : int
        Of 20,000 patients at random where there are more, and of the parts.
    n_jobs : int, optional
    options : dict, optional
        Further options of the estimator.
    on_step : callable, optional
        Called with fits done, fits in all, the part in words and the learner; what it raises stops the curve.

    Returns
    -------
    LearningCurve
        Without points if there are fewer than twenty patients. A share whose parts would have fewer than twenty, or fewer than
        five of a class, is left out.

    References
    ----------
    Figueroa et al.: Predicting sample size required for classification performance. BMC Medical Informatics and Decision Making
    12:8, 2012 (why the curve is looked at, and never drawn on beyond the data).

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> X = pd.DataFrame({"a": random.normal(size=120)})
    >>> y = 2 * X["a"] + random.normal(size=120)
    >>> curve = learning_curve(X, y, ["linear_regression"], number=True, loss="squared")
    >>> [point.patients for point in curve.points]
    [24, 48, 72, 96, 120]
    """
    from mac_core.ensemble.estimator import MACClassifier, MACRegressor
    from mac_core.ensemble.losses import row_losses

    y = y.astype(float) if number else y.astype(str)
    classes = [] if number else sorted(y.unique())
    truth = y.to_numpy() if number else pd.Categorical(y, categories=classes).codes.astype(int)
    parts = list(_parts(truth, patients, number=number, seed=seed))
    counter = _Counter(on_step, len(parts))
    found: list[tuple[float, np.ndarray, np.ndarray]] = []
    baseline = float("nan")
    for place, (share, rows) in enumerate(parts):
        model = (MACRegressor if number else MACClassifier)(
            None if learners is None else list(learners),
            draw="kfold",
            n_subtasks=_SUBTASKS,
            loss=loss,
            n_jobs=n_jobs,
            random_state=seed,
            **(options or {}),
        )
        groups = None if patients is None else np.asarray(patients)[rows]
        words = f"{len(rows):,} patients"
        model._fit(
            X.iloc[rows].reset_index(drop=True), y.iloc[rows].to_numpy(), groups=groups, on_step=counter.part(place, words)
        )
        said = np.asarray(model.out_of_sample_, dtype=float).reshape(len(rows), -1)
        tested = np.isfinite(said).all(axis=1)
        found.append((share, rows[tested], row_losses(said[tested], truth[rows[tested]], model.loss_)))
        baseline = float(model.baseline_error_)
    names = tuple(str(name) for name in learners) if learners is not None else ()
    return LearningCurve(tuple(_points(found, patients)), loss, baseline, names)


def _parts(truth: np.ndarray, patients: np.ndarray | None, *, number: bool, seed: int) -> Iterator[tuple[float, np.ndarray]]:
    """Share and rows of each part, sorted; classes in proportion, the rows of a patient together."""
    rng = np.random.default_rng([seed, 20])
    units = np.arange(len(truth)) if patients is None else np.unique(np.asarray(patients), return_inverse=True)[1]
    count = int(units.max()) + 1
    first = np.zeros(count, dtype=int)
    first[units[::-1]] = np.arange(len(units))[::-1]  # a patient counts as of the class of the first row
    shuffled = rng.permutation(count)
    if not number:
        # Class after class, then dealt out in turns: every stretch of the order holds the classes in proportion.
        labels = truth[first[shuffled]]
        sizes = np.bincount(labels, minlength=int(truth.max()) + 1)
        within = np.zeros(count)
        for label, size in enumerate(sizes):
            within[labels == label] = (np.arange(size) + rng.random()) / max(size, 1)
        shuffled = shuffled[np.argsort(within, kind="stable")]
    shuffled = shuffled[:_MOST_PATIENTS]
    needed = np.bincount(truth).astype(bool) if not number else np.zeros(0, dtype=bool)
    for share, repeats in _PLAN:
        size = round(share * len(shuffled))
        for repeat in range(repeats):
            chosen = np.zeros(count, dtype=bool)
            chosen[shuffled[repeat * size : (repeat + 1) * size]] = True
            rows = np.flatnonzero(chosen[units])
            enough = len(rows) >= _FEWEST
            if enough and not number and share < 1:
                enough = bool((np.bincount(truth[rows], minlength=len(needed))[needed] >= _FEWEST_OF_A_CLASS).all())
            if enough:
                yield share, rows


def _points(found: list[tuple[float, np.ndarray, np.ndarray]], patients: np.ndarray | None) -> Iterator[CurvePoint]:
    if not found:
        return
    n = 1 + max(int(rows.max()) for _, rows, _ in found)
    full = np.full(n, np.nan)
    full[found[-1][1]] = found[-1][2]
    overall = mean_interval(full[np.isfinite(full)])[0]
    for share in dict.fromkeys(share for share, _, _ in found):
        parts = [(rows, losses) for other, rows, losses in found if other == share]
        rows = np.concatenate([part[0] for part in parts])
        worse = np.concatenate([part[1] for part in parts]) - full[rows]
        known = np.isfinite(worse)
        who = None if patients is None else np.asarray(patients)[rows][known]
        size = round(sum(len(part[0]) for part in parts) / len(parts))
        if share == 1:
            _, low, high = mean_interval(full[rows], patients=None if patients is None else np.asarray(patients)[rows])
            yield CurvePoint(size, overall, low, high, 0.0, 0.0, 0.0, len(rows))
            continue
        mean, low, high = mean_interval(worse[known], patients=who)
        yield CurvePoint(size, overall + mean, overall + low, overall + high, mean, low, high, int(known.sum()))


class _Counter:
    """One count of fits over all parts, each of which has as many."""

    def __init__(self, on_step: Step | None, parts: int) -> None:
        self._on_step, self._parts = on_step, parts

    def part(self, place: int, words: str) -> Any:
        if self._on_step is None:
            return None
        tell = self._on_step

        def step(done: int, total: int, subtask: int, learner: str) -> None:
            tell(place * total + done, self._parts * total, words, learner)

        return step
