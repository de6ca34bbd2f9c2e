"""Which learners work for patients like these, how sure the ranking is, and what the search cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mac_core.figures.error_matrix import draw_error_matrix
from mac_core.figures.ranking import draw_ranking, rank_sentence, tabulate_ranking
from mac_core.figures.wins import draw_wins
from mac_core.figures.wording import learner_explanations, learner_title, learner_titles, loss_words, number
from pages.shared.gates import need_run
from pages.shared.show import answer, escape_markdown, heading, show_figure
from pages.shared.terms import explain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mac_core.runs.run import Run


def main() -> None:
    """Draw the page."""
    heading("Which algorithms work for patients like mine, and how sure is the ranking?")
    run = need_run()
    titles = learner_titles()
    answer(escape_markdown(rank_sentence(run.ranking, titles), longest=500))
    st.caption(
        f"The error is the {loss_words(run.loss, run.target.unit).axis}. {loss_words(run.loss).meaning} "
        "All errors here are on patients that the models did not see."
    )
    _ranking(run, titles)

    st.subheader("Every learner on every subtask", anchor=False, help=explain("subtask"))
    show_figure(draw_error_matrix(run.errors, titles, loss=run.loss, unit=run.target.unit), key="error_matrix")

    st.subheader("Whose average was chosen how often", anchor=False, help=explain("model average"))
    show_figure(draw_wins(run.selected, titles, eligible=run.averages.columns), key="wins")

    _dropped(run, titles)
    _cost(run)


def _ranking(run: Run, titles: Mapping[str, str]) -> None:
    st.subheader("The ranking", anchor=False, help=f"{explain('learner')} {explain('baseline learner')}")
    show_figure(draw_ranking(run.ranking, titles, loss=run.loss, unit=run.target.unit), key="ranking")
    column = st.column_config
    st.dataframe(
        tabulate_ranking(run.ranking, titles, learner_explanations()),
        hide_index=True,
        column_config={
            "place": column.NumberColumn("Place", width="small", pinned=True),
            "learner": column.TextColumn("Learner", help=explain("learner"), pinned=True),
            "kind": column.TextColumn("Kind", help=explain("baseline learner")),
            "mean_error": column.NumberColumn("Mean error", help=f"Over the subtasks. {explain('loss')}", format="%.3g"),
            "low": column.NumberColumn("From", help=explain("interval"), format="%.3g"),
            "high": column.NumberColumn("To", help=explain("interval"), format="%.3g"),
            "p_first": column.NumberColumn("Came first", help=explain("probability of rank 1"), format="percent"),
            "seconds": column.NumberColumn("Seconds", help="Time to train it on all subtasks.", format="%.2f"),
            "explanation": column.TextColumn("How it learns", width="large"),
        },
        key="ranking_table",
        alt="The ranking with numbers, and each learner explained in one line",
    )


def _dropped(run: Run, titles: Mapping[str, str]) -> None:
    if not run.dropped:
        return
    st.subheader("Left out", anchor=False, help="These learners failed on this table; the study went on without them.")
    for name, reason in run.dropped.items():
        st.markdown(f"- **{escape_markdown(learner_title(name, titles))}**: {escape_markdown(reason, longest=500)}")


def _cost(run: Run) -> None:
    st.subheader("What it cost", anchor=False)
    total, training, fits = st.columns(3)
    total.metric("The whole study", f"{number(run.seconds)} s", border=True, height="stretch")
    training.metric(
        "Training, summed over learners",
        f"{number(float(run.ranking['seconds'].sum()))} s",
        border=True,
        height="stretch",
        help="More than the whole study took where several models were trained at the same time.",
    )
    fits.metric(
        "Models trained",
        f"{run.errors.size:,}",
        border=True,
        height="stretch",
        help="One for every learner and subtask, the baselines included.",
    )


main()
