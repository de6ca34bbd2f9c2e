"""How far the averaged model can be trusted: its errors, what was predicted against what happened, differences between arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mac_core.figures.arms import draw_arms
from mac_core.figures.average_effects import tabulate_effects
from mac_core.figures.chosen_averages import draw_chosen_averages
from mac_core.figures.confusion import count_confusion, draw_confusion, say_confusion
from mac_core.figures.error_comparison import EXPLANATIONS, compare_errors, draw_errors
from mac_core.figures.observed_predicted import draw_observed_predicted
from mac_core.figures.reliability import bin_risks, draw_reliability
from mac_core.figures.wording import learner_titles, loss_words, number, outcome_scale, say_event
from pages.shared.gates import need_run
from pages.shared.prediction import show_average_differences
from pages.shared.show import answer, escape_markdown, heading, show_figure
from pages.shared.terms import explain

if TYPE_CHECKING:
    from mac_core.runs.run import Run


def main() -> None:
    """Draw the page."""
    heading("How far can the averaged model be trusted?")
    run = need_run()
    answer(escape_markdown(run.verdict.sentence, longest=1000))
    if run.question == "treatment":
        st.warning(
            "This is how well the model foresees which treatment was given, not which works best.", icon=":material/warning:"
        )
    _errors(run)
    st.subheader("What was predicted, and what was observed", anchor=False, help=explain("out-of-sample"))
    if run.target.kind == "number":
        _numbers(run)
    else:
        _classes(run)
    st.subheader("Which average speaks for each subtask", anchor=False, help=explain("model average"))
    show_figure(draw_chosen_averages(run.averages, run.selected, learner_titles()), key="chosen_averages")
    if run.question == "both":
        _arms(run)


def _errors(run: Run) -> None:
    words = loss_words(run.loss, run.target.unit)
    st.subheader("Four ways to say the error", anchor=False, help=explain("loss"))
    st.caption(f"The error is the {words.axis}. {words.meaning}")
    honest = run.honest_error
    article, believed, baseline = st.columns(3)
    article.metric(
        "As in the article", number(run.article_error), border=True, height="stretch", help=explain("error as in the article")
    )
    believed.metric(
        "Honest",
        number(honest.value),
        border=True,
        height="stretch",
        help=explain("honest error"),
        delta=f"95 % interval {number(honest.low)} to {number(honest.high)}",
        delta_color="off",
        delta_arrow="off",
    )
    baseline.metric(
        "The same for everybody", number(run.baseline_error), border=True, height="stretch", help=explain("baseline")
    )
    rows = compare_errors(run.article_error, honest, run.baseline_error, run.ranking, learner_titles())
    show_figure(draw_errors(rows, loss=run.loss, unit=run.target.unit), key="errors")
    for row in rows:
        st.markdown(f"- **{escape_markdown(row.title)}** ({number(row.error)}): {EXPLANATIONS[row.code]}")


def _numbers(run: Run) -> None:
    predicted = run.out_of_sample["prediction"]
    show_figure(
        draw_observed_predicted(run.observed, predicted, label=run.target.label, unit=run.target.unit), key="observed_predicted"
    )
    _unpredicted(int(predicted.isna().sum()))


def _classes(run: Run) -> None:
    confusion = count_confusion(run.observed, run.out_of_sample)
    st.markdown(escape_markdown(say_confusion(confusion), longest=1000))
    if run.target.kind == "binary":
        st.caption("With two classes the most probable one is the one above 50 per 100; a rare event seldom gets there.")
    show_figure(draw_confusion(confusion, run.target.label), key="confusion")
    _unpredicted(confusion.unpredicted)
    event = run.target.event
    if run.target.kind == "binary" and event is not None:
        st.subheader("Do the predicted risks come true?", anchor=False, help=explain("calibration"))
        bins = bin_risks(run.observed == event, run.out_of_sample[event])
        show_figure(draw_reliability(bins, say_event(run.target)), key="reliability")


def _unpredicted(count: int) -> None:
    if count:
        st.caption(f"{count:,} patients are left out here: no subtask tested them, so they have no out-of-sample prediction.")


def _arms(run: Run) -> None:
    st.subheader("What was observed in each arm", anchor=False, help=explain("arm"))
    show_figure(draw_arms(run.arms, run.target), key="arms")
    show_average_differences(run)
    if run.average_effects is None or run.average_effects.empty:
        return
    scale, column = outcome_scale(run.target, run.roles), st.column_config
    st.dataframe(
        tabulate_effects(run.average_effects, run.target, run.roles.reference),
        hide_index=True,
        column_config={
            "arm": column.TextColumn("Arm", help=explain("arm")),
            "against": column.TextColumn("Against", help=explain("reference arm")),
            "difference": column.NumberColumn(f"Difference ({scale.unit})", help=explain("average difference"), format="%.3g"),
            "low": column.NumberColumn("From", help=explain("interval"), format="%.3g"),
            "high": column.NumberColumn("To", help=explain("interval"), format="%.3g"),
            "n": column.NumberColumn("Patients", help=explain("support"), format="localized"),
        },
        key="average_differences_table",
        alt="The average differences with their intervals",
    )
    st.caption(explain("randomised" if run.roles.design == "randomised" else "routine care"))
    if reason := run.heterogeneity.get("reason"):
        st.caption(escape_markdown(reason, longest=1000))


main()
