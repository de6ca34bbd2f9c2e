"""The panel that shows a study while it runs: what is being done, how far it is, how long still, and Stop.

The study itself runs in its own process; a refresh, another page or a closed tab change nothing for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.shared import resources, state
from pages.shared.links import go, link
from pages.shared.show import escape_markdown

if TYPE_CHECKING:
    from mac_core.runs.jobs import JobStatus

__all__ = ["duration_in_words", "show_progress", "sidebar_status"]

_EVERY_SECONDS = 1.0
_SIDEBAR_EVERY_SECONDS = 2.0
_WORDS = {
    "study": {
        "queued": "The study waits for its turn",
        "running": "The study is running",
        "done": "The study is finished",
        "failed": "The study could not be finished",
        "stopped": "The study was stopped",
        "interrupted": "The study was interrupted",
        "stop": "Stop the study",
    },
    "learning_curve": {
        "queued": "The learning curve waits for its turn",
        "running": "The learning curve is being made",
        "done": "The learning curve is finished",
        "failed": "The learning curve could not be finished",
        "stopped": "The learning curve was stopped",
        "interrupted": "The learning curve was interrupted",
        "stop": "Stop the learning curve",
    },
}


def show_progress(job_id: str) -> None:
    """Show the study `job_id`; when it ends while somebody looks on, open its run on the Accuracy page."""
    first = resources.job_runner().status(job_id, owner=state.owner())
    if first is None:
        state.forget("job")
        st.warning("This study is not here any more. Start it again below.", icon=":material/search_off:")
        return
    live = first.live
    if live:
        state.follow(job_id)
    elif state.followed(job_id) and first.state == "done" and first.run_id:
        # Whichever part of the page saw the end first and drew the page anew: the result is what was waited for.
        state.set_run(first.run_id)
        go("accuracy", run=first.run_id)

    @st.fragment(run_every=_EVERY_SECONDS if live else None)
    def panel() -> None:
        status = resources.job_runner().status(job_id, owner=state.owner())
        if status is None or (live and not status.live):
            st.rerun()  # the whole page, which also ends the timer
        _draw(status)

    panel()


def sidebar_status() -> None:
    """In the sidebar: the studies that run now, each with a link to its progress."""
    runner = resources.job_runner()
    if not runner.active(state.owner()):
        return

    @st.fragment(run_every=_SIDEBAR_EVERY_SECONDS)
    def panel() -> None:
        active = runner.active(state.owner())
        if not active:
            st.rerun()
        for status in active:
            st.progress(_share(status), text=_state_in_words(status))
            if status.kind == "learning_curve":
                link("accuracy", "Show progress", run=status.run_id or "")
            else:
                link("data", "Show progress", draft=status.draft_id, job=status.id)

    panel()


def duration_in_words(seconds: float | None) -> str:
    """Say a duration as a person would.

    Examples
    --------
    >>> duration_in_words(4.2), duration_in_words(130), duration_in_words(None)
    ('5 seconds', '2 minutes', 'not known yet')
    """
    if seconds is None:
        return "not known yet"
    if seconds < 90:
        whole = max(1, int(-(-seconds // 1)))
        return f"{whole} second" if whole == 1 else f"{whole} seconds"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"


def _draw(status: JobStatus) -> None:
    with st.container(border=True):
        st.markdown(f"**{_state_in_words(status)}**")
        if status.live:
            st.progress(_share(status), text=_step_in_words(status))
            if st.button(_WORDS[status.kind]["stop"], icon=":material/stop_circle:", key=f"stop_{status.id}"):
                resources.job_runner().stop(status.id, owner=state.owner())
                st.rerun()
        elif status.state == "done" and status.kind == "learning_curve":
            link("accuracy", "See whether more patients would help", run=status.run_id or "")
        elif status.state == "done" and status.run_id:
            link("accuracy", "See how far it can be trusted", run=status.run_id)
            link("learners", "See which learners work", run=status.run_id)
            link("patient", "Predict for a patient", run=status.run_id)
        elif status.state == "failed":
            st.error(escape_markdown(status.error or "It failed for a reason that it could not say.", longest=1000))
        elif status.state == "interrupted":
            st.markdown("The server ended while it ran. Nothing that you entered is lost: start it again below.")


def _state_in_words(status: JobStatus) -> str:
    return _WORDS[status.kind][status.state]


def _step_in_words(status: JobStatus) -> str:
    if not status.total or not status.done:
        return "Preparing the table and the subtasks"
    what = " and ".join(part for part in (status.subtask, status.learner) if part)
    if status.done >= status.total and status.seconds_left is None:
        return f"{status.done} of {status.total} models trained; now: {escape_markdown(what)}"
    return (
        f"{status.done} of {status.total} models trained; last: {escape_markdown(what)}; "
        f"time left: {duration_in_words(status.seconds_left)}"
    )


def _share(status: JobStatus) -> float:
    return min(1.0, status.done / status.total) if status.total else 0.0
