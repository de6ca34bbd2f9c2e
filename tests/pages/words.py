"""What a page says, for tests."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def said(at: AppTest) -> str:
    """All words of the page's main part, without the signs that escape Markdown."""
    parts = [
        element.value
        for kind in ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "success")
        for element in at.main.get(kind)
    ]
    return "\n".join(parts).replace("\\", "").replace("\u2060", "")
