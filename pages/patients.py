"""The same prediction for a whole file of new patients, with download."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from mac_core.data.schema import template_csv
from mac_core.errors import InputError
from mac_core.runs.safe_csv import to_safe_csv
from mac_core.runs.safe_xlsx import to_safe_xlsx
from pages.shared import resources, state
from pages.shared.batch import readable, say_batch, say_count, show_drift, show_groups, verdict_in_words
from pages.shared.gates import need_run
from pages.shared.links import go
from pages.shared.own_choice import answered, choose_to_be_asked
from pages.shared.show import answer, escape_markdown, heading, show_input_error, show_notices
from pages.shared.terms import explain
from pages.shared.validations import offer_to_keep

if TYPE_CHECKING:
    import pandas as pd

    from mac_core.runs.batch import Batch
    from mac_core.runs.run import Run

_SHOWN = 1000
_MANY = 20  # columns: more are named on demand
_MOST_EXCEL = 100_000  # rows; a larger sheet takes long to write and longer to open
_DOUBTS = {
    "shifted": "I have checked the units, and these patients are of the kind that the study is about: show the predictions",
    "versions": "I know that the run was made by another version of the program: show the predictions",
}


def main() -> None:
    """Draw the page."""
    heading("What is expected for a whole file of new patients?")
    run = need_run(with_model=True)
    answer("Upload a table with the columns of this run; each patient's prediction comes back as a table.")
    if run.question == "treatment":
        st.warning(
            "The predictions say which treatment such patients were usually given. They do not say which works best.",
            icon=":material/warning:",
        )
    _say_columns(run)
    _download(template_csv(run.schema).encode("utf-8-sig"), "Template", f"template-{run.id}", key="template")
    if run.model is None:
        st.warning("The models of this run are not here, so that it cannot predict.", icon=":material/warning:")
        st.stop()
    file = st.file_uploader(
        "New patients: CSV, TSV, text or Excel (.xlsx)",
        type=["csv", "tsv", "txt", "xlsx"],
        key=f"new_patients_{run.id}",
        help="Read, predicted and forgotten: the file is not kept.",
    )
    ask = choose_to_be_asked()
    if file is not None:
        _predict(run, file.getvalue(), file.name, ask=ask)


def _say_columns(run: Run) -> None:
    """Name the columns that are needed; many of them are folded, or the upload would stand far below."""
    named, empty = run.schema.names, "A cell may be empty where the value is not known."
    columns = ", ".join(escape_markdown(name) for name in named)
    if len(named) <= _MANY:
        st.markdown(f"It needs these columns, in any order: {columns}. {empty}")
        return
    st.markdown(f"It needs {len(named)} columns, in any order; the template holds them all. {empty}")
    with st.expander("Their names", icon=":material/view_column:", key="needed_columns"):
        st.markdown(columns)


def _predict(run: Run, content: bytes, name: str, *, ask: bool) -> None:
    batch = _batch(run, content, name)
    if batch is None:
        return
    st.header(say_count(run, batch), anchor=False)
    show_notices(batch.notices, key="batch_notices")
    if any(notice.severity == "question" for notice in batch.notices):
        st.caption(
            "Questions about new patients cannot be answered here: their values are taken as they stand. Correct them in the "
            "file and upload it again."
        )
    show_drift(batch)
    confirmed = [_confirmed(doubt, batch) for doubt in batch.doubts]
    if not all(confirmed):
        st.info("The predictions are held back until this is answered.", icon=":material/help:")
        return
    if ask and not (known := answered(run, batch.ready)).all():
        _held_back(run, batch, known)
        offer_to_keep(run, batch)
        return
    for sentence in say_batch(run, batch):
        st.markdown(escape_markdown(sentence, longest=1000))
    _table(run, batch)
    _downloads(run, batch)
    show_groups(run, batch)
    offer_to_keep(run, batch)


def _batch(run: Run, content: bytes, name: str) -> Batch | None:
    """The file's predictions, made once; None if it could not be read, which is then said."""
    # Read here: it brings the models' libraries, which the pages that only show results do without.
    from mac_core.runs.batch import predict_batch, replaceable_columns

    key = f"{run.id}_{hashlib.sha256(content).hexdigest()}"
    batch = state.batch(key)
    if batch is not None:
        return batch
    try:
        table = resources.upload_reader().read(content, name=name, least_columns=1)
        unknown = replaceable_columns(run, table)
        if unknown and not st.checkbox(
            f"Not in the file: {escape_markdown(', '.join(unknown))}. The study's own patients had gaps there too; treat these "
            "values as unknown for everybody",
            key=f"unknown_{key}",
        ):
            unknown = ()
        batch = predict_batch(run, table, unknown=unknown)
    except InputError as error:
        show_input_error(error)
        return None
    batch = replace(batch, notices=(*table.notices, *batch.notices))
    state.keep_batch(key, batch)
    return batch


