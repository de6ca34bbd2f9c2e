"""How a run did for patients from elsewhere: what was kept with it, and keeping one more check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mac_core.figures.outside_words import say_outside, tabulate_measures, tabulate_outside
from mac_core.runs.additions import Additions
from mac_core.runs.external_validation import ExternalValidation
from pages.shared import state
from pages.shared.links import link
from pages.shared.show import escape_markdown
from pages.shared.terms import explain

if TYPE_CHECKING:
    from mac_core.runs.batch import Batch
    from mac_core.runs.run import Run

__all__ = ["offer_to_keep", "show_validations"]


def offer_to_keep(run: Run, batch: Batch) -> None:
    """Show how good the predictions are for a file with outcomes, and keep that with the run if the reader wants."""
    check = batch.check
    if check is None:
        return
    st.subheader("How good are these predictions?", anchor=False, help=explain("external validation"))
    st.markdown(escape_markdown(say_outside(check, run.target, in_training=batch.in_training), longest=1000))
    if check.left_out:
        st.caption(f"{check.left_out:,} patients have no outcome that the study knows, and are not counted here.")
    _measures(check)
    name, kept = run.id or "", Additions().list(run.id or "", ExternalValidation, owner=state.owner())
    if any(one.sha256 == batch.sha256 for one in kept):
        st.success("This check is kept with the run; it stands on Accuracy.", icon=":material/bookmark_added:")
        link("accuracy", run=name)
    elif st.button(
        "Keep this check with the run",
        icon=":material/bookmark_add:",
        key="keep_check",
        help="Kept are the file's name and hash, how many patients, the date and the numbers above; never the patients.",
    ):
        validation = ExternalValidation(batch.file, batch.sha256, batch.in_training, len(batch.patients), check)
        Additions().add(name, validation, key=batch.sha256, owner=state.owner())
        st.rerun()


def show_validations(run: Run) -> None:
    """Show the checks on other patients that were kept with the run, or say that there are none."""
    st.header("Does it hold for patients from elsewhere?", anchor=False, help=explain("external validation"))
    kept = Additions().list(run.id or "", ExternalValidation, owner=state.owner())
    if not kept:
        st.markdown(
            "**Not known: this model has not been tested on patients from elsewhere.** Everything on this page was measured on "
            "patients of the study's own table. Upload a file of other patients whose outcome is known on Patients."
        )
        link("patients", "Test it on other patients", run=run.id or "")
        return
    last = kept[-1]
    st.markdown(
        f"**{escape_markdown(last.file, longest=60)}**, {last.created[:10]}: "
        + escape_markdown(say_outside(last.check, run.target, in_training=last.in_training), longest=1000)
    )
    st.dataframe(
        tabulate_outside(kept, run.target),
        hide_index=True,
        column_config={"of the study": st.column_config.NumberColumn(help=explain("patients of the study"))},
        alt="Every check on other patients that was kept with this run",
        key="validations",
    )


def _measures(check: object) -> None:
    table = tabulate_measures(check)
    if table.empty:
        return
    st.dataframe(
        table,
        hide_index=True,
        column_config={"meaning": st.column_config.TextColumn(width="large")},
        alt="How well the file's patients are told apart, and whether the predictions come true",
        key="check_measures",
    )
