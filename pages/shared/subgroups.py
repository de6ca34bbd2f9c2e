"""Whether the model is as good for every group of patients, by a column that the reader chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mac_core.figures.subgroup_errors import draw_group_calibration, draw_group_errors, say_groups, tabulate_groups
from pages.shared.show import escape_markdown, show_figure
from pages.shared.terms import explain

if TYPE_CHECKING:
    from mac_core.runs.run import Run

__all__ = ["show_subgroups"]


@st.fragment
def show_subgroups(run: Run) -> None:
    """Show errors and calibration by group: in sentences, as two pictures, as a table."""
    # Read here: the groups are counted by libraries that the other pages do without.
    from mac_core.runs.run_groups import group_columns, group_run

    st.header("Is it as good for everybody?", anchor=False, help=explain("subgroup"))
    column = st.selectbox("Groups by", group_columns(run), key="accuracy_by", persist_state="session", help=explain("subgroup"))
    table = group_run(run, column)
    unit = run.schema[column].unit if column in run.schema.names else None
    st.markdown("\n".join(f"- {escape_markdown(sentence, longest=1000)}" for sentence in say_groups(table, run.target, column)))
    show_figure(draw_group_errors(table, column, loss=run.loss, target=run.target, unit=unit), key="group_errors")
    show_figure(draw_group_calibration(table, column, target=run.target, unit=unit), key="group_calibration")
    with st.expander("The same as a table", icon=":material/table_rows:", key="groups_as_table"):
        st.dataframe(
            tabulate_groups(table, run.target, run.loss),
            hide_index=True,
            alt="Error and calibration of each group, with the number of patients and 95 % intervals",
            key="group_table",
        )
        st.caption(
            "Each group's interval stands for itself. Whether a group differs from the others is judged more strictly the more "
            "groups there are, but not for looking at one column after the other: a column that you choose after seeing them "
            "all shows differences too easily."
        )
