"""The script of every visit: the list of pages, and in the sidebar what runs now. It sets up no state."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.shared.links import icon, title
from pages.shared.progress import sidebar_status

_ASSETS = Path(__file__).parent / "assets"
# What the theme cannot say. The value beside a slider's handle is as readable as other text: Streamlit paints it in the
# buttons' colour, which in the dark cannot be light enough for text and dark enough for a button's white letters at once.
# In a form of many fields there is no room for a number and for buttons that count it up; the arrow keys do that.
# Whoever goes through the sidebar by keyboard sees where the focus is.
_STYLE = """<style>
[data-testid='stSliderThumbValue'], [data-testid='stSliderThumbValue'] * {color: inherit !important}
[data-testid='stForm'] [data-testid^='stNumberInputStep'] {display: none}
[data-testid='stSidebarNavLink']:focus-visible {outline: 2px solid currentColor; outline-offset: -2px}
</style>"""
_SECTIONS = {
    "": ("start", "data"),
    "What was learned": ("subtasks", "learners", "accuracy"),
    "For patients": ("patient", "patients"),
    "Background": ("runs", "method"),
}


def main() -> None:
    """Draw the frame, then the page."""
    st.set_page_config(page_title="MAC", page_icon=str(_ASSETS / "icon.png"), layout="wide")
    st.logo(str(_ASSETS / "logo.svg"), icon_image=str(_ASSETS / "icon.png"), size="large")
    st.html(_STYLE)
    page = st.navigation({section: [_page(name) for name in names] for section, names in _SECTIONS.items()})
    with st.sidebar:
        sidebar_status()
        st.caption(
            "Bound to this machine: one user, no login, nothing leaves it. For research and teaching; "
            "not a medical device, and no substitute for clinical judgement."
        )
    page.run()


def _page(name: str) -> st.Page:
    return st.Page(f"{name}.py", title=title(name), icon=icon(name), url_path=name, default=name == "start")


if __name__ == "__main__":
    main()
