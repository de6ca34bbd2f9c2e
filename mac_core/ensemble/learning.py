"""Run step 2 over all subtasks, here or in workers, and gather what the later steps need."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mac_core.data.encoding import Representation
from mac_core.ensemble.averaging import ModelAverages
from mac_core.ensemble.learners import Learner, Size
from mac_core.ensemble.losses import row_losses
from mac_core.ensemble.subtasks import Subtask
from mac_core.ensemble.training import Fitted, Outcome, Work, inner_threads, train

__all__ = ["Learned", "OnStep", "expected_warnings", "learn"]

OnStep = Callable[[int, int, int, str], None]
"""Called with fits done, fits in all, subtask and learner; what it raises stops the fit."""


class _Task(NamedTuple):
    """The unit of parallel work: learners of one subtask that share a representation, so that encoding is done once."""

    subtask: int
    rows: np.ndarray
    learners: dict[str, Learner]
    representation: Representation


@dataclass(frozen=True)
class Learned:
    """What training left.

    Attributes
    ----------
    names : list of str
        Learners that did not fail.
    models : dict
        Name to its fitted models, one per subtask.
    held_out : tuple of ndarray, each of shape (n_learners, n_tested)
        Per subtask, each learner's loss on each test patient.
    leaking, unseen : ndarray, shape (n_learners, n_rows, K)
        Model averages over all subtasks, and over those that did not train on the patient.
    seconds : ndarray, shape (n_learners,)
    dropped : dict
        Learner to the reason why it failed.
    """

    names: list[str]
    models: dict[str, list[Fitted]]
    held_out: tuple[np.ndarray, ...]
    leaking: np.ndarray
    unseen: np.ndarray
    seconds: np.ndarray
    dropped: dict[str, str]


def learn(
    work: Work,
    subtasks: Sequence[Subtask],
    places: Sequence[np.ndarray],
    learners: Mapping[str, Learner],
    loss: str,
    *,
    n_jobs: int | None = None,
    on_step: OnStep | None = None,
) -> Learned:
    """Train every learner on every subtask.

    Parameters
    ----------
    work : Work
    subtasks : sequence of Subtask
    places : sequence of ndarray of int
        Per subtask, where its test patients stand in `work.rows`.
    learners : mapping
    loss : str
    n_jobs : int, optional
        As joblib understands it; results are added in the subtasks' order, so that sums are the same to the last bit.
    on_step : callable, optional

    Returns
    -------
    Learned
        A learner that failed in one subtask is left out everywhere.
    """
    names = list(learners)
    averages = ModelAverages(len(names), len(work.rows), work.n_classes or 1)
    unseen = [~np.isin(work.rows, subtask.train) for subtask in subtasks]
    held_out = [np.zeros((len(names), len(place))) for place in places]
    models: dict[str, list[Fitted]] = {name: [] for name in names}
    seconds = np.zeros(len(names))
    dropped: dict[str, str] = {}
    y = work.y[work.rows]
    for outcome in _outcomes(work, _tasks(subtasks, learners), n_jobs, on_step):
        learner, place = names.index(outcome.name), places[outcome.subtask]
        seconds[learner] += outcome.seconds
        if outcome.reason is not None:
            dropped.setdefault(outcome.name, outcome.reason)
        if outcome.name in dropped or outcome.fitted is None or outcome.values is None:
            continue
        models[outcome.name].append(outcome.fitted)
        averages.add(learner, outcome.values, unseen[outcome.subtask])
        held_out[outcome.subtask][learner] = row_losses(outcome.values[place], y[place], loss)
    kept = [place for place, name in enumerate(names) if name not in dropped]
    return Learned(
        names=[names[place] for place in kept],
        models={names[place]: models[names[place]] for place in kept},
        held_out=tuple(losses[kept] for losses in held_out),
        leaking=averages.all_models()[kept],
        unseen=averages.unseen_models()[kept],
        seconds=seconds[kept],
        dropped=dropped,
    )


def _tasks(subtasks: Sequence[Subtask], learners: Mapping[str, Learner]) -> list[_Task]:
    groups: dict[Representation, dict[str, Learner]] = {}
    for name, learner in learners.items():
        groups.setdefault(learner.representation, {})[name] = learner
    return [
        _Task(number, subtask.train, group, representation)
        for number, subtask in enumerate(subtasks)
        for representation, group in groups.items()
    ]


def _outcomes(work: Work, tasks: list[_Task], n_jobs: int | None, on_step: OnStep | None) -> Iterator[Outcome]:
    total, done = sum(len(task.learners) for task in tasks), 0
    with expected_warnings(), closing(_finished(work, tasks, n_jobs)) as finished:
        for outcomes in finished:
            done += len(outcomes)
            if on_step is not None:
                on_step(done, total, outcomes[-1].subtask, outcomes[-1].name)
            yield from outcomes


def _finished(work: Work, tasks: list[_Task], n_jobs: int | None) -> Generator[list[Outcome]]:
    """Fits in the tasks' order: one by one in this process, task by task from workers."""
    from joblib import effective_n_jobs
    from joblib.parallel import get_active_backend

    workers = effective_n_jobs(n_jobs)
    if workers == 1:
        for task in tasks:
            for outcome in train(work, *task):
                yield [outcome]
        return
    _load_libraries(work, tasks)
    if get_active_backend()[0].supports_return_generator:
        yield from _joblib(work, tasks, n_jobs)
    else:
        yield from _processes(work, tasks, workers)


