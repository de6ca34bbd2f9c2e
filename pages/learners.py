"""Which learners work for patients like these, how sure the ranking is, and what the search cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mac_core.figures.choice_shares import draw_choice_shares
from mac_core.figures.error_comparison import say_means
from mac_core.figures.error_matrix import draw_error_matrix
from mac_core.figures.learner_cost import draw_learner_cost
from mac_core.figures.ranking import draw_ranking, rank_sentence, say_groups, tabulate_ranking
from mac_core.figures.wins import draw_wins
from mac_core.figures.wording import decimals, learner_explanations, learner_title, learner_titles, loss_words, number
from pages.shared.gates import need_run
from pages.shared.repeated_ids import say_repeated
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
    if run.verdict.code == "no_better":
        # Who is first among those that help nobody is the second question.
        answer(escape_markdown(run.verdict.sentence, longest=1000))
        st.markdown(escape_markdown(rank_sentence(run.ranking, titles), longest=500))
    else:
        answer(escape_markdown(rank_sentence(run.ranking, titles), longest=500))
    say_repeated(run)
    st.caption(
        f"The error is the {loss_words(run.loss, run.target.unit).axis}. {loss_words(run.loss).meaning} "
        f"All errors here are on patients that the models did not see. {say_means(run.settings.draw)}"
    )
    _ranking(run, titles)

    st.header("Every learner on every subtask", anchor=False, help=explain("subtask"))
    show_figure(draw_error_matrix(run.errors, titles, loss=run.loss, unit=run.target.unit), key="error_matrix")

    st.header("Whose average was chosen how often", anchor=False, help=explain("model average"))
    if "weights" in run.evidence:
        st.caption(
            "In this study learners have weights, the same ones for every subtask; these choices are where the weights start."
        )
    show_figure(draw_wins(run.selected, titles, eligible=run.averages.columns), key="wins")
    _choices(run, titles)

    _dropped(run, titles)
    _cost(run, titles)


def _ranking(run: Run, titles: Mapping[str, str]) -> None:
    st.header("The ranking", anchor=False, help=f"{explain('learner')} {explain('baseline learner')}")
    show_figure(draw_ranking(run.ranking, titles, loss=run.loss, unit=run.target.unit), key="ranking")
    if groups := say_groups(run.ranking, titles):
        st.markdown(escape_markdown(groups, longest=1000))
    column = st.column_config
    errors = f"%.{decimals(run.ranking['mean_error'])}f"
    st.dataframe(
        tabulate_ranking(run.ranking, titles, learner_explanations()),
        hide_index=True,
        column_config={
            "place": column.NumberColumn("Place", width="small", pinned=True),
            "learner": column.TextColumn("Learner", help=explain("learner"), pinned=True),
            "kind": column.TextColumn("Kind", help=explain("baseline learner")),
            "mean_error": column.NumberColumn("Mean error", help=f"Over the subtasks. {explain('loss')}", format=errors),
            "low": column.NumberColumn("From", help=explain("interval"), format=errors),
            "high": column.NumberColumn("To", help=explain("interval"), format=errors),
            "p_first": column.NumberColumn("First, of 100", help=explain("probability of rank 1"), format="%.0f"),
            "group": column.NumberColumn("Group", help=explain("tied group")),
            "seconds": column.NumberColumn("Seconds", help="Time to train it on all subtasks.", format="%.2f"),
            "explanation": column.TextColumn("How it learns", width="large"),
        },
        key="ranking_table",
        alt="The ranking with numbers, and each learner explained in one line",
    )


def _choices(run: Run, titles: Mapping[str, str]) -> None:
    shares = run.evidence.get("choices")
    if shares is None or shares.shape[1] < 2:
        return
    st.header("Would the subtasks choose the same again?", anchor=False, help=explain("choice over resamples"))
    show_figure(draw_choice_shares(shares, run.selected, titles), key="choice_shares")


def _dropped(run: Run, titles: Mapping[str, str]) -> None:
    if not run.dropped:
        return
    st.header("Left out", anchor=False, help="These learners failed on this table; the study went on without them.")
    for name, reason in run.dropped.items():
        st.markdown(f"- **{escape_markdown(learner_title(name, titles))}**: {escape_markdown(reason, longest=500)}")


def _cost(run: Run, titles: Mapping[str, str]) -> None:
    st.header("What it cost", anchor=False, help="Time on this machine; it differs from one run to the next.")
    show_figure(draw_learner_cost(run.ranking, titles, loss=run.loss, unit=run.target.unit), key="learner_cost")
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
