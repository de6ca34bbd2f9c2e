"""What was noticed in a table, worst first, each with the answers that settle it in one click.

An answer is kept with the draft and the run; reading the raw file again with all answers gives the same table. What only needs
to be seen is settled by saying so. Every answer can be taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from mac_core.data.answers import choices_of, key_of
from mac_core.data.roles import propose_roles
from mac_core.errors import InputError
from mac_core.figures.unit_mix import draw_unit_mix
from pages.shared import resources, state
from pages.shared.show import escape_markdown, notice_in_words, show_figure, show_input_error

if TYPE_CHECKING:
    from mac_core.data.roles import Roles
    from mac_core.data.table import PatientTable
    from mac_core.errors import Notice
    from mac_core.runs.drafts import Draft

__all__ = ["open_notices", "show_open", "show_settled", "worth_raw"]

_KNOWN = {"known": "Known beforehand", "ignore": "Leave it out"}
_DATES = {"text": "Leave it as text", "day_first": "The day comes first", "month_first": "The month comes first"}
_COLUMNS = {"both": "Keep both", "first": "Keep the first", "last": "Keep the second"}
_NUMBER = {"number": "That is right", "text": "Leave it as text"}
_WORDS = {
    "header_missing": {"data": "The first row is a patient", "names": "The first row holds the names"},
    "title_lines": {"skip": "That is right", "keep": "The names stand in the first row"},
    "total_row": {"drop": "That is right", "keep": "It is a patient"},
    "footnote": {"drop": "That is right", "keep": "It is a patient"},
    "comment_lines": {"drop": "They are remarks", "keep": "They are patients"},
    "encoded_twice": {"mend": "That is right", "keep": "Leave it as it was"},
    "renamed_column": _COLUMNS,
    "similar_names": _COLUMNS,
    "unnamed_column": {"keep": "Keep it", "drop": "Leave it out"},
    "missing_words": {"missing": "That is right", "keep": "They are values"},
    "decimal_comma": _NUMBER,
    "thousands": _NUMBER,
    "unit_in_cells": _NUMBER,
    "pair_split": {"split": "That is right", "text": "Leave it in one column"},
    "spellings_merged": {"merge": "That is right", "apart": "They differ"},
    "numbers_mixed": {
        "text": "The column is text",
        "missing": "What is not a number is missing",
        "limit": "<5 counts as 5",
        "half": "<5 counts as 2.5",
    },
    "units_mixed": {"text": "Leave it as text", "convert": "Write all in one unit"},
    "fraction_meaning": {"text": "Leave it as text", "divide": "Divide"},
    "comma_meaning": {"text": "Leave it as text", "thousands": "It marks thousands", "decimal": "It marks decimals"},
    "sentinel": {"keep": "It is a value like others", "missing": "It means missing"},
    "infinite": {"missing": "They are missing", "text": "Leave the column as text"},
    "date_order": _DATES,
    "dates_mixed": _DATES,
    "dates_odd": {"text": "Leave it as text", "missing": "What is not a date is missing"},
    "short_years": _DATES,
    "compact_dates": {"number": "They are numbers", "date": "They are dates"},
    "excel_dates": {"number": "They are numbers", "date": "They are dates"},
    "coded_category": {"amount": "It is an amount", "category": "The numbers name groups"},
    "impossible_value": {"keep": "Keep them", "missing": "They are missing"},
    "duplicate_rows": {"keep": "Different patients", "drop": "Keep one of each"},
    "personal": {"ignore": "That is right", "use": "Use it all the same"},
    "after_treatment": _KNOWN,
    "leak": _KNOWN,
    "leak_gap": _KNOWN,
    "leak_sibling": _KNOWN,
    "leak_words": _KNOWN,
    "afterwards_ignored": {"ignore": "That is right", "use": "Known beforehand"},
    "alike_arms": {"join": "They are the same", "apart": "They differ"},
}
# Here the notice itself names what may be answered: sheets, units, alphabets.
_NAMED = {"sheet_chosen": "{choice}", "unit_mix": "Write all in {choice}", "decoded": "Read it as {choice}"}
_KEEP = {"unit_mix": "It is one unit", "decoded": "That is right"}
_SEEN = "seen"
# Answered by the roles; the file is not read again.
_ABOUT_ROLES = ("after_treatment", "leak", "leak_gap", "leak_sibling", "leak_words", "afterwards_ignored", "alike_arms")
# What spoils a study most comes first.
_WORST = (
    "header_missing", "leak", "leak_gap", "after_treatment", "impossible_value", "unit_mix", "numbers_mixed", "units_mixed",
    "comma_meaning", "sentinel", "renamed_column", "treatment_decided_by", "missing_by_arm", "duplicate_rows", "dates_mixed",
    "leak_sibling", "leak_words", "afterwards_ignored", "alike_arms", "outcome_missing", "outcome_missing_compared",
    "short_lines", "small_arm", "class_balance",
)  # fmt: skip
_SEVERITIES = {"question": 0, "warning": 1, "fixed": 2}
_TITLES = {
    "question": ("Questions for you", ":material/help:"),
    "warning": ("Warnings", ":material/warning:"),
    "fixed": ("Repaired", ":material/build:"),
}
_FIRST = 3
_FOLDED_FROM = 4


def open_notices(notices: Sequence[Notice], draft: Draft) -> list[Notice]:
    """Those that nobody settled yet, worst first."""
    waiting = [found for found in notices if key_of(found) not in draft.table.answers]
    rank = {code: position for position, code in enumerate(_WORST)}
    return sorted(waiting, key=lambda found: (_SEVERITIES[found.severity], rank.get(found.code, len(rank))))


def worth_raw(table: PatientTable) -> bool:
    """Whether an answer would read the file again, so that its bytes are kept with the draft."""
    return any(choices_of(found) for found in table.notices) or bool(table.frame.duplicated().any())


def show_open(draft: Draft, waiting: Sequence[Notice]) -> None:
    """List what is not settled: the worst three with all their words, the others folded by how severe they are."""
    serious = [found for found in waiting if found.severity == "question" or found.code in _WORST]
    # One of a kind, so that three columns with the same fault do not hide another one.
    kinds = {found.code: found for found in reversed(serious)}
    worst = sorted(kinds.values(), key=serious.index)[:_FIRST]
    if worst:
        st.header("What to look at first", anchor=False)
    for found in worst:
        with st.container(border=True):
            _ask(draft, found)
    rest = [found for found in waiting if found not in worst]
    for severity, (title, icon) in _TITLES.items():
        chosen = [found for found in rest if found.severity == severity]
        if chosen:
            with st.expander(f"{title} ({len(chosen)})", icon=icon, key=f"open_{severity}"):
                _groups(draft, chosen)


def show_settled(draft: Draft) -> None:
    """List the answers given, each of which can be taken back."""
    answers = draft.table.answers
    if not answers:
        return
    with st.expander(f"Answered and accepted ({len(answers)})", icon=":material/task_alt:", key="settled"):
        for key, choice in answers.items():
            code, _, column = key.partition(":")
            said = _label(code, choice)
            with st.container(horizontal=True, vertical_alignment="center"):
                about = f"{code.replace('_', ' ')}{', ' if column else ''}{column}"
                st.markdown(f"{escape_markdown(about)}: **{escape_markdown(said)}**")
                if st.button("Take back", key=f"back_{_version(draft)}_{key}"):
                    _settle(draft, code, {name: value for name, value in answers.items() if name != key})


def _groups(draft: Draft, notices: Sequence[Notice]) -> None:
    by_code: dict[str, list[Notice]] = {}
    for found in notices:
        by_code.setdefault(found.code, []).append(found)
    for code, same in by_code.items():
        if len(same) < _FOLDED_FROM:
            for found in same:
                _ask(draft, found)
            continue
        st.markdown("\n".join(f"- {notice_in_words(found)}" for found in same))
        first = choices_of(same[0])[:1]
        label = _label(code, first[0]) if first else "Seen"
        if st.button(f"All {len(same)}: {label}", key=f"all_{_version(draft)}_{code}"):
            choice = first[0] if first else _SEEN
            _settle(draft, code, {**draft.table.answers, **{key_of(found): choice for found in same}})
        with st.expander(f"One by one ({len(same)})", key=f"each_{_version(draft)}_{code}"):
            for found in same:
                _ask(draft, found)


def _ask(draft: Draft, found: Notice) -> None:
    icon = _TITLES[found.severity][1]
    st.markdown(f"{icon} {notice_in_words(found)}")
    key = key_of(found)
    if found.code == "unit_mix" and (column := found.place.column) in draft.table.frame:
        unit = draft.table.schema[column].unit
        show_figure(draw_unit_mix(column, draft.table.frame[column], unit=unit), key=f"picture_{_version(draft)}_{key}")
    choices = choices_of(found)
    with st.container(horizontal=True):
        for choice in choices or (_SEEN,):
            label = _label(found.code, choice)
            row = "" if found.place.row is None else found.place.row
            if st.button(escape_markdown(label), key=f"answer_{_version(draft)}_{key}_{row}_{found.value}_{choice}"):
                _answer(draft, found, choice)


def _label(code: str, choice: str) -> str:
    """An answer in words; what has none is a value of the table, such as a sheet or a unit."""
    if choice == _SEEN:
        return "Seen"
    if code in _NAMED:
        return _KEEP[code] if choice == "keep" and code in _KEEP else _NAMED[code].format(choice=choice)
    return _WORDS.get(code, {}).get(choice, choice)


def _answer(draft: Draft, found: Notice, choice: str) -> None:
    column, key = found.place.column, key_of(found)
    roles = draft.roles
    if found.code in _ABOUT_ROLES and column is not None:
        if choice == "ignore" and column not in roles.ignore:
            # Being ignored settles it; taking it out of the ignored columns asks again.
            _keep(draft, roles=replace(roles, ignore=(*roles.ignore, column)))
        if choice == "use":
            table = replace(draft.table, answers={**draft.table.answers, f"after_treatment:{column}": "known"})
            ignore = tuple(name for name in roles.ignore if name != column)
            _keep(draft, table=table, roles=replace(roles, ignore=ignore))
    if found.code == "personal" and choice == "use" and column is not None:
        draft = replace(draft, roles=replace(roles, ignore=tuple(name for name in roles.ignore if name != column)))
    _settle(draft, found.code, {**draft.table.answers, key: choice})


def _settle(draft: Draft, code: str, answers: dict[str, str]) -> None:
    """Keep the answers; where they change how the file is read, read it again."""
    raw = None
    if code in _WORDS and code not in _ABOUT_ROLES or code in _NAMED:
        raw = resources.drafts().raw(draft.id, owner=state.owner())
    if raw is None:
        _keep(draft, table=replace(draft.table, answers=answers))
        return
    try:
        table = resources.upload_reader().read(raw, name=draft.table.name, answers=answers)
    except InputError as error:
        show_input_error(error)
        return
    # What was left out as text only because it waited for this answer is learned from now.
    settled = {
        name
        for name in draft.table.schema.names
        if name in table.schema.names
        and draft.table.schema[name].kind == "text"
        and table.schema[name].kind in ("number", "category")
    }
    roles = replace(draft.roles, ignore=tuple(name for name in draft.roles.ignore if name not in settled))
    _keep(draft, table=table, roles=_still(roles, table))


def _keep(draft: Draft, *, table: PatientTable | None = None, roles: Roles | None = None) -> None:
    resources.drafts().update(draft.id, table=table, roles=roles, owner=state.owner())
    state.new_version(draft.id)
    st.rerun()


def _still(roles: Roles, table: PatientTable) -> Roles:
    """The user's roles, as far as their columns are still there; a new proposal if the target is not."""
    names = set(table.schema.names)
    if (roles.outcome or roles.treatment) not in names:
        return propose_roles(table)
    gone = {
        role: None
        for role in ("treatment", "outcome", "patient_id", "site", "harm")
        if getattr(roles, role) is not None and getattr(roles, role) not in names
    }
    return replace(
        roles,
        **gone,  # type: ignore[arg-type]
        ignore=tuple(name for name in roles.ignore if name in names),
        factor_groups={name: group for name, group in roles.factor_groups.items() if name in names},
    )


def _version(draft: Draft) -> str:
    return f"{draft.id}_{state.version(draft.id)}"
