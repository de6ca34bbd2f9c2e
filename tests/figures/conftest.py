"""A run that was really made, for the figures to be drawn from as the engine delivers."""

from __future__ import annotations

import pytest

from mac_core.runs.run import Run


@pytest.fixture(scope="session")
def real_run() -> Run:
    """The bundled trial, with three light learners on five subtasks."""
    from mac_core.data.examples import example, open_example
    from mac_core.runs.settings import Settings
    from mac_core.runs.study import run_study

    light = Settings(learners=("logistic_regression", "decision_tree", "nearest_neighbours"), n_subtasks=5)
    return run_study(open_example("indo_rct"), example("indo_rct").roles, settings=light)
