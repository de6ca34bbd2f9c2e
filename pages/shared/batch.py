"""A file's predictions in words, and as a table that is read on a screen; the downloads hold the numbers themselves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from mac_core.figures.subgroup_advice import draw_subgroup_advice, say_hidden, tabulate_advice
from mac_core.figures.wording import join_words, number
from pages.shared.show import escape_markdown, show_figure
from pages.shared.terms import explain

if TYPE_CHECKING:
    from mac_core.runs.batch import Batch
    from mac_core.runs.run import Run

__all__ = ["VERDICTS", "readable", "say_batch", "say_count", "show_drift", "show_groups", "verdict_in_words"]

VERDICTS = {"arm": "{arm}", "no_clear_difference": "no clear difference", "cannot_tell": "the data cannot tell"}
_DRIFT = {
    "study": "in the study",
    "new": "in this file",
    "smd": "difference in standard deviations",
    "psi": "stability index (PSI)",
    "outside": "outside the study's range",
    "unseen": "never seen in the study",
    "missing_study": "missing in the study",
    "missing_new": "missing here",
}


def say_count(run: Run, batch: Batch) -> str:
    """Say how many patients the file holds; where an id stands in several rows, how many rows of how many patients."""
    rows, people = len(batch.patients), _people(run, batch)
    if people < rows:
        return f"{rows:,} rows of {people:,} patient{'s' if people > 1 else ''}"
    return "One patient" if rows == 1 else f"{rows:,} patients"


def _people(run: Run, batch: Batch) -> int:
    name = run.roles.patient_id
    if name is None or name not in batch.patients:
        return len(batch.patients)
    ids = batch.patients[name]
    # A row without an id is a patient of its own.
    return int(ids.nunique() + ids.isna().sum())


def say_batch(run: Run, batch: Batch) -> list[str]:
    """Summarise the verdicts and the flags."""
    sentences = []
    if batch.verdicts is not None:
        said = [
            f"{VERDICTS[row.verdict].format(arm=row.arm)} for {row.patients:,}"
            for row in batch.verdicts.itertuples(index=False)
        ]
        sentences.append(
            f"Verdicts: {join_words(said)}. A verdict that is the same for everybody rests on averages and is no advice for "
            "one patient."
        )
    flagged = int((batch.patients["flags"] != "").sum())
    if flagged:
        word = "rows" if _people(run, batch) < len(batch.patients) else "patients"
        sentences.append(
            f"{flagged:,} of {len(batch.patients):,} {word} have a flag: values unknown or outside the data, or the very "
            "values of a patient of the study."
        )
    return sentences


def verdict_in_words(verdict: tuple[str, str]) -> str:
    """Say a verdict and its arm as the table does.

    Examples
    --------
    >>> verdict_in_words(("arm", "B")), verdict_in_words(("cannot_tell", ""))
    ('B', 'the data cannot tell')
    """
    return VERDICTS[verdict[0]].format(arm=verdict[1])


def show_drift(batch: Batch) -> None:
    """Show, column by column, how the file's patients differ from the study's."""
    with st.expander("How these patients differ from the study's", icon=":material/compare:", key="drift"):
        st.caption(explain("drift"))
        st.dataframe(
            batch.drift.drop(columns="shifted").rename(columns=_DRIFT),
            column_config={
                _DRIFT[name]: st.column_config.NumberColumn(format="%.3g") for name in ("study", "new", "smd", "psi")
            }
            | {_DRIFT[name]: st.column_config.NumberColumn(format="percent") for name in ("missing_study", "missing_new")},
            alt="Each column's mean or share in the study and in this file, and how much it has changed",
            key="drift_table",
        )


@st.fragment
def show_groups(run: Run, batch: Batch) -> None:
    """Show what the predictions say in groups of patients, by a column that the reader chooses."""
    from mac_core.runs.batch_groups import group_batch

    title = "To whom is a treatment named?" if batch.verdicts is not None else "What is expected, group by group?"
    st.header(title, anchor=False, help=explain("subgroup"))
    column = st.selectbox(
        "Groups by", list(batch.described.columns), key="group_by", persist_state="session", help=explain("subgroup")
    )
    table = group_batch(run, batch, column)
    unit = run.schema[column].unit if column in run.schema.names else None
    show_figure(draw_subgroup_advice(table, run.target, column, unit=unit), key="groups")
    if hidden := say_hidden(table):
        st.caption(escape_markdown(hidden, longest=1000))
    if "gain" in table:
        st.caption(
            f"{explain('expected gain')} Its interval says how the file's patients vary, not how sure the study is of the "
            "difference itself: that stands on Accuracy."
        )
    st.dataframe(
        tabulate_advice(table, run.target),
        hide_index=True,
        alt="The same as a table: each group's patients, verdicts and what is expected, with intervals",
        key="groups_table",
    )


def readable(run: Run, patients: pd.DataFrame) -> pd.DataFrame:
    """Make the table for the screen: verdict first, amounts as on the patient page, support only where it is not enough."""
    risk = run.target.kind == "binary"
    table = pd.DataFrame({"line": patients["line"]})
    if run.roles.patient_id is not None and run.roles.patient_id in patients:
        table[run.roles.patient_id] = patients[run.roles.patient_id]
    if "verdict" in patients:
        table["verdict"] = [
            VERDICTS[verdict].format(arm=arm) for verdict, arm in zip(patients["verdict"], patients["verdict for"], strict=True)
        ]
    unit = "of 100" if risk else run.target.unit or "unit as in the table"
    arms = [name.removeprefix("outcome under ") for name in patients if name.startswith("outcome under ")]
    for arm in arms:
        expected, support = patients[f"outcome under {arm}"], patients[f"support under {arm}"]
        table[f"{arm} ({unit})"] = [
            "no number" if pd.isna(value) else _amount(value, risk=risk) + (" (few)" if word == "thin" else "")
            for value, word in zip(expected, support, strict=True)
        ]
    if not arms:
        for name in patients:
            if name.startswith("probability of "):
                table[f"{name.removeprefix('probability of ')} (of 100)"] = [
                    _amount(value, risk=True) for value in patients[name]
                ]
            elif name.startswith("expected ") or name.endswith("(95 in 100)"):
                table[name] = [_amount(value, risk=False) for value in patients[name]]
    return table.assign(flags=patients["flags"])


def _amount(value: float, *, risk: bool) -> str:
    if not risk:
        return number(value)
    shown = 100 * float(value)
    return "fewer than 1" if 0 < shown < 0.5 else "more than 99" if 99.5 <= shown < 100 else f"{math.floor(shown + 0.5)}"