def _load_libraries(work: Work, tasks: list[_Task]) -> None:
    """Make every learner once, untrained: a forked worker finds loaded what else each worker would load for itself."""
    few = Size(rows=100, columns=5, classes=min(work.n_classes, 2))
    for learner in {name: learner for task in tasks for name, learner in task.learners.items()}.values():
        with suppress(Exception):  # what fails here fails again in its subtask, where the reason is kept
            learner.factory(few)


def _joblib(work: Work, tasks: list[_Task], n_jobs: int | None) -> Generator[list[Outcome]]:
    from joblib import Parallel, delayed
    from joblib.parallel import get_active_backend

    if getattr(get_active_backend()[0], "uses_threads", False):
        # The first subtask alone loads every library that the learners need. Two threads of which one loads a library while the
        # other asks which are loaded (scikit-learn does, to limit inner threads) can wait for each other for ever.
        alone = [task for task in tasks if task.subtask == tasks[0].subtask]
        for task in alone:
            yield list(train(work, *task))
        tasks = tasks[len(alone) :]
    parallel = Parallel(n_jobs=n_jobs, return_as="generator")
    finished = parallel(delayed(_in_worker)(work, task, os.getpid()) for task in tasks)
    try:
        # Not "yield from": that would close joblib's generator before its warning is expected.
        for outcomes in finished:  # noqa: UP028
            yield outcomes
    finally:
        with warnings.catch_warnings():
            # Who stops a fit knows that results are lost.
            warnings.filterwarnings("ignore", message=r"\d+ tasks", category=UserWarning)
            finished.close()


_work: Work | None = None


def _remember(work: Work) -> None:
    global _work  # noqa: PLW0603  (a forked worker inherits the table; it is not sent with every task)
    _work = work


def _train_remembered(task: _Task) -> list[Outcome]:
    assert _work is not None
    with _own_process():
        return list(train(_work, *task))


def _processes(work: Work, tasks: list[_Task], workers: int) -> Generator[list[Outcome]]:
    """Joblib's backend "multiprocessing" refuses to hand results out as they come; the standard library's pool does it."""
    with ProcessPoolExecutor(workers, initializer=_remember, initargs=(work,)) as pool:
        futures = [pool.submit(_train_remembered, task) for task in tasks]
        try:
            while futures:
                # Results are let go as they are used: models of all tasks at once would take memory twice.
                yield futures.pop(0).result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _in_worker(work: Work, task: _Task, parent: int) -> list[Outcome]:
    # Filters of warnings and limits of threads belong to a process; threads share the caller's.
    with _own_process() if os.getpid() != parent else nullcontext():
        return list(train(work, *task))


@contextmanager
def _own_process() -> Generator[None]:
    with inner_threads(), expected_warnings():
        yield


@contextmanager
def expected_warnings() -> Generator[None]:
    """Two warnings say nothing new: stopping early is part of several learners, and a class may have one patient."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=ConvergenceWarning)
        warnings.filterwarnings("ignore", message="Only one sample available", category=UserWarning)
        yield
