"""What stands at a page's door: without a table or a run it says what to do first, links there, and stops.

Every page calls `heading(question)` first and its gate next, so that it opens cold as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mac_core.errors import InputError
from pages.shared import resources, state
from pages.shared.links import link

if TYPE_CHECKING:
    from mac_core.runs.drafts import Draft
    from mac_core.runs.run import Run

__all__ = ["need_draft", "need_run"]


def need_run(*, with_model: bool = False) -> Run:
    """The run that is open (its models only on request); otherwise say how to get one, and stop the page."""
    run_id = state.run_id()
    if run_id is None:
        st.info(
            "No study is open yet. Start one with your own table or a bundled trial, or open an earlier run.",
            icon=":material/info:",
        )
        _stop("start", "runs")
    try:
        return resources.opened_run(state.owner(), run_id, with_model=with_model)
    except InputError:
        state.forget("run")
        st.warning(
            "This run is not here: it was deleted, belongs to somebody else, or the link is incomplete. "
            "Open another run, or start a study.",
            icon=":material/search_off:",
        )
    _stop("runs", "start")


def need_draft() -> Draft:
    """The table that is being prepared; otherwise say how to get one, and stop the page."""
    draft_id = state.draft_id()
    if draft_id is None:
        st.info("No table is open yet. Upload one, or open a bundled trial, on the Start page.", icon=":material/info:")
        _stop("start", "runs")
    try:
        return resources.drafts().open(draft_id, owner=state.owner())
    except InputError:
        state.forget("draft")
        st.warning(
            "This table is not here: prepared tables are kept for a day, then deleted. Upload it again on the Start page; "
            "finished runs are kept and stand under Runs.",
            icon=":material/search_off:",
        )
    _stop("start", "runs")


def _stop(*pages: str) -> None:
    for page in pages:
        link(page)
    st.stop()
