"""Where an id stands in several rows, what a page calls a patient is a row; the page then says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from mac_core.runs.run import Run

__all__ = ["say_repeated"]


def say_repeated(run: Run) -> None:
    """Say how many patients the run's rows are of, if they are fewer; nothing otherwise."""
    if (patients := run.n_patients) == len(run.rows):
        return
    # Drawn by site, the sites are what stays together.
    apart = "" if run.settings.draw == "site" else " All rows of one patient train a model, or none does."
    st.caption(
        f"Some patients stand in several rows: {len(run.rows):,} rows of {patients:,} patient{'s' if patients > 1 else ''}. "
        f"What this page counts as patients are rows.{apart}"
    )
