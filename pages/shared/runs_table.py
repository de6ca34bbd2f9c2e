"""The list of finished runs: one card each, with what it asked, how far it can be trusted, and a way in."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from mac_core.figures.wording import alike
from mac_core.runs.additions import Additions
from mac_core.runs.external_validation import ExternalValidation
from pages.shared import resources, state
from pages.shared.links import go
from pages.shared.show import escape_markdown
from pages.shared.terms import explain

__all__ = ["QUESTIONS", "VERDICTS", "show_runs"]

QUESTIONS = {
    "treatment": "Which treatment did patients like this one get?",
    "outcome": "What outcome is expected?",
    "both": "What outcome is expected under each treatment?",
}
VERDICTS = {
    "better": ":material/trending_up: predicts better than the baseline",
    "no_better": ":material/trending_flat: predicts no better than the baseline",
}


def show_runs(runs: pd.DataFrame, *, key: str, deletable: bool = False) -> None:
    """Draw one card per row of `RunStore.list`."""
    tested = Additions().counts(ExternalValidation, owner=state.owner())
    for run in runs.itertuples():
        with st.container(border=True, key=f"{key}_{run.id}"):
            about, error, action = st.columns([5, 3, 2], vertical_alignment="center")
            with about:
                st.markdown(f"**{escape_markdown(run.name)}**")
                st.caption(
                    f"{QUESTIONS[run.question]} Target: {escape_markdown(run.target)}. {run.patients:,} patients. "
                    f"{created_in_words(run.created)}"
                )
            with error:
                honest, baseline = alike([run.honest_error, run.baseline_error])
                st.markdown(
                    f"Honest error **{honest}**, baseline {baseline}",
                    help=f"{explain('honest error')} {explain('baseline')} {explain(run.loss)}",
                )
                st.caption(VERDICTS[run.verdict])
                if files := tested.get(run.id):
                    st.caption(
                        f":material/travel_explore: tested on {'one other file' if files == 1 else f'{files} other files'}",
                        help=explain("external validation"),
                    )
            with action:
                if st.button("Open", icon=":material/folder_open:", key=f"{key}_open_{run.id}", width="stretch"):
                    state.set_run(run.id)
                    go("accuracy", run=run.id)
                if deletable:
                    _delete(run.id, run.name, key=key)


def created_in_words(created: object) -> str:
    """Say when, to the minute and in UTC, whatever form the store keeps it in."""
    return f"{pd.Timestamp(str(created)):%d %B %Y, %H:%M} UTC"


def _delete(run_id: str, name: str, *, key: str) -> None:
    with st.popover("Delete", icon=":material/delete:", key=f"{key}_ask_{run_id}", width="stretch"):
        st.markdown(f"Delete **{escape_markdown(name)}** with its results and models? This cannot be undone.")
        if st.button("Delete for ever", icon=":material/delete_forever:", key=f"{key}_delete_{run_id}"):
            resources.run_store().delete(run_id, owner=state.owner())
            resources.forget_run(state.owner(), run_id)
            if state.run_id() == run_id:
                state.forget("run")
            st.rerun()
