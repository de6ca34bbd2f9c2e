"""What to do with an arm that cannot be compared, or with a column that holds the answer: asked, and settled with one click."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from mac_core.data.arm_choices import LEAVE_OUT, ask_about_arms
from pages.shared import resources, state
from pages.shared.show import escape_markdown

if TYPE_CHECKING:
    from mac_core.data.arm_choices import ArmQuestion
    from mac_core.data.roles import Roles
    from mac_core.data.table import PatientTable
    from mac_core.errors import InputError
    from mac_core.runs.drafts import Draft

__all__ = ["show_arm_choices"]

_ABOUT_ARMS = ("tiny_arm", "arm_without_outcome", "too_many_arms")
_ABOUT_COLUMNS = ("predictor_is_treatment", "predictor_is_outcome")


def show_arm_choices(draft: Draft, refused: InputError) -> None:
    """Offer the ways out of a refusal, where a click can settle it; nothing where it cannot."""
    column = refused.place.column
    if refused.code in _ABOUT_COLUMNS and column is not None:
        if st.button(f"Leave {escape_markdown(column)} out", key=f"leave_{_version(draft)}_{column}"):
            _keep(draft, roles=replace(draft.roles, ignore=(*draft.roles.ignore, column)))
        return
    questions = ask_about_arms(draft.table, draft.roles) if refused.code in _ABOUT_ARMS else ()
    if not questions:
        return
    with st.container(border=True):
        st.markdown(":material/help: **What should be done with them?** It can be taken back below.")
        if len(questions) > 1 and st.button(
            f"Leave out all {len(questions)} treatments named here", key=f"leave_all_{_version(draft)}"
        ):
            _answer(draft, {question.key: LEAVE_OUT for question in questions})
        for question in questions:
            _ask(draft, question)


def _ask(draft: Draft, question: ArmQuestion) -> None:
    st.markdown(f"**{escape_markdown(question.arm)}**: {question.patients:,} patients with an outcome")
    with st.container(horizontal=True):
        for choice in question.choices:
            label = "Leave its patients out" if choice == LEAVE_OUT else f"{choice[:1].upper()}{choice[1:]}"
            if st.button(escape_markdown(label), key=f"arm_{_version(draft)}_{question.key}_{choice}"):
                _answer(draft, {question.key: choice})


def _answer(draft: Draft, answers: dict[str, str]) -> None:
    _keep(draft, table=replace(draft.table, answers={**draft.table.answers, **answers}))


def _keep(draft: Draft, *, table: PatientTable | None = None, roles: Roles | None = None) -> None:
    resources.drafts().update(draft.id, table=table, roles=roles, owner=state.owner())
    state.new_version(draft.id)
    st.rerun()


def _version(draft: Draft) -> str:
    return f"{draft.id}_{state.version(draft.id)}"
