"""Two finished runs beside each other: which errs less on the same patients, and what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mac_core.errors import InputError
from mac_core.figures.run_comparison import draw_two_runs, say_two_runs, tabulate_two_runs
from mac_core.figures.wording import join_words
from pages.shared import resources, state
from pages.shared.runs_table import created_in_words
from pages.shared.show import escape_markdown, show_figure, show_input_error
from pages.shared.terms import explain

if TYPE_CHECKING:
    import pandas as pd

    from mac_core.runs.run import Run
    from mac_core.runs.side_by_side import SideBySide

__all__ = ["show_comparison"]


@st.fragment
def show_comparison(runs: pd.DataFrame) -> None:
    """Let the reader choose two rows of `RunStore.list`, and compare them."""
    # Read here: it judges predictions, which the list alone does without.
    from mac_core.runs.side_by_side import compare_runs

    st.header("Compare two runs", anchor=False, help=explain("paired comparison"))
    titles = dict(zip(runs["id"], runs["name"] + ", " + runs["created"].map(created_in_words), strict=True))
    names = list(titles)
    # The newest run, and the newest of the others that predicts the same: most are repeated with other settings.
    alike = (runs[["name", "target"]] == runs[["name", "target"]].iloc[0]).all(axis=1).iloc[1:].to_numpy()
    starts = (0, 1 + int(alike.argmax()))
    chosen = [
        place.selectbox(label, names, index=start, format_func=titles.get, key=f"compare_{label.lower()}")
        for place, label, start in zip(st.columns(2), ("First", "Second"), starts, strict=True)
    ]
    if chosen[0] == chosen[1]:
        st.info("These are the same run; choose another one.", icon=":material/info:")
        return
    try:
        first, second = (resources.opened_run(state.owner(), run_id) for run_id in chosen)
    except InputError as error:
        show_input_error(error)
        return
    _show(first, second, compare_runs(first, second))


def _show(first: Run, second: Run, found: SideBySide) -> None:
    st.markdown(f"**{escape_markdown(say_two_runs(found, unit=first.target.unit), longest=1000)}**")
    if found.paired is not None:
        st.caption(
            "By models that had not seen the patient. Neither number is corrected for having picked the best of many learners, "
            "so that a run which tried more of them looks a little better than it is. Whoever compares many runs finds one "
            "that is better by chance."
        )
    if found.same_loss:
        show_figure(draw_two_runs(found, loss=first.loss, unit=first.target.unit), key="two_runs")
    else:
        st.caption(
            "The two runs predict different things or measure errors differently; each error is in its own run's measure."
        )
    st.dataframe(
        tabulate_two_runs(found.errors), hide_index=True, alt="The errors of both runs, with 95 % intervals", key="two_errors"
    )
    for title, table, key in (("Settings", found.settings, "two_settings"), ("Data", found.data, "two_data")):
        differs = table.loc[table["differs"], "what"]
        st.markdown(f"**{title}**: {'what differs is ' + join_words(differs) if len(differs) else 'nothing differs'}.")
        st.dataframe(
            table.assign(differs=table["differs"].map({True: "differs", False: ""})),
            hide_index=True,
            alt=f"{title} of both runs, and where they differ",
            key=key,
        )
