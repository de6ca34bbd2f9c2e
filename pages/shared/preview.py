"""The table as it was read, with the cells marked that something was noticed about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from mac_core.data.marks import mark_cells
from pages.shared.show import fit_names

if TYPE_CHECKING:
    from mac_core.data.roles import Roles
    from mac_core.data.table import PatientTable
    from mac_core.errors import Notice

__all__ = ["show_columns", "show_preview"]

_ROWS = 200
_LINE = "row in the file"
# Translucent, so that they are readable on light and dark; the sentence above says the same in words.
_COLOURS = {
    "question": "background-color: rgba(213, 94, 0, 0.35)",
    "warning": "background-color: rgba(230, 159, 0, 0.30)",
    "fixed": "background-color: rgba(86, 180, 233, 0.22)",
}
_KINDS = {"number": "number", "category": "category", "date": "date", "text": "free text", "identifier": "identifier"}


def show_preview(table: PatientTable, notices: Sequence[Notice]) -> None:
    """Show the first rows, or those with a marked cell."""
    st.header("The table as it was read", anchor=False)
    marks = mark_cells(table, notices)
    marked = (marks != "").any(axis=1).to_numpy()
    where = pd.RangeIndex(len(marks))[:_ROWS]
    if marked.any():
        many = "the one row" if marked.sum() == 1 else f"the {int(marked.sum()):,} rows"
        only = st.toggle(f"Only {many} with a marked cell", value=False, key="only_marked")
        where = marks.index[marked][:_ROWS] if only else where
        st.caption("Marked: dark orange, a question; yellow, a warning; blue, a repair. A grey None is a missing value.")
    shown, levels = table.frame.loc[where], marks.loc[where]
    if _LINE not in shown:
        shown = pd.concat([pd.Series(table.lines[where], index=where, name=_LINE), shown], axis=1)
        levels = pd.concat([pd.Series("", index=where, name=_LINE), levels], axis=1)
    styled: Any = shown
    if (levels != "").any(axis=None):
        colours = levels.map(lambda level: _COLOURS.get(level, ""))
        styled = shown.style.format(_cell).apply(lambda _: colours, axis=None)
    st.dataframe(
        styled,
        hide_index=True,
        height=270,
        column_config={**fit_names(shown), **_days(shown)},
        alt=f"{len(shown)} rows of the table, after reading; {int((levels != '').sum().sum())} cells are marked",
        key="preview",
    )
    if len(table.frame) > _ROWS:
        st.caption(f"{len(shown):,} of {len(table.frame):,} rows.")


def _days(frame: pd.DataFrame) -> dict[str, Any]:
    """Dates without a time of the day are written without one."""
    dates = frame.select_dtypes("datetime").columns
    return {
        str(name): st.column_config.DateColumn(format="YYYY-MM-DD")
        for name in dates
        if (frame[name].dropna() == frame[name].dropna().dt.normalize()).all()
    }


def _cell(value: object) -> str:
    """Write a cell as Streamlit writes it without styles."""
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def show_columns(table: PatientTable, roles: Roles) -> None:
    """List the columns with what they are for and what stands in them."""
    named = {
        roles.treatment: "treatment",
        roles.outcome: "outcome",
        roles.harm: "harm",
        roles.patient_id: "patient id",
        roles.site: "site",
    }
    rows = []
    for column in table.schema.columns:
        learnable = column.kind in ("number", "category")
        role = named.get(column.name) or (
            "ignored" if column.name in roles.ignore else "to learn from" if learnable else "left out"
        )
        holds = f"{column.low:g} to {column.high:g}" if column.low is not None else ", ".join(column.levels[:6])
        missing = round(100 * column.missing / max(1, len(table.frame)))
        rows.append([column.name, role, _KINDS[column.kind], column.unit or "", holds, missing])
    listed = pd.DataFrame(rows, columns=["column", "used as", "kind", "unit", "values", "missing, %"])
    st.dataframe(
        listed,
        hide_index=True,
        height=min(36 * len(rows) + 40, 320),
        column_config={
            **fit_names(listed),
            "missing, %": st.column_config.ProgressColumn(format="%d", min_value=0, max_value=100),
        },
        alt="Each column: what it is used as, its kind, its values, and how much of it is missing",
        key="columns",
    )
