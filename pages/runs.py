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

if active:
    st.subheader("Running now", anchor=False)
    for status in active:
        show_progress(status.job_id)
if count:
    st.subheader("Finished", anchor=False)
    show_runs(runs, key="runs", deletable=True)
elif not active:
    st.markdown("Start one with your own table or a bundled trial.")
    link("start")
