"""The questions that reading a table leaves open, each with its possible answers. Until answered, the first one is assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mac_core.data.answers import CHOICES
from mac_core.data.reading import read_table
from mac_core.data.roles import propose_roles
from pages.shared import resources, state
from pages.shared.show import escape_markdown

if TYPE_CHECKING:
    from mac_core.data.table import PatientTable
    from mac_core.errors import Notice
    from mac_core.runs.drafts import Draft

__all__ = ["ask", "open_questions"]

_WORDS = {
    "header_missing": {"data": "The first row is a patient", "names": "The first row holds the names"},
    "numbers_mixed": {
        "text": "The column is text",
        "missing": "What is not a number is missing",
        "limit": "Limits such as <5 count as the number",
    },
    "sentinel": {"keep": "It is a value like others", "missing": "It means missing"},
    "date_order": {"text": "Leave it as text", "day_first": "The day comes first", "month_first": "The month comes first"},
    "comma_meaning": {"text": "Leave it as text", "thousands": "It marks thousands", "decimal": "It marks decimals"},
}


def open_questions(table: PatientTable) -> tuple[Notice, ...]:
    """The questions whose answer changes how the file is read."""
    return tuple(notice for notice in table.questions if notice.code in CHOICES)


def ask(draft: Draft) -> None:
    """Offer the answers; the file is read again with what is chosen, and Undo takes it back."""
    questions = open_questions(draft.table)
    raw = resources.drafts().raw(draft.id, owner=state.owner()) if questions else None
    if raw is None:
        return
    for position, question in enumerate(questions):
        column = question.place.column
        chosen = st.selectbox(
            escape_markdown(f"{question.message} {question.fix}", longest=1000),
            CHOICES[question.code],
            index=None,
            format_func=_WORDS[question.code].__getitem__,
            placeholder=f"not answered; assumed: {_WORDS[question.code][CHOICES[question.code][0]]}",
            key=f"answer_{draft.id}_{state.version(draft.id)}_{position}",
        )
        if chosen is not None:
            name = question.code if column is None else f"{question.code}:{column}"
            _read_again(draft, raw, {**draft.table.answers, name: chosen})


def _read_again(draft: Draft, raw: bytes, answers: dict[str, str]) -> None:
    table = read_table(raw, name=draft.table.name, answers=answers)
    # Other names make the roles void; else the user's own stay.
    roles = draft.roles if table.schema.names == draft.table.schema.names else propose_roles(table)
    resources.drafts().update(draft.id, table=table, roles=roles, owner=state.owner())
    state.new_version(draft.id)
    st.rerun()
