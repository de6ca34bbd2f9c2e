"""Can this table be trusted: the table, what its columns are for, what was found wrong with it; and the start of a study."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from mac_core.data.cohort import Cohort, make_cohort
from mac_core.data.quality import examine_table
from mac_core.data.schema import template_csv
from mac_core.errors import InputError
from mac_core.evidence.enough import far_too_few
from mac_core.runs.settings import ARTICLE, DEFAULT, SEVEN_STEPS
from pages.shared import resources, state
from pages.shared.answers import open_notices, show_open, show_settled
from pages.shared.arm_choices import show_arm_choices
from pages.shared.gates import need_draft
from pages.shared.inputs import roles_editor
from pages.shared.overlap_before import show_overlap_before
from pages.shared.patients_used import show_patients_used
from pages.shared.preview import show_columns, show_preview
from pages.shared.progress import show_progress
from pages.shared.settings_form import settings_form
from pages.shared.show import NO_TREATMENT, answer, escape_markdown, heading, show_input_error
from pages.shared.terms import explain

if TYPE_CHECKING:
    from mac_core.errors import Notice
    from mac_core.runs.drafts import Draft


def main() -> None:
    """Draw the page."""
    heading("Can my table be trusted?")
    _draft_of_the_job()
    draft = need_draft()
    refused: InputError | None = None
    cohort: Cohort | None = None
    try:
        cohort = make_cohort(draft.table, draft.roles)
    except InputError as error:
        refused = error
    waiting = open_notices(_found(draft, cohort), draft)
    answer(_answer(draft, cohort, waiting))
    if job := state.job_id():
        show_progress(job)
    if refused is not None:
        show_input_error(refused)
        show_arm_choices(draft, refused)

    _start(draft, cohort)
    if waiting:
        show_open(draft, waiting)
    elif not draft.table.answers and refused is None:
        st.markdown(":material/check_circle: Nothing had to be repaired, and nothing looks wrong.")
    show_settled(draft)
    show_preview(draft.table, waiting)
    st.header("What each column is for", anchor=False)
    st.caption("Proposed from the table. Every change is saved at once and can be undone.")
    show_columns(draft.table, draft.roles)
    _roles(draft)
    if cohort is not None:
        show_patients_used(cohort)
        show_overlap_before(draft, cohort)


def _draft_of_the_job() -> None:
    """Let a link that names only the study find its table."""
    if state.draft_id() is None and (job := state.job_id()):
        status = resources.job_runner().status(job, owner=state.owner())
        if status is not None:
            state.set_draft(status.draft_id)
            state.set_job(job)


def _found(draft: Draft, cohort: Cohort | None) -> tuple[Notice, ...]:
    """What reading, looking at the table and choosing the patients noticed, each thing once."""
    seen: dict[tuple[object, ...], Notice] = {}
    for notice in (*draft.table.notices, *examine_table(draft.table, draft.roles), *(cohort.notices if cohort else ())):
        seen.setdefault((notice.code, notice.place, notice.message), notice)
    return tuple(seen.values())


def _answer(draft: Draft, cohort: Cohort | None, waiting: Sequence[Notice]) -> str:
    table = draft.table
    what = f"{escape_markdown(table.name)} has {len(table.frame):,} rows and {len(table.schema.columns)} columns"
    if cohort is None:
        return f"Not yet: {what}, but no study can be made of it until the point below is settled."
    rows, patients = len(cohort.X), cohort.patients
    used = f"{what}; {f'{patients:,} patients' if patients == rows else f'{rows:,} rows of {patients:,} patients'} can be used"
    points = sum(notice.severity != "fixed" for notice in waiting)
    judged = "" if points == 0 else f"{'one thing is' if points == 1 else f'{points} things are'} for you to judge below"
    if far_too_few(cohort):
        few = "They are fewer than a quarter of what even a plain regression would want"
        return f"With care: {used}. {few}{f', and {judged}' if judged else ''}."
    return f"Mostly: {used}, and {judged}." if judged else f"Yes, as far as a program can see: {used}."


def _start(draft: Draft, cohort: Cohort | None) -> None:
    with st.container(border=True):
        if cohort is not None:
            st.markdown(f"**The study will ask: {_question(cohort)}**")
            if draft.roles.treatment is None:
                st.markdown(NO_TREATMENT)
        with st.expander("Settings of the study", icon=":material/tune:", key="settings"):
            _settings(draft, cohort)
        with st.container(horizontal=True):
            if st.button(
                "Start the study", type="primary", icon=":material/play_arrow:", disabled=cohort is None, key="start_study"
            ):
                try:
                    state.set_job(resources.job_runner().start(draft.id, owner=state.owner()))
                except InputError as error:
                    show_input_error(error)
                else:
                    st.rerun()
            if st.button("Undo the last change", icon=":material/undo:", disabled=not draft.history, key="undo"):
                resources.drafts().undo(draft.id, owner=state.owner())
                _show_again(draft)
            if st.button("Back to the proposal", icon=":material/restart_alt:", disabled=not draft.history, key="proposal"):
                roles, settings = draft.history[0]
                resources.drafts().update(draft.id, roles=roles, settings=settings, owner=state.owner())
                _show_again(draft)
            if cohort is not None:
                _template(cohort)


def _question(cohort: Cohort) -> str:
    label = escape_markdown(cohort.target.label)
    if cohort.question == "treatment":
        return f"which {label} did patients like this one get?"
    if cohort.question == "outcome":
        return f"what is to be expected of {label}?"
    return f"what is to be expected of {label} under each treatment?"


def _settings(draft: Draft, cohort: Cohort | None) -> None:
    with st.container(horizontal=True):
        preset = None
        if st.button("As in the article", key="preset_article", help=explain("article settings")):
            preset = ARTICLE
        if st.button("Seven steps to the letter", key="preset_seven", help=explain("seven steps settings")):
            preset = SEVEN_STEPS
        if st.button("Our defaults", key="preset_default"):
            preset = DEFAULT
    if preset is not None:
        resources.drafts().update(draft.id, settings=preset, owner=state.owner())
        _show_again(draft)
    settings = settings_form(
        draft.settings,
        number=cohort is not None and cohort.target.kind == "number",
        has_site=draft.roles.site is not None,
        key=f"settings_{draft.id}_{state.version(draft.id)}",
    )
    if settings != draft.settings:
        resources.drafts().update(draft.id, settings=settings, owner=state.owner())
        st.rerun()


def _roles(draft: Draft) -> None:
    roles = roles_editor(draft.table, draft.roles, key=f"roles_{draft.id}_{state.version(draft.id)}")
    if roles != draft.roles:
        resources.drafts().update(draft.id, roles=roles, owner=state.owner())
        st.rerun()


def _show_again(draft: Draft) -> None:
    state.new_version(draft.id)
    st.rerun()


def _template(cohort: Cohort) -> None:
    content = template_csv(cohort.schema).encode("utf-8-sig")
    st.download_button(
        "Template for new patients",
        content,
        file_name=f"template-{hashlib.sha256(content).hexdigest()[:12]}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="template",
        help="A table with the right column names and one example row, to fill in for the Patients page.",
    )


main()
