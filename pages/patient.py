"""What is expected for one patient: the form, the prediction, every treatment side by side, and how it came about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import pandas as pd
import streamlit as st

from mac_core.errors import InputError
from pages.shared import resources, state
from pages.shared.find_patient import find_patient
from pages.shared.gates import need_run
from pages.shared.inputs import patient_form
from pages.shared.own_choice import choose_to_be_asked, download_choices, may_be_shown, show_choices
from pages.shared.prediction import (
    alone_of,
    compared_in_words,
    expectation_of,
    expected_in_words,
    show_arms,
    show_average_differences,
    show_classes,
    show_route,
    show_verdict,
    show_views,
)
from pages.shared.show import NO_TREATMENT, answer, escape_markdown, heading, show_input_error, show_notices
from pages.shared.surrogate import warn_of_surrogate
from pages.shared.typed_values import Typed
from pages.shared.what_if import show_what_if
from pages.shared.why import download_route, show_similar, show_trust, show_why

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mac_core.runs.patient import PatientReport
    from mac_core.runs.run import Run

_MANY = 16  # columns: a form of more takes the whole width


def main() -> None:
    """Draw the page."""
    heading("What is expected for this patient?")
    # The form needs no models: they are read when they are asked.
    run = need_run()
    if not resources.run_store().predicts(run.id or "", owner=state.owner()):
        _cannot_predict()
    first = st.container()
    wide = len(run.schema.columns) > _MANY
    if wide:
        with st.container(key="wide_form"):
            row, report, ask = _ask_for_patient(run, width=3)
        result = st.container()
    else:
        form, result = st.columns([2, 3], gap="large")
        with form:
            row, report, ask = _ask_for_patient(run)
    if report is None:
        with first:
            answer("Fill in what is known about the patient and press Predict; what is not known stays empty.")
        resources.warm_up()
        return
    run = need_run(with_model=True)
    with result:
        if not may_be_shown(run, report, row, ask=ask):
            with first:
                answer("Your own choice comes first; then the model's answer is shown beside it.")
            return
        show_choices(run, report, row)
        decimals = st.toggle("Show another decimal", key="decimals", persist_state="session")
        _show(run, report, decimals=decimals)
    _show_behind(run, report, key=state.predicted_key(), decimals=decimals)
    with first:
        predictions = report.predictions
        expectation = expectation_of(run, predictions)
        if expectation is None:
            answer(expected_in_words(run, predictions, decimals=decimals))
        else:
            answer(escape_markdown(compared_in_words(expectation, decimals=decimals), longest=1500))
        _how_far(run)


def _cannot_predict() -> NoReturn:
    st.warning(
        "The models of this run are not here, so that it cannot predict. Its results can still be read; "
        "start the study again to predict.",
        icon=":material/warning:",
    )
    st.stop()


def _how_far(run: Run) -> None:
    if run.question == "treatment":
        st.warning(
            "This says which treatment such patients were usually given. It does not say which works best.",
            icon=":material/warning:",
        )
    if run.roles.treatment is None:
        st.markdown(NO_TREATMENT)
    warn_of_surrogate(run)
    if run.verdict.code == "no_better":
        st.warning(run.verdict.sentence, icon=":material/trending_flat:")


def _pick(run: Run) -> int | None:
    """Let a patient of the table fill the form; in the address stands the position of the row, never a value."""
    find_patient(run)
    positions = pd.Series(range(len(run.lines)), index=run.lines.astype(int).to_numpy())
    given = state.row()
    if given is not None and given >= len(positions):
        st.info("The table has no such row; the form starts empty.", icon=":material/info:")
        given = None
    line = st.number_input(
        "Start from a patient of the table (row in the file), or leave empty for a new one",
        min_value=1,
        value=None if given is None else int(positions.index[given]),
        step=1,
        key=f"line_{run.id}",
        placeholder="a new patient",
    )
    if line is None:
        state.set_row(None)
        return None
    if line not in positions.index:
        st.info("No patient of this run stands in that row of the file; the form starts empty.", icon=":material/info:")
        state.set_row(None)
        return None
    row = int(positions.loc[line])
    state.set_row(row)
    return row


def _start(run: Run) -> tuple[int | None, Mapping[str, Any], str]:
    """Find what the form starts with: a patient handed over from a file, one of the table, or nothing; and the form's key."""
    given = state.given_patient(run.id or "")
    if given is not None:
        line, values = given
        st.info(f"This patient is from line {line:,} of the file on the Patients page.", icon=":material/upload_file:")
        if st.button("Start from another patient", icon=":material/person_add:", key="another_patient"):
            state.forget_patient()
            st.rerun()
        return None, values, f"patient_{run.id}_file_{line}_{state.fingerprint(values)}"
    row = _pick(run)
    key = f"patient_{run.id}_{'new' if row is None else row}"
    values = {} if row is None else run.rows.iloc[row].to_dict()
    typed = resources.typed_values().find(state.owner(), state.entry_id())
    if typed is not None and (typed.run_id, typed.row) == (run.id, row):
        if state.prediction(key) is None:
            st.caption("These are the values as they were predicted last; the server remembers them for an hour.")
        values = dict(typed.values)
    return row, state.started_with(key, values), key


