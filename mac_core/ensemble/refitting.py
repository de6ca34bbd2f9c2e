"""After the seven steps, if asked for: train the learners that are used once more, each on all patients.

What is ranked, chosen and reported stays as it was, by models that had not seen the patient. Only what predicts a new patient
is exchanged: one model per learner instead of one per subtask, so that a prediction costs, and a kept run holds, a fraction.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mac_core.data.encoding import Encoder, Representation, fit_encoder
from mac_core.ensemble.learners import Learner
from mac_core.ensemble.learning import OnStep, expected_warnings
from mac_core.ensemble.subtasks import MOST_TRAINING_ROWS
from mac_core.ensemble.training import Fitted, Work, train

__all__ = ["refit"]


def refit(
    work: Work,
    learners: Mapping[str, Learner],
    subtasks: int,
    total: int,
    *,
    most_rows: int | None = None,
    on_step: OnStep | None = None,
) -> tuple[dict[str, list[Fitted]], list[Encoder]] | None:
    """Train each learner on all patients.

    Parameters
    ----------
    work : Work
    learners : mapping
        Those whose averages are used.
    subtasks : int
        How many there were; the refit has a seed of its own, as if it were one more.
    total : int
        How many fits there were; progress stays there.
    most_rows : int, optional
        Rows that train at most (20,000); of more, a sample is drawn.
    on_step : callable, optional
        As in `learn`, so that it can be stopped between two fits.

    Returns
    -------
    (dict, list), or None
        Name to its one model, and the one encoder that all of them read. None if a learner failed on all patients: the models
        of the subtasks then stay.
    """
    rows, most = np.arange(len(work.y)), most_rows or MOST_TRAINING_ROWS
    if len(rows) > most:
        rng = np.random.default_rng(np.random.SeedSequence([work.entropy, subtasks]))
        rows = np.sort(rng.choice(rows, most, replace=False))
    # Nobody's prediction is asked for, but a fit must show that it can make one.
    asked = work._replace(rows=rows[:1], averaged=1)
    groups: dict[Representation, dict[str, Learner]] = {}
    for name, learner in learners.items():
        groups.setdefault(learner.representation, {})[name] = learner
    models: dict[str, list[Fitted]] = {}
    with expected_warnings():
        for representation, group in groups.items():
            for outcome in train(asked, subtasks, rows, group, representation):
                if outcome.fitted is None or outcome.reason is not None:
                    return None
                models[outcome.name] = [outcome.fitted]
                if on_step is not None:
                    on_step(total, total, subtasks - 1, outcome.name)
    return models, [fit_encoder(work.codes[rows], work.book)]
