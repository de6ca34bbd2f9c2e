"""What was done before: running and ended studies, and the finished runs."""

from __future__ import annotations

import streamlit as st

from mac_core.errors import InputError
from pages.shared import resources, state
from pages.shared.compare_runs import show_comparison
from pages.shared.links import link
from pages.shared.progress import duration_in_words, show_progress
from pages.shared.runs_table import show_runs
from pages.shared.show import answer, escape_markdown, heading

ENDED = {"failed": "Could not be finished", "stopped": "Stopped", "interrupted": "Interrupted"}

heading("What was done before?")
runs = resources.run_store().list(state.owner())
active = resources.job_runner().active(state.owner())
count = len(runs)
if not count:
    answer("No study is finished yet.")
elif count == 1:
    answer("One study is finished; open it to see its results again.")
else:
    answer(f"{count} studies are finished, the newest first; open one to see its results again.")

# The studies that run, and the one that this session started last, should it have failed.
jobs = [status.id for status in active]
own = state.job_id()
if own is not None and own not in jobs:
    status = resources.job_runner().status(own, owner=state.owner())
    if status is not None and status.state != "done":
        jobs.append(own)
if jobs:
    st.header("Under way", anchor=False)
    for job in jobs:
        show_progress(job)
ended = [
    status
    for status in resources.job_runner().list(state.owner())
    if status.kind == "study" and status.state in ("failed", "stopped", "interrupted") and status.id not in jobs
]
if count:
    st.header("Finished", anchor=False)
    show_runs(runs, key="runs", deletable=True)
    if count > 1:
        show_comparison(runs)
elif not jobs and not ended:
    st.markdown("Start one with your own table or a bundled trial.")
    link("start")
if ended:
    with st.expander(f"Ended without a result ({len(ended)})", icon=":material/error_outline:", key="ended"):
        for status in ended:
            st.markdown(f"**{ENDED[status.state]}** after {duration_in_words(status.seconds)}")
            if status.error:
                st.caption(escape_markdown(status.error, longest=1000))
            try:
                name = resources.drafts().open(status.draft_id, owner=state.owner()).table.name
            except InputError:
                st.caption("Its table is not kept any more: prepared tables are kept for a day.")
            else:
                link("data", f"Prepare {escape_markdown(name, longest=40)} again", draft=status.draft_id)