def _confirmed(doubt: str, batch: Batch) -> bool:
    return st.checkbox(_DOUBTS[doubt], key=f"{doubt}_{batch.sha256}")


def _held_back(run: Run, batch: Batch, known: pd.Series) -> None:
    """Show the answers of those alone for whom the own choice is recorded; nothing that tells the others' is on the page."""
    waiting, shown = batch.patients[~known], batch.patients[known]
    st.info(
        f"Your own choice comes first, for {len(waiting):,} of {len(batch.patients):,} patients: open one, say what you would "
        "choose, and the answer is shown there, and here when you come back. Verdicts, groups and the whole file follow once "
        "there is a choice for everybody.",
        icon=":material/edit_note:",
    )
    st.dataframe(
        waiting[["line", *[name for name in (run.roles.patient_id, "flags") if name in waiting]]].head(_SHOWN),
        hide_index=True,
        alt="The patients for whom your own choice is not recorded yet",
        key="waiting_table",
    )
    _open_one(run, batch, waiting, [])
    if len(shown):
        st.markdown("**Recorded, and answered**")
        st.dataframe(
            readable(run, shown.head(_SHOWN)),
            hide_index=True,
            alt="What is expected for the patients for whom your own choice is recorded",
            key="answered_table",
        )
        _download(to_safe_csv(shown).encode("utf-8-sig"), "These predictions", f"predictions-{run.id}", key="download_shown")


@st.fragment
def _table(run: Run, batch: Batch) -> None:
    from mac_core.runs.batch_choice import FLAGS, SUPPORT, choose_patients, verdicts_of

    wanted: dict[str, Any] = {}
    verdicts = verdicts_of(batch)
    places = st.columns(3 if verdicts else 1)
    if verdicts:
        wanted["verdict"] = places[0].selectbox(
            "Verdict",
            ["", *verdicts],
            format_func=lambda one: verdict_in_words(one) if one else "all",
            key="by_verdict",
        )
        wanted["support"] = places[1].selectbox(
            "Comparable patients",
            ["", *SUPPORT],
            format_func=lambda one: SUPPORT.get(one, "all"),
            key="by_support",
            help=explain("support"),
        )
    wanted["flag"] = places[-1].selectbox("Flags", ["", *FLAGS], format_func=lambda one: FLAGS.get(one, "all"), key="by_flag")
    chosen = choose_patients(batch, **{name: one or None for name, one in wanted.items()})
    if len(chosen) < len(batch.patients):
        st.caption(f"{len(chosen):,} of {len(batch.patients):,} patients; the downloads hold all of them.")
    elif len(chosen) > _SHOWN:
        st.caption(f"The first {_SHOWN:,} of {len(chosen):,} patients; the downloads hold all of them.")
    picked = st.dataframe(
        readable(run, chosen.head(_SHOWN)),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        alt="What is expected for each patient, one per row, in the order of the file; a click on a column's name sorts",
        key="batch_table",
    )
    _open_one(run, batch, chosen, picked.selection.rows)


def _open_one(run: Run, batch: Batch, chosen: pd.DataFrame, picked: list[int]) -> None:
    lines = batch.patients["line"].astype(int)
    first = chosen["line"].astype(int) if len(chosen) else lines
    choice, action = st.columns([3, 2], vertical_alignment="bottom")
    with choice:
        line = st.number_input(
            "Open one of them on the Patient page (line in the file, or select a row above)",
            min_value=int(lines.min()),
            max_value=int(lines.max()),
            value=int(first.iloc[picked[0] if picked and picked[0] < len(first) else 0]),
            step=1,
            key=f"open_line_{picked[0] if picked else ''}",
        )
    found = lines.index[lines == line]
    with action:
        if st.button("Open this patient", icon=":material/person_search:", key="open_patient", disabled=not len(found)):
            state.give_patient(run.id or "", int(line), batch.ready.loc[found[0]].to_dict())
            go("patient", run=run.id or "")


def _downloads(run: Run, batch: Batch) -> None:
    csv, excel = st.columns(2)
    with csv:
        content = state.batch_file("csv", lambda: to_safe_csv(batch.patients).encode("utf-8-sig"))
        _download(content, "All predictions", f"predictions-{run.id}", key="download")
    with excel:
        if len(batch.patients) <= _MOST_EXCEL:
            content = state.batch_file("xlsx", lambda: to_safe_xlsx(batch.patients))
            _download(content, "All predictions", f"predictions-{run.id}", key="download_xlsx", kind="xlsx")


def _download(content: bytes, label: str, stem: str, *, key: str, kind: str = "csv") -> None:
    # The name carries the content's hash: two downloads of one name could be taken for each other.
    st.download_button(
        f"{label} as {'CSV' if kind == 'csv' else 'Excel'}",
        content,
        file_name=f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{kind}",
        mime="text/csv" if kind == "csv" else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        icon=":material/download:",
        on_click="ignore",
        key=key,
    )


main()
