"""How a study is done: the settings of the estimator and the seed. Kept with the run."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ARTICLE", "DEFAULT", "SEVEN_STEPS", "Settings"]


@dataclass(frozen=True)
class Settings:
    """The settings of a study; the names are those of `MACClassifier`.

    `choice` and `refit` are for the averaged model only: where treatments are compared, every subtask chooses, and its own
    models are kept, since patients must be predicted by models and choices that did not see them.

    Examples
    --------
    >>> Settings(draw="random", n_subtasks=20).loss is None
    True
    """

    learners: tuple[str, ...] | None = None
    draw: str = "kfold"
    n_subtasks: int = 10
    subtask_size: int | None = None
    test_size: float = 0.3
    top_k: int | None = None
    loss: str | None = None
    choice: str = "per_subtask"
    moderate: bool = True
    refit: bool = False
    n_jobs: int | None = None
    seed: int = 0


DEFAULT = Settings()
# The article's example: consecutive blocks of five rows (four to train, one to test), logistic regression, mean accuracy.
ARTICLE = Settings(
    learners=("logistic_regression",), draw="block", subtask_size=5, test_size=0.2, loss="zero_one", moderate=False
)
# The article's seven steps to the letter: random subtasks, the few best learners, nothing done to what they say.
SEVEN_STEPS = Settings(draw="random", top_k=3, moderate=False)
