"""A finished run's learning curve: a lighter study on parts of its own patients, with the learners that it chose."""

from __future__ import annotations

import time
from dataclasses import replace

from mac_core.evidence.learning_curve import LearningCurve, learning_curve
from mac_core.runs.run import Progress, Run
from mac_core.runs.study import OnProgress
from mac_core.runs.workers import plan_workers, worker_pool

__all__ = ["run_learning_curve"]

_MOST_LEARNERS = 3
_PARTS, _SUBTASKS = 8, 5


def run_learning_curve(run: Run, *, on_progress: OnProgress | None = None) -> LearningCurve:
    """Compute the learning curve of a run.

    Parameters
    ----------
    run : Run
        Without its models: they are trained anew on fewer patients. Of its learners the three that its subtasks chose most
        often take part, so that it takes no longer than the study did.
    on_progress : callable or None
        Called with a `Progress` after every fit; raising in it stops the curve.

    Returns
    -------
    LearningCurve
        The same, but for seconds, for the same run.
    """
    begun = time.perf_counter()
    chosen = run.selected.astype(str).value_counts()
    # Equal counts by name: their order must not depend on that of the subtasks.
    learners = tuple(sorted(chosen.index, key=lambda name: (-chosen[name], name))[:_MOST_LEARNERS])

    def step(done: int, total: int, part: str, learner: str) -> None:
        assert on_progress is not None
        left = (time.perf_counter() - begun) / done * (total - done) if done else None
        on_progress(Progress(done, total, part, learner, left))

    settings = run.settings
    with worker_pool():
        curve = learning_curve(
            run.rows,
            run.observed,
            learners,
            number=run.target.kind == "number",
            loss=run.loss,
            patients=None if run.patients is None else run.patients.to_numpy(),
            seed=settings.seed,
            n_jobs=plan_workers(
                rows=len(run.rows), learners=len(learners), subtasks=_PARTS * _SUBTASKS // 2, asked=settings.n_jobs
            ),
            options={"moderate": settings.moderate},
            on_step=None if on_progress is None else step,
        )
    return replace(curve, seconds=time.perf_counter() - begun)