def _ask_for_patient(run: Run, *, width: int | None = None) -> tuple[int | None, PatientReport | None, bool]:
    """The patient's row, if it is one of the table, what is predicted once it is asked for, and whether the choice comes first.

    A form of many fields is folded once the patient is predicted: what comes out must not stand below sixty fields.
    """
    row, start, key = _start(run)
    ask = choose_to_be_asked()
    if width is None:
        return row, _form(run, row, start, key), ask
    before = state.prediction(key)
    folded = "folded" if before is not None else "open"
    with st.expander("What is known about the patient", expanded=before is None, icon=":material/edit:", key=f"form_{folded}"):
        report = _form(run, row, start, key, width=width)
    if report is not None and before is None:
        st.rerun()
    return row, report, ask


def _form(run: Run, row: int | None, start: Mapping[str, Any], key: str, *, width: int | None = None) -> PatientReport | None:
    with st.form(key, border=width is None):
        patient = patient_form(run.schema, start, key=key, usual=resources.usual_values(state.owner(), run), width=width)
        pressed = st.form_submit_button("Predict", type="primary", icon=":material/person_search:", key=f"{key}_predict")
    if pressed:
        run = need_run(with_model=True)
        if run.model is None:
            _cannot_predict()
        typed = Typed(run.id or "", row, patient.iloc[0].to_dict())
        state.set_entry(resources.typed_values().keep(state.owner(), typed, state.entry_id()))
        # Read here: it brings the models' libraries, which the pages that only show results do without.
        from mac_core.runs.patient import report_patient

        try:
            state.keep_prediction(key, report_patient(run, patient, row=row, nearby=resources.patient_map(state.owner(), run)))
        except InputError as error:
            state.keep_prediction(key, None)
            show_input_error(error)
    return state.prediction(key)


def _show(run: Run, report: PatientReport, *, decimals: bool) -> None:
    """Beside the form: what was noticed, the verdict, and every treatment."""
    predictions = report.predictions
    if predictions.notices:
        show_notices(predictions.notices, key="patient_notices", rows=False)
    if run.question == "treatment" or (run.target.kind != "number" and len(run.target.classes) > 2):
        show_classes(predictions, decimals=decimals)
    expectation = expectation_of(run, predictions)
    if expectation is not None:
        show_verdict(run, predictions)
        show_arms(expectation, decimals=decimals)
        show_views(expectation, decimals=decimals)
        return
    alone = alone_of(run, predictions)
    if alone is not None:
        show_views(alone, decimals=decimals)
    show_trust(run, report)


def _show_behind(run: Run, report: PatientReport, *, key: str, decimals: bool) -> None:
    """Below, over the whole width: what stands behind the numbers."""
    expectation = expectation_of(run, report.predictions)
    if expectation is not None:
        # The pairs of more than two treatments need the whole width.
        two = len(expectation.options) == 2
        trust, average = st.columns(2, gap="large") if two else (st.container(), st.container())
        with trust:
            show_trust(run, report)
        with average:
            show_average_differences(run)
    said = expected_in_words(run, report.predictions, decimals=decimals) if expectation else None
    show_why(run, report, said=said, decimals=decimals)
    show_similar(run, report)
    show_what_if(run, report, key=key, decimals=decimals)
    show_route(run, report.predictions)
    route, choices = st.columns(2)
    with route:
        download_route(run, report)
    with choices:
        download_choices(run)


main()
