"""The same prediction for a whole file of new patients, with download."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import streamlit as st

from mac_core.data.reading import read_table
from mac_core.data.schema import template_csv
from mac_core.errors import InputError
from mac_core.runs.safe_csv import to_safe_csv
from pages.shared.gates import need_run
from pages.shared.show import answer, escape_markdown, heading, show_input_error, show_notices

if TYPE_CHECKING:
    from mac_core.runs.run import Run

_SHOWN = 1000


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
    # Read here: it brings the models' libraries, which the pages that only show results do without.
    from mac_core.runs.prediction import predict_file

    try:
        table = read_table(content, name=name, least_columns=1)
        predicted, notices = predict_file(run, table)
    except InputError as error:
        show_input_error(error)
        return
    st.header("One patient" if len(predicted) == 1 else f"{len(predicted):,} patients", anchor=False)
    show_notices((*table.notices, *notices), key="batch_notices")
    st.dataframe(predicted.head(_SHOWN), hide_index=True, alt="What is expected for each patient, one per row", key="batch")
    if len(predicted) > _SHOWN:
        st.caption(f"The first {_SHOWN:,} of {len(predicted):,} patients; the download holds all of them.")
    _download(to_safe_csv(predicted).encode("utf-8-sig"), "All predictions", f"predictions-{run.id}", key="download")


def _download(content: bytes, label: str, stem: str, *, key: str) -> None:
    # The name carries the content's hash: two downloads of one name could be taken for each other.
    st.download_button(
        f"{label} as CSV",
        content,
        file_name=f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=key,
    )


main()
