"""What is said where the outcome only stands in for what patients notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.shared.show import escape_markdown

if TYPE_CHECKING:
    from mac_core.runs.run import Run

__all__ = ["warn_of_surrogate"]

_SURROGATE = (
    "{outcome} is a surrogate: it stands in for {real}, which patients notice. A treatment that is better for the one need not "
    "be better for the other."
)


def warn_of_surrogate(run: Run) -> None:
    """Say that the outcome is a surrogate, and for what; nothing if it is none, or if no outcome is predicted."""
    # Runs that were kept before the question was asked lack the answer.
    real = getattr(run.roles, "surrogate_for", None)
    if real and run.question != "treatment":
        text = _SURROGATE.format(outcome=escape_markdown(run.target.label), real=escape_markdown(real))
        st.info(text, icon=":material/swap_horiz:")
