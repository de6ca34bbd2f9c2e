"""The same prediction for a whole file of new patients, with download."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from mac_core.data.schema import template_csv
from mac_core.errors import InputError
from mac_core.runs.safe_csv import to_safe_csv
from mac_core.runs.safe_xlsx import to_safe_xlsx
from pages.shared import resources, state
from pages.shared.batch import readable, say_batch
from pages.shared.gates import need_run
from pages.shared.links import go
from pages.shared.show import answer, escape_markdown, heading, show_input_error, show_notices
from pages.shared.terms import explain

if TYPE_CHECKING:
    from mac_core.runs.batch import Batch
    from mac_core.runs.run import Run

_SHOWN = 1000
_MOST_EXCEL = 100_000  # rows; a larger sheet takes long to write and longer to open


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
    columns = ", ".join(escape_markdown(name) for name in run.schema.names)
    st.markdown(f"It needs these columns, in any order: {columns}. A cell may be empty where the value is not known.")
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
    if file is not None:
        _predict(run, file.getvalue(), file.name)


def _predict(run: Run, content: bytes, name: str) -> None:
    key = f"{run.id}_{hashlib.sha256(content).hexdigest()}"
    batch = state.batch(key)
    if batch is None:
        # Read here: it brings the models' libraries, which the pages that only show results do without.
        from mac_core.runs.batch import predict_batch

        try:
            table = resources.upload_reader().read(content, name=name, least_columns=1)
            batch = predict_batch(run, table)
        except InputError as error:
            show_input_error(error)
            return
        batch = replace(batch, notices=(*table.notices, *batch.notices))
        state.keep_batch(key, batch)
    count = len(batch.patients)
    st.header("One patient" if count == 1 else f"{count:,} patients", anchor=False)
    show_notices(batch.notices, key="batch_notices")
    _show_drift(batch)
    # Numbers only: a changed unit or shifted columns; other shares of men and women are worth a warning, no more.
    shifted = [name for name in batch.drift.index[batch.drift["shifted"]] if run.schema[name].kind == "number"]
    if shifted and not st.checkbox(
        "I have checked the units, and these patients are of the kind that the study is about: show the predictions",
        key=f"checked_{key}",
    ):
        st.info("The predictions are held back until this is answered.", icon=":material/help:")
        return
    for sentence in say_batch(run, batch):
        st.markdown(escape_markdown(sentence, longest=1000))
    st.dataframe(
        readable(run, batch.patients.head(_SHOWN)),
        hide_index=True,
        alt="What is expected for each patient, one per row, in the order of the file",
        key="batch",
    )
    if count > _SHOWN:
        st.caption(f"The first {_SHOWN:,} of {count:,} patients; the downloads hold all of them.")
    _open_one(run, batch)
    csv, excel = st.columns(2)
    with csv:
        content = to_safe_csv(batch.patients).encode("utf-8-sig")
        _download(content, "All predictions", f"predictions-{run.id}", key="download")
    with excel:
        if count <= _MOST_EXCEL:
            _download(
                to_safe_xlsx(batch.patients), "All predictions", f"predictions-{run.id}", key="download_xlsx", kind="xlsx"
            )


def _show_drift(batch: Batch) -> None:
    with st.expander("How these patients differ from the study's", icon=":material/compare:", key="drift"):
        st.caption(explain("drift"))
        shown = batch.drift.drop(columns="shifted").rename(
            columns={
                "study": "in the study",
                "new": "in this file",
                "smd": "difference in standard deviations",
                "outside": "outside the study's range",
                "unseen": "never seen in the study",
                "missing_study": "missing in the study",
                "missing_new": "missing here",
            }
        )
        st.dataframe(shown, alt="Each column's mean or share in the study and in this file", key="drift_table")


def _open_one(run: Run, batch: Batch) -> None:
    lines = batch.patients["line"].astype(int)
    choice, action = st.columns([3, 2], vertical_alignment="bottom")
    with choice:
        line = st.number_input(
            "Open one of them on the Patient page (line in the file)",
            min_value=int(lines.min()),
            max_value=int(lines.max()),
            value=int(lines.iloc[0]),
            step=1,
            key="open_line",
        )
    found = lines.index[lines == line]
    with action:
        if st.button("Open this patient", icon=":material/person_search:", key="open_patient", disabled=not len(found)):
            state.give_patient(run.id or "", int(line), batch.ready.loc[found[0]].to_dict())
            go("patient", run=run.id or "")


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
