"""What can be done here, and what it must not be used for: the bundled trials, an upload, the last runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mac_core.data.examples import example_bytes, examples, open_example
from mac_core.data.roles import propose_roles
from mac_core.errors import InputError
from mac_core.runs.settings import ARTICLE, DEFAULT
from pages.shared import resources, state
from pages.shared.answers import worth_raw
from pages.shared.links import go
from pages.shared.runs_table import show_runs
from pages.shared.show import escape_markdown, heading, show_input_error

if TYPE_CHECKING:
    from mac_core.data.examples import Example
    from mac_core.data.table import PatientTable

_MAIN = "indo_rct"
_LAST = 5


def main() -> None:
    """Draw the page."""
    heading(
        "What can I do here?",
        "Learn from a table of past patients what to expect for the next one, and how far that can be trusted.",
    )
    can, cannot = st.columns(2)
    with can.container(border=True, height="stretch"):
        st.markdown(
            "**:material/check_circle: What it is for**\n"
            "- which treatment patients like this one usually got\n"
            "- which outcome to expect for a patient, and how sure that is\n"
            "- with a treatment and an outcome: what to expect under each treatment, side by side\n"
            "- which learning algorithms work for such patients"
        )
    with cannot.container(border=True, height="stretch"):
        st.markdown(
            "**:material/block: What it must not be used for**\n"
            "- to decide about a patient without a clinician\n"
            "- to read an effect of treatment out of routine care\n"
            "- for patients unlike those of the table\n"
            "- as a medical device: it is none"
        )
    _bundled()
    _upload()
    runs = resources.run_store().list(state.owner())
    if len(runs):
        st.header("Your last runs", anchor=False)
        show_runs(runs.head(_LAST), key="last")


def _bundled() -> None:
    st.header("Try it with real patients", anchor=False)
    offered = sorted(examples(), key=lambda example: example.slug != _MAIN)
    first, rest = offered[0], offered[1:]
    with st.container(border=True):
        _describe(first)
        with st.container(horizontal=True):
            if st.button("Run the study now", type="primary", icon=":material/play_arrow:", key=f"run_{first.slug}"):
                draft = _keep_example(first)
                job = resources.job_runner().start(draft, owner=state.owner())
                state.set_job(job)
                go("data", draft=draft, job=job)
            if st.button("Open the table first", icon=":material/table_view:", key=f"open_{first.slug}"):
                go("data", draft=_keep_example(first))
    with st.expander("More tables", icon=":material/folder_open:", key="more_examples"):
        for example in rest:
            _describe(example)
            if st.button("Open", icon=":material/table_view:", key=f"open_{example.slug}"):
                go("data", draft=_keep_example(example))


def _describe(example: Example) -> None:
    st.markdown(f"**{escape_markdown(example.title)}**")
    st.markdown(escape_markdown(example.question, longest=400))
    st.caption(escape_markdown(f"Source: {example.citation} Licence: {example.licence}", longest=600))


def _upload() -> None:
    st.header("Use your own table", anchor=False)
    file = st.file_uploader(
        "One row per patient, with column names: CSV, TSV, text or Excel (.xlsx)",
        type=["csv", "tsv", "txt", "xlsx"],
        key="upload",
        help="The table stays on this machine and is kept for a day while you prepare the study. The file itself is kept "
        "with it, as long, only if there is something to answer or to undo.",
    )
    if file is None:
        return
    try:
        table = resources.upload_reader().read(file.getvalue(), name=file.name)
        draft = _keep(table, file.getvalue())
    except InputError as error:
        show_input_error(error)
        return
    go("data", draft=draft)


def _keep(table: PatientTable, content: bytes) -> str:
    raw = content if worth_raw(table) else None
    draft = resources.drafts().save(table, propose_roles(table), DEFAULT, raw=raw, owner=state.owner())
    state.set_draft(draft)
    return draft


def _keep_example(example: Example) -> str:
    settings = ARTICLE if example.settings_name == "article" else DEFAULT
    table, raw = open_example(example.slug), example_bytes(example.slug)
    draft = resources.drafts().save(table, example.roles, settings, raw=raw if worth_raw(table) else None, owner=state.owner())
    state.set_draft(draft)
    return draft


main()
