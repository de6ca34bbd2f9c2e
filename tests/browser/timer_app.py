"""A tiny app that turns to another page by itself while timers tick; with `--bare` it runs without our guard."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
if "--bare" not in sys.argv:
    from pages.shared.stale_timers import ignore_stale_timers

    ignore_stale_timers()


def _first() -> None:
    count = st.session_state.get("count", 0)
    st.session_state.count = 0
    if count >= 3:
        st.switch_page(SECOND)

    @st.fragment(run_every=0.3)
    def turn() -> None:
        st.session_state.count += 1
        if st.session_state.count >= 3:
            st.rerun()

    @st.fragment(run_every=0.05)
    def tick() -> None:
        st.write("ticks")

    turn()
    tick()


def _second() -> None:
    # Long enough for a tick of the first page to arrive meanwhile.
    time.sleep(0.3)
    st.write("the second page")
    if st.button("Back"):
        st.switch_page(FIRST)


FIRST = st.Page(_first, title="First", url_path="first", default=True)
SECOND = st.Page(_second, title="Second", url_path="second")
st.navigation([FIRST, SECOND]).run()
