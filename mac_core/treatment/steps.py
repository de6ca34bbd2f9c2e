"""One count of progress for a comparison, which fits several estimators one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["OnStep", "Steps", "count_fits"]

OnStep = Callable[..., None]  # on_step(done, total, subtask, learner)


class Steps:
    """Turns the progress of several estimators, fitted one after the other, into one count.

    The total is known from the first report on, and corrected should a part turn out smaller or larger than expected.

    Parameters
    ----------
    on_step : callable
        Called as on_step(done, total, subtask, learner).
    expected : sequence of int
        How many fits each estimator will make.

    Examples
    --------
    >>> steps = Steps(lambda done, total, subtask, learner: print(done, "of", total), expected=[2, 3])
    >>> first = steps.part()
    >>> first(2, 2, "1", "constant")
    2 of 5
    >>> second = steps.part()
    >>> second(1, 3, "1", "constant")
    3 of 5
    """

    def __init__(self, on_step: OnStep, expected: Sequence[int]) -> None:
        self.on_step = on_step
        self.totals = list(expected)
        self.started = 0

    def part(self) -> OnStep:
        """Hook for the next estimator."""
        position = self.started
        self.started += 1

        def step(done: int, total: int, subtask: Any, learner: Any) -> None:
            self.totals[position] = total
            self.on_step(sum(self.totals[:position]) + done, sum(self.totals), subtask, learner)

        return step


def count_fits(model: Any) -> int:
    """How many fits a MAC estimator with k-fold subtasks will make."""
    from sklearn.base import is_classifier

    from mac_core.ensemble.learners import BASELINES, pool

    kind = "classes" if is_classifier(model) else "number"
    baselines = [name for name, learner in BASELINES.items() if kind in learner.kinds]
    return int(model.n_subtasks) * len({*pool(model.learners, kind), *baselines})
