"""Who is learned from: how many and why others are not, arms and outcome, Table 1, gaps, and whether they are enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from mac_core.data.table_one import table_one
from mac_core.evidence.enough import say_enough
from mac_core.figures.missingness import draw_missingness
from mac_core.figures.outcome_by_arm import draw_outcome_by_arm
from pages.shared.show import escape_markdown, fit_names, show_figure
from pages.shared.terms import explain

if TYPE_CHECKING:
    from mac_core.data.cohort import Cohort

__all__ = ["show_patients_used"]


def show_patients_used(cohort: Cohort) -> None:
    """Draw everything that is known about the patients before a study."""
    st.header("Which patients are used", anchor=False)
    st.markdown(f"**Enough patients?** {escape_markdown(say_enough(cohort), longest=600)}")
    left, right = st.columns(2)
    with left:
        # A list, not a table: its sentences must not be cut off.
        flow = [*cohort.flow, *([("patients among them", cohort.patients)] if cohort.patients < len(cohort.X) else [])]
        st.markdown("\n".join(f"- **{count:,}** {escape_markdown(step)}" for step, count in flow))
        if cohort.patients < len(cohort.X):
            st.caption("What is shown below and beside this as patients counts rows.")
        if cohort.treatment is not None:
            arms = pd.DataFrame({"patients": cohort.treatment.value_counts().sort_index()})
            arms["outcome missing"] = cohort.outcome_missing
            listed = arms.fillna({"outcome missing": 0}).rename_axis("treatment").reset_index()
            st.dataframe(
                listed,
                hide_index=True,
                column_config=fit_names(listed),
                alt="How many patients got each treatment, and how many of them have no outcome",
                key="arms",
            )
    with right:
        show_figure(draw_outcome_by_arm(cohort.y, cohort.treatment, cohort.target), key="outcome_by_arm")
    arms_given = cohort.treatment is not None or cohort.question == "treatment"
    st.markdown("**Table 1: who they are**", help=explain("arm"))
    described = table_one(cohort)
    st.dataframe(
        described,
        hide_index=True,
        column_config=fit_names(described),
        height=min(36 * len(described) + 40, 420),
        alt="The patients' characteristics" + (" in each arm, with the standardised difference" if arms_given else ""),
        key="table_one",
    )
    st.caption(
        "Numbers: mean (standard deviation); others: patients (percent). Cells marked (<11) hold 1 to 10 patients: do not "
        "publish them as they are."
        + (" Difference: the largest standardised one between two arms; above 0.1 the arms differ." if arms_given else "")
    )
    if cohort.X.isna().to_numpy().any():
        st.markdown("**What is missing**")
        show_figure(draw_missingness(cohort.X), key="missingness")
