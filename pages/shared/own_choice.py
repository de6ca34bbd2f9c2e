"""The clinician's own choice, asked for before the model's answer is shown: the question, the record, the download."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

import streamlit as st

from mac_core.errors import InputError
from mac_core.figures.wording import outcome_scale
from mac_core.runs.own_choices import MOST_WORDS, ModelAnswer, OwnChoice, asks_first, patient_key, patient_keys
from mac_core.runs.safe_csv import to_safe_csv
from pages.shared import resources, state
from pages.shared.show import escape_markdown, show_input_error
from pages.shared.terms import explain

if TYPE_CHECKING:
    import pandas as pd

    from mac_core.runs.patient import PatientReport
    from mac_core.runs.run import Run

__all__ = ["answered", "choose_to_be_asked", "download_choices", "may_be_shown", "show_choices"]

_OTHERWISE = "None of these"
_RECORDED = "Your own choice, recorded on {day} at {time} UTC, before the answer was shown: {choice}. Your reason: {reason}"
_THEN = {
    "arm": "The verdict then: {arm}.",
    "no_clear_difference": "The verdict then: no clear difference between the treatments.",
    "cannot_tell": "The verdict then: the data cannot tell.",
}


def choose_to_be_asked() -> bool:
    """Ask whether the own choice comes first; where the server's setting says so, it is said and not asked."""
    if asks_first():
        st.caption(":material/edit_note: Here your own choice is asked for before the model's answer is shown.")
        return True
    return st.toggle(
        "Ask for my own choice first",
        key="ask_first",
        persist_state="session",
        help=explain("own choice"),
    )


def may_be_shown(run: Run, report: PatientReport, row: int | None, *, ask: bool) -> bool:
    """Whether the answer may be shown now: if it is asked for, the own choice must be recorded first.

    Parameters
    ----------
    row : int, optional
        Position in the run's table, of a patient of the table.
    ask : bool
    """
    key = patient_key(run.id or "", report.patient, row)
    if ask and not state.revealed(key) and not _recorded(run, key):
        _ask(run, report, key)
        return False
    state.reveal(key)
    return True


def answered(run: Run, patients: pd.DataFrame) -> pd.Series:
    """Which patients of a file have their own choice recorded, or were shown before: those whose answer may be shown now."""
    keys = patient_keys(run.id or "", patients)
    recorded = {made.patient for made in resources.own_choices().of_run(run.id or "", owner=state.owner())}
    return keys.isin(recorded) | keys.map(state.revealed)


def show_choices(run: Run, report: PatientReport, row: int | None) -> None:
    """Show what was recorded about this patient, beside the answer."""
    for made in _recorded(run, patient_key(run.id or "", report.patient, row)):
        when = datetime.fromisoformat(made.created)
        said = _RECORDED.format(day=when.date(), time=f"{when:%H:%M}", choice=made.choice, reason=made.reason)
        st.info(escape_markdown(said, longest=1500), icon=":material/edit_note:")
        if then := _THEN.get(made.answer.verdict, "").format(arm=made.answer.arm):
            st.caption(escape_markdown(then))


def download_choices(run: Run) -> None:
    """Offer all records of the run as a file, if there are any."""
    table = resources.own_choices().table(run.id or "", owner=state.owner())
    if table.empty:
        return
    st.download_button(
        f"Recorded choices of this run, {len(table):,} (CSV)",
        to_safe_csv(table).encode("utf-8-sig"),
        file_name=f"choices-{run.id}-{table['recorded'].iloc[-1][:10]}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="choices_download",
        help="What was chosen before the answer was shown, why, and what the model said then. Patients stand as hashes.",
    )


def _ask(run: Run, report: PatientReport, key: str) -> None:
    st.header("Your own choice first", anchor=False, help=explain("own choice"))
    st.markdown("The answer is ready. Before it is shown: what would you choose for this patient, and why?")
    with st.form(f"own_{key}", border=True):
        choice = _choice(run, key)
        reason = st.text_area(
            "Why",
            key=f"own_reason_{key}",
            max_chars=MOST_WORDS,
            placeholder="What decides it for you",
            help="Kept as you write it. Do not write anything by which the patient could be recognised.",
        )
        pressed = st.form_submit_button(
            "Record it and show the answer", type="primary", icon=":material/edit_note:", key=f"own_record_{key}"
        )
    if not pressed:
        return
    try:
        resources.own_choices().record(
            run.id or "", key, choice=choice, reason=reason, answer=_answer(report), owner=state.owner()
        )
    except InputError as error:
        show_input_error(error)
        return
    st.rerun()


def _choice(run: Run, key: str) -> str:
    """The arms in neutral order; without a comparison, the own estimate of what is predicted."""
    scale = outcome_scale(run.target, run.roles)
    if run.comparison is None and run.target.kind != "classes" and run.question != "treatment":
        risk = run.target.kind == "binary"
        number = st.number_input(
            f"Your own estimate: {scale.label} ({scale.unit})",
            min_value=0.0 if risk else None,
            max_value=100.0 if risk else None,
            value=None,
            key=f"own_choice_{key}",
        )
        return "" if number is None else f"{number:g} ({scale.unit})"
    arms = [] if run.given is None else sorted(run.given.dropna().astype(str).unique())
    options = [*(arms or run.target.classes), _OTHERWISE]
    return st.radio("Your own choice", options, index=None, key=f"own_choice_{key}") or ""


def _recorded(run: Run, key: str) -> list[OwnChoice]:
    return resources.own_choices().of_patient(run.id or "", key, owner=state.owner())


def _answer(report: PatientReport) -> ModelAnswer:
    predictions = report.predictions
    if predictions.outcomes is None or predictions.advice is None:
        return ModelAnswer("", "", {str(name): _known(value) for name, value in predictions.expected.iloc[0].items()})
    advice: dict[str, Any] = predictions.advice.iloc[0].to_dict()
    shown = predictions.outcomes["outcome"].droplevel(0)
    verdict = str(advice["verdict"])
    arm = str(advice["arm"]) if verdict == "arm" else ""
    return ModelAnswer(verdict, arm, {str(name): _known(value) for name, value in shown.items()})


def _known(value: Any) -> float | None:
    return None if math.isnan(float(value)) else float(value)
