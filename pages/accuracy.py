"""How far the averaged model can be trusted: its errors, what was predicted against what happened, differences between arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mac_core.figures.arms import draw_arms
from mac_core.figures.average_effects import tabulate_effects
from mac_core.figures.chosen_averages import draw_chosen_averages
from mac_core.figures.confusion import count_confusion, draw_confusion, say_confusion
from mac_core.figures.error_comparison import compare_errors, draw_errors, explain_error, say_errors, say_gain
from mac_core.figures.learner_weights import draw_learner_weights
from mac_core.figures.site_errors import draw_site_errors
from mac_core.figures.wording import alike, learner_titles, loss_words, outcome_scale
from pages.shared.evidence import evidence_of, show_calibration, show_coverage, show_decision
from pages.shared.gates import need_run
from pages.shared.learning_curve import show_learning_curve
from pages.shared.prediction import show_average_differences
from pages.shared.repeated_ids import say_repeated
from pages.shared.show import answer, escape_markdown, heading, show_figure
from pages.shared.subgroups import show_subgroups
from pages.shared.surrogate import warn_of_surrogate
from pages.shared.terms import explain
from pages.shared.treatments import show_treatments
from pages.shared.validations import show_validations

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from mac_core.runs.run import Run


def main() -> None:
    """Draw the page."""
    heading("How far can the averaged model be trusted?")
    run = need_run()
    answer(escape_markdown(run.verdict.sentence, longest=1000))
    warn_of_surrogate(run)
    say_repeated(run)
    if run.question == "treatment":
        st.warning(
            "This is how well the model foresees which treatment was given, not which works best.", icon=":material/warning:"
        )
    _errors(run)
    if run.site_errors is not None:
        st.header("Does it carry over from site to site?", anchor=False, help=explain("site"))
        show_figure(draw_site_errors(run.site_errors, loss=run.loss, unit=run.target.unit), key="site_errors")
    evidence = evidence_of(run)
    _unpredicted(int(run.out_of_sample.isna().any(axis=1).sum()))
    if run.target.kind != "number":
        _classes(run)
    show_calibration(run, evidence)
    show_decision(run, evidence)
    show_subgroups(run)
    show_coverage(run, evidence)
    if (weights := run.evidence.get("weights")) is not None:
        st.header("How much each learner counts", anchor=False, help=explain("weights"))
        show_figure(draw_learner_weights(weights["weight"], learner_titles()), key="learner_weights")
    else:
        st.header("Which average speaks for each subtask", anchor=False, help=explain("model average"))
        show_figure(draw_chosen_averages(run.averages, run.selected, learner_titles()), key="chosen_averages")
    if run.question == "both":
        _arms(run)
    show_validations(run)
    show_learning_curve(run)


def _errors(run: Run) -> None:
    words = loss_words(run.loss, run.target.unit)
    st.header("Four ways to say the error", anchor=False, help=explain("loss"))
    st.caption(f"The error is the {words.axis}. {words.meaning}")
    honest = run.honest_error
    rows = compare_errors(run.article_error, honest, run.baseline_error, run.ranking, learner_titles())
    said = dict(zip([row.code for row in rows], say_errors(rows), strict=True))
    low, high = alike([honest.low, honest.high, run.baseline_error])[:2]
    # Two rows of two: four in a row cut their intervals short.
    article, believed = st.columns(2)
    baseline, gained = st.columns(2)
    article.metric("As in the article", said["article"], border=True, height="stretch", help=explain("error as in the article"))
    believed.metric(
        "Honest",
        said["honest"],
        border=True,
        height="stretch",
        help=explain("honest error"),
        delta=f"95 % interval {low} to {high}",
        delta_color="off",
        delta_arrow="off",
    )
    baseline.metric("The same for everybody", said["baseline"], border=True, height="stretch", help=explain("baseline"))
    _gain(run, gained)
    show_figure(draw_errors(rows, loss=run.loss, unit=run.target.unit), key="errors")
    for row in rows:
        st.markdown(f"- **{escape_markdown(row.title)}** ({said[row.code]}): {explain_error(row.code, run.settings.draw)}")


def _gain(run: Run, place: DeltaGenerator) -> None:
    gain = say_gain(run.honest_gain, run.baseline_error)
    place.metric(
        "Errors of the model",
        gain.value,
        border=True,
        height="stretch",
        help=explain("gain"),
        delta=gain.interval,
        delta_color="off",
        delta_arrow="off",
    )


def _classes(run: Run) -> None:
    st.header("What was predicted, and what was observed", anchor=False, help=explain("out-of-sample"))
    confusion = count_confusion(run.observed, run.out_of_sample)
    st.markdown(escape_markdown(say_confusion(confusion), longest=1000))
    if run.target.kind == "binary":
        st.caption(
            "With two classes the most probable one is the one above 50 per 100; a rare event seldom gets there. Below, the "
            "threshold is yours."
        )
    show_figure(draw_confusion(confusion, run.target.label), key="confusion")


def _unpredicted(count: int) -> None:
    if count:
        st.caption(
            f"{count:,} patients are left out of what follows: no subtask tested them, so that they have no honest prediction."
        )


def _arms(run: Run) -> None:
    st.header("What was observed in each arm", anchor=False, help=explain("arm"))
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
    if run.treatment_evidence:
        show_treatments(run)
    elif reason := run.heterogeneity.get("reason"):
        st.caption(escape_markdown(reason, longest=1000))


main()
