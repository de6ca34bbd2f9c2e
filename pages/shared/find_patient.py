"""Search and filters over a run's table, to take one of its patients into the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from mac_core.runs.finding import find_patients
from pages.shared import state
from pages.shared.show import escape_markdown

if TYPE_CHECKING:
    from mac_core.runs.run import Run

__all__ = ["find_patient"]


def find_patient(run: Run) -> None:
    """Let a patient be found by words and filters; the one that is chosen stands in the field for the row."""
    with st.expander("Find a patient of the table", icon=":material/search:", key="find"):
        words = st.text_input(
            "Search",
            key=f"find_words_{run.id}",
            placeholder="for example: 51 female",
            help="Each word must be one of the patient's numbers or part of another value. Names and numbers of patients are "
            "not kept in a run and cannot be searched for.",
            persist_state="session",
        )
        chosen = st.multiselect(
            "Filter by", run.schema.names, key=f"find_by_{run.id}", placeholder="Choose columns", persist_state="session"
        )
        filters = {name: _filter(run, name) for name in chosen}
        found = find_patients(run, words, filters)
        if not found.count:
            st.markdown("No patient of the table is like that.")
            return
        st.markdown("One patient" if found.count == 1 else f"{found.count:,} patients")
        st.selectbox(
            "Take one of them",
            found.patients.index,
            index=None,
            format_func=lambda line: f"Row {line}: {found.patients[line]}",
            key=f"found_{run.id}",
            placeholder="Choose a patient" if found.count <= len(found.patients) else "Choose one of the first 50",
            on_change=state.take_line,
            args=(run.id,),
        )


def _filter(run: Run, name: str) -> Any:
    column, key = run.schema[name], f"find_{run.schema.names.index(name)}_{run.id}"
    if column.kind == "number" and column.low is not None and column.high is not None and column.low < column.high:
        step = 1.0 if column.whole else None
        return st.slider(
            escape_markdown(name),
            column.low,
            column.high,
            (column.low, column.high),
            step=step,
            key=key,
            persist_state="session",
        )
    if column.kind == "number":
        return (float("-inf"), float("inf"))
    return st.multiselect(
        escape_markdown(name),
        column.levels,
        default=column.levels[:1],
        key=key,
        placeholder="Choose values",
        persist_state="session",
    )
