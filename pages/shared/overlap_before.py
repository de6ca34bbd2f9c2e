"""Before a study: whether similar patients got different treatments, by a quick model; the study looks again with its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mac_core.figures.propensity_overlap import draw_propensity_overlap
from mac_core.treatment.preliminary_overlap import preliminary_overlap
from pages.shared import state
from pages.shared.show import escape_markdown, show_figure
from pages.shared.terms import explain

if TYPE_CHECKING:
    from mac_core.data.cohort import Cohort
    from mac_core.runs.drafts import Draft
    from mac_core.treatment.preliminary_overlap import PreliminaryOverlap

__all__ = ["show_overlap_before"]

_ALIKE = (
    "Nothing in the table tells who got which treatment better than the arms' shares do, as where chance decides: similar "
    "patients got different treatments, so they can be compared."
)
_APART = (
    "For {everywhere} of {judged} patients every treatment was a realistic choice: at least 5 in 100 like them got it. "
    "For the others the study gives no number, or only a careful one, under what hardly anybody like them got."
)
_NOWHERE = (
    "For {everywhere} of {judged} patients every treatment was a realistic choice. The treatments were given to different "
    "patients, so the study may refuse to compare them: use a table in which similar patients got different treatments, or "
    "leave out the column that decided who got what if it was not known beforehand."
)
_PRELIMINARY = (
    "Preliminary: one simple model, made in a moment{sample}. The study looks again with its own models, and also at each "
    "patient's neighbours."
)


def show_overlap_before(draft: Draft, cohort: Cohort) -> None:
    """Draw how likely each arm was for the patients of every arm, where a study will compare arms."""
    if cohort.question != "both" or cohort.treatment is None:
        return
    key = state.fingerprint(
        {"draft": draft.id, "table": draft.table.sha256, "answers": draft.table.answers, "roles": draft.roles}
    )
    found: PreliminaryOverlap | None = state.overlap_before(key)
    if found is None:
        found = preliminary_overlap(cohort.X, cohort.treatment, groups=cohort.groups, site=cohort.site)
        state.keep_overlap_before(key, found)
    st.header("Could the patients of different arms be compared?", anchor=False, help=explain("overlap"))
    few = found.everywhere < max(10, found.judged // 5)
    text = (_ALIKE if not found.foretold else _NOWHERE if few else _APART).format(
        everywhere=f"{found.everywhere:,}", judged=f"{found.judged:,}"
    )
    st.markdown(escape_markdown(text, longest=1000))
    if few:
        st.warning("Few patients could have got every treatment.", icon=":material/warning:")
    arms = list(found.arms.index)
    # With two arms, the second picture would be the first one's mirror image.
    for position, arm in enumerate(arms[1:] if len(arms) == 2 else arms):
        if position % 2 == 0:
            places = st.columns(2)
        with places[position % 2]:
            show_figure(draw_propensity_overlap(found.histogram, arm), key=f"overlap_before_{position}")
    sample = "" if found.judged == found.of else f", on {found.judged:,} of {found.of:,} patients drawn at random"
    st.caption(_PRELIMINARY.format(sample=sample))
