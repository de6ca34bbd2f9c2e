"""Would more patients help? The learning curve of a run: made on demand, in a process of its own, and kept with the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mac_core.errors import InputError
from mac_core.evidence.learning_curve import LearningCurve
from mac_core.figures.learning_curve import draw_learning_curve, say_learning_curve
from mac_core.figures.wording import join_words, learner_titles
from mac_core.runs.additions import Additions
from pages.shared import resources, state
from pages.shared.progress import duration_in_words, show_progress
from pages.shared.show import escape_markdown, show_figure, show_input_error
from pages.shared.terms import explain

if TYPE_CHECKING:
    from mac_core.runs.jobs import JobStatus
    from mac_core.runs.run import Run

__all__ = ["show_learning_curve"]


def show_learning_curve(run: Run) -> None:
    """Show the curve and its answer; without one, what it would cost, a way to start it, and how far it is."""
    st.header("Would more patients help?", anchor=False, help=explain("learning curve"))
    kept = Additions().list(run.id or "", LearningCurve, owner=state.owner())
    if kept:
        _show(run, kept[-1])
        return
    job = _job_of(run)
    if job is not None and job.live:
        show_progress(job.id)
        return
    st.markdown(
        "The study can be repeated in a lighter form on a fifth, two fifths, three fifths and four fifths of its patients, "
        "each time judged on patients that the models did not see. This takes about as long as the study did at most "
        f"({duration_in_words(run.seconds)}); you can go on working meanwhile, and stop it at any time."
    )
    if job is not None and job.state == "failed":
        st.error(escape_markdown(job.error, longest=1000), icon=":material/error:")
    if st.button("Find out", icon=":material/trending_down:", key="start_learning_curve"):
        try:
            resources.job_runner().start_learning_curve(run.id or "", owner=state.owner())
        except InputError as error:
            show_input_error(error)
            return
        st.rerun()


def _show(run: Run, curve: LearningCurve) -> None:
    st.markdown(f"**{escape_markdown(say_learning_curve(curve, run.target), longest=1000)}**")
    show_figure(draw_learning_curve(curve, unit=run.target.unit), key="learning_curve")
    titles = learner_titles()
    names = join_words([titles.get(name, name) for name in curve.learners])
    st.caption(
        escape_markdown(
            f"A lighter study than the run itself, so that its last error need not be the run's honest error: {names}, five "
            f"subtasks for each part; one random choice of patients. It took {duration_in_words(curve.seconds)}.",
            longest=1000,
        )
    )


def _job_of(run: Run) -> JobStatus | None:
    """The newest learning curve of this run that was started, however it ended."""
    of_all = resources.job_runner().list(state.owner())
    return next((one for one in of_all if one.kind == "learning_curve" and one.run_id == run.id), None)
