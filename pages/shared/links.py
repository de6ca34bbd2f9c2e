"""Links between pages. They carry the open run, draft or job along, since Streamlit's own links drop the query string."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from pages.shared import state

__all__ = ["go", "icon", "link", "title"]

_LOOKS = {
    "start": ("Start", ":material/home:"),
    "data": ("Data", ":material/table_view:"),
    "subtasks": ("Subtasks", ":material/grid_on:"),
    "learners": ("Learners", ":material/leaderboard:"),
    "accuracy": ("Accuracy", ":material/target:"),
    "patient": ("Patient", ":material/person:"),
    "patients": ("Patients", ":material/groups:"),
    "runs": ("Runs", ":material/history:"),
    "method": ("Method", ":material/menu_book:"),
}


def title(page: str) -> str:
    """The page's name in the sidebar."""
    return _LOOKS[page][0]


def icon(page: str) -> str:
    """The page's icon."""
    return _LOOKS[page][1]


def link(page: str, label: str | None = None, **ids: str) -> None:
    """Draw a link to `page` (its file's name without `.py`); `ids` win over what is open."""
    st.page_link(f"{page}.py", label=label or title(page), icon=icon(page), query_params={**state.address_of(page), **ids})


def go(page: str, **ids: str) -> NoReturn:
    """Switch to `page` now."""
    st.switch_page(f"{page}.py", query_params={**state.address_of(page), **ids})
