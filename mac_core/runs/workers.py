"""How many workers a study gets, and of which sort. Decided by the size of the work and never by the clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["may_fork", "plan_workers", "worker_pool"]

# Below this, starting workers costs more than they save. One unit is one learner on one training row of one subtask, plus a
# fixed cost per fit (measured: about 60 million units a second in one process).
_SMALL_WORK = 2_000_000
_UNITS_PER_FIT = 2_000


def plan_workers(*, rows: int, learners: int, subtasks: int, asked: int | None) -> int:
    """Give the number of workers: what was asked for, else one for small work and all cores for more.

    Parameters
    ----------
    rows : int
        Training rows of a subtask.
    learners, subtasks : int
    asked : int or None
        As joblib understands it.

    Examples
    --------
    >>> plan_workers(rows=50, learners=3, subtasks=10, asked=None), plan_workers(rows=50, learners=3, subtasks=10, asked=4)
    (1, 4)
    """
    if asked is not None:
        return asked
    work = learners * subtasks * (rows + _UNITS_PER_FIT)
    return 1 if work < _SMALL_WORK else -1


def may_fork() -> bool:
    """Whether this process was prepared for forking workers: threads capped before any import, as jobs and the command line do.

    Elsewhere (a notebook, say) other threads may hold a lock at the moment of the fork, and the worker would wait for ever.
    """
    capped = os.environ.get("OMP_NUM_THREADS") == "1" and os.environ.get("OPENBLAS_NUM_THREADS") == "1"
    return hasattr(os, "fork") and capped and os.environ.get("JOBLIB_START_METHOD") == "fork"


@contextmanager
def worker_pool() -> Iterator[None]:
    """Within it, joblib forks its workers where that is safe; elsewhere its own default (loky) stays."""
    if not may_fork():
        yield
        return
    from joblib import parallel_config

    with parallel_config(backend="multiprocessing"):
        yield
