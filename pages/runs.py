"""What was done before: running and ended studies, and the finished runs."""

from __future__ import annotations

import streamlit as st

from pages.shared import resources, state
from pages.shared.links import link
from pages.shared.progress import show_progress
from pages.shared.runs_table import show_runs
from pages.shared.show import answer, heading

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
    st.header("Studies under way", anchor=False)
    for job in jobs:
        show_progress(job)
if count:
    st.header("Finished", anchor=False)
    show_runs(runs, key="runs", deletable=True)
elif not jobs:
    st.markdown("Start one with your own table or a bundled trial.")
    link("start")
