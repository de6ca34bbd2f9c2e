"""How many workers a study gets, and of which sort. Decided by the size of the work and never by the clock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["may_fork", "plan_workers", "worker_pool"]

# Below this, starting workers costs more than they save. One unit is one learner on one training row of one subtask, plus a
# fixed cost per fit; measured: 200,000 to 260,000 units per CPU second, so that the border is a second or so of work.
_SMALL_WORK = 250_000
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
    return hasattr(os, "fork") and capped and os.environ.get("MAC_FORK_WORKERS") == "1"


@contextmanager
def worker_pool() -> Iterator[None]:
    """Within it, joblib forks its workers where that is safe; elsewhere its own default (loky) stays."""
    if not may_fork():
        yield
        return
    from joblib import parallel_config, register_parallel_backend

    register_parallel_backend("mac_fork", _forking_backend())
    with parallel_config(backend="mac_fork"):
        yield


def _forking_backend() -> type:
    """Make the joblib backend; a function, since joblib is imported late.

    Joblib's own forking backend refuses to hand out results as they come (`return_as="generator"`). The standard library's pool
    does, and raises `BrokenProcessPool` when a worker is killed (out of memory, say), which is tested.
    """
    import multiprocessing
    from concurrent.futures import Future, ProcessPoolExecutor

    from joblib import cpu_count
    from joblib.parallel import ParallelBackendBase

    class ForkingBackend(ParallelBackendBase):
        supports_retrieve_callback = True
        supports_return_generator = True
        supports_timeout = True
        _pool: ProcessPoolExecutor | None = None

        def effective_n_jobs(self, n_jobs: int | None) -> int:
            if n_jobs is None:
                return 1
            return int(n_jobs) if n_jobs > 0 else max(cpu_count() + 1 + n_jobs, 1)

        def configure(self, n_jobs: int = 1, parallel: Any = None, **options: Any) -> int:
            workers = self.effective_n_jobs(n_jobs)
            self.parallel = parallel
            self._pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork"))
            return workers

        def submit(self, func: Callable[[], Any], callback: Callable[[Any], None] | None = None) -> Future[Any]:
            assert self._pool is not None
            future = self._pool.submit(func)
            if callback is not None:
                future.add_done_callback(callback)
            return future

        def retrieve_result_callback(self, out: Future[Any]) -> Any:
            return out.result()

        def terminate(self) -> None:
            if self._pool is not None:
                self._pool.shutdown(cancel_futures=True)
                self._pool = None

        def abort_everything(self, ensure_ready: bool = True) -> None:
            self.terminate()
            if ensure_ready:
                self.configure(self.parallel.n_jobs, self.parallel)

    return ForkingBackend
