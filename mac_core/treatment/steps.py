"""One count of progress for a comparison, which fits several estimators one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["OnStep", "Steps"]

OnStep = Callable[..., None]  # on_step(done, total, subtask, learner)


class Steps:
    """Turns the progress of several estimators, fitted one after the other, into one count.

    All parts use the same subtasks and pools of about the same size, so the total is known from the first report on; it is
    corrected should a later part turn out smaller or larger.

    Parameters
    ----------
    on_step : callable
        Called as on_step(done, total, subtask, learner).
    parts : int
        How many estimators will be fitted.

    Examples
    --------
    >>> steps = Steps(lambda done, total, subtask, learner: print(done, "of", total), parts=2)
    >>> first = steps.part()
    >>> first(2, 2, "1", "constant")
    2 of 4
    >>> second = steps.part()
    >>> second(1, 2, "1", "constant")
    3 of 4
    """

    def __init__(self, on_step: OnStep, parts: int) -> None:
        self.on_step, self.parts = on_step, parts
        self.finished = 0
        self.totals: list[int] = []

    def part(self) -> OnStep:
        """Hook for the next estimator."""
        self.finished = sum(self.totals)
        self.totals.append(0)
        position = len(self.totals)

        def step(done: int, total: int, subtask: Any, learner: Any) -> None:
            self.totals[-1] = total
            ahead = (self.parts - position) * total
            self.on_step(self.finished + done, self.finished + total + ahead, subtask, learner)

        return step
