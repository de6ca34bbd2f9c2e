"""The parts of Accuracy that say how far predictions come true, what deciding by them would bring, and what ranges promise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from mac_core.evidence.decision_curve import count_at_threshold, decision_curve
from mac_core.figures.calibration_words import say_calibration, tabulate_calibration
from mac_core.figures.confusion import say_threshold
from mac_core.figures.coverage import draw_coverage, say_coverage, tabulate_coverage
from mac_core.figures.decision_curve import draw_decision_curve, say_decision
from mac_core.figures.observed_predicted import draw_observed_predicted
from mac_core.figures.reliability import bin_risks, draw_reliability
from mac_core.figures.wording import say_event
from pages.shared import state
from pages.shared.show import escape_markdown, show_figure
from pages.shared.terms import explain

if TYPE_CHECKING:
    import pandas as pd

    from mac_core.runs.run import Run

__all__ = ["evidence_of", "show_calibration", "show_coverage", "show_decision"]


def evidence_of(run: Run) -> Mapping[str, pd.DataFrame]:
    """The run's evidence; of a run that was kept before runs had any, it is made now."""
    if run.evidence:
        return run.evidence
    from mac_core.evidence.weighing import weigh

    return weigh(run.observed, run.out_of_sample, run.target, seed=run.settings.seed)


def show_calibration(run: Run, evidence: Mapping[str, pd.DataFrame]) -> None:
    """Do predictions come true? In a sentence, as a picture, as measures."""
    numbers = run.target.kind == "number"
    title = "Do the predicted values come true?" if numbers else "Do the predicted risks come true?"
    st.header(title, anchor=False, help=explain("calibration"))
    if "calibration" not in evidence:
        st.markdown("No patient has a prediction by models that did not see the patient.")
        return
    classes = list(evidence["counts"]["class"])
    chosen = classes[0]
    if len(classes) > 1:
        chosen = st.selectbox("Class", classes, key="calibration_class", persist_state="session", help=explain("one class"))
    part = {name: evidence[name][evidence[name]["class"] == chosen] for name in ("calibration", "curve", "histogram", "counts")}
    measures, counts = part["calibration"].set_index("measure")[["value", "low", "high"]], part["counts"].iloc[0]
    event = say_event(run.target) if run.target.kind == "binary" else f"{run.target.label}: {chosen}"
    said = say_calibration(
        measures,
        label=run.target.label if numbers else event,
        events=None if numbers else int(counts["events"]),
        n=int(counts["n"]),
        unit=run.target.unit,
    )
    if run.loss == "zero_one":
        st.info(
            "With this loss the subtasks vote: what follows are shares of their votes, not risks, and need not come true.",
            icon=":material/how_to_vote:",
        )
    st.markdown(escape_markdown(said, longest=1000))
    if numbers:
        figure = draw_observed_predicted(
            run.observed, run.out_of_sample["prediction"], label=run.target.label, unit=run.target.unit, curve=part["curve"]
        )
        show_figure(figure, key="observed_predicted")
    else:
        bins = bin_risks(run.observed == chosen, run.out_of_sample[chosen])
        show_figure(draw_reliability(bins, event, curve=part["curve"], histogram=part["histogram"]), key="reliability")
    _sample(evidence)
    column = st.column_config.TextColumn
    with st.expander("All measures of calibration", icon=":material/table_rows:", key="calibration_measures"):
        st.dataframe(
            tabulate_calibration(measures),
            hide_index=True,
            column_config={
                "measure": column("Measure", pinned=True),
                "value": column("Value"),
                "from": column("From", help=explain("interval")),
                "to": column("To", help=explain("interval")),
                "meaning": column("What it means", width="large"),
            },
            key="calibration_table",
            alt="The measures of calibration with their intervals",
        )


def show_coverage(run: Run, evidence: Mapping[str, pd.DataFrame]) -> None:
    """Do ranges, or sets of classes, hold what they promise?"""
    numbers = run.target.kind == "number"
    title = "Do the ranges of single patients hold?" if numbers else "Do sets of possible classes hold?"
    st.header(title, anchor=False, help=explain("coverage"))
    if "coverage" not in evidence:
        st.markdown("Coverage was not measured, since no patients were left to test it.")
        return
    coverage = evidence["coverage"]
    st.markdown(escape_markdown(say_coverage(coverage, unit=run.target.unit), longest=1000))
    show_figure(draw_coverage(coverage, unit=run.target.unit), key="coverage")
    st.caption(
        "Measured on this study's own patients: the size was set on nine tenths of them and tried on the last tenth, ten times "
        "over. Patients from elsewhere may be held less often."
    )
    number = st.column_config.NumberColumn
    with st.expander("The same as a table", icon=":material/table_rows:", key="coverage_as_table"):
        st.dataframe(
            tabulate_coverage(coverage),
            hide_index=True,
            column_config={
                "level": number("Promised, of 100", format="%.0f", pinned=True),
                "coverage": number("Measured, of 100", format="%.1f"),
                "low": number("From", help=explain("interval"), format="%.1f"),
                "high": number("To", help=explain("interval"), format="%.1f"),
                "radius": number(f"Plus or minus ({run.target.unit or 'unit as in the table'})", format="%.3g"),
                "worst_fifth": number("In the worst fifth, of 100", format="%.1f"),
                "size": number("Classes in a set, mean", format="%.2f"),
                "single": number("A single class left, of 100", format="%.1f"),
            },
            key="coverage_table",
            alt="Promised and measured coverage",
        )


@st.fragment
def show_decision(run: Run, evidence: Mapping[str, pd.DataFrame]) -> None:
    """What acting on the predicted risk would bring, at a threshold that the reader moves; of classes, one at a time."""
    if run.target.kind == "number":
        st.caption(
            "Whether it is worth deciding by the prediction (a decision curve) can be judged for events alone; this outcome is "
            "a number. To see it, study a column that says yes or no, such as whether a limit was passed."
        )
        return
    if "counts" not in evidence:
        return
    st.header("Is it worth deciding by the predicted risk?", anchor=False, help=explain("net benefit"))
    event, name = run.target.event, say_event(run.target)
    if run.target.kind == "classes" or event is None:
        event = st.selectbox(
            "Class that one would act on",
            list(evidence["counts"]["class"]),
            key="decision_class",
            persist_state="session",
            help=explain("one class"),
        )
        if event is None:
            return
        name = f"{run.target.label}: {event}"
    decision = evidence["decision"] if "decision" in evidence else _decision_of(run, event)
    share = float((run.observed == event).mean())
    usual = min(90, max(2, round(100 * share)))
    percent = st.slider(
        "Act on a predicted risk of at least (per 100)",
        min_value=1,
        max_value=99,
        value=usual,
        key="threshold" if event == run.target.event else f"threshold_{event}",
        persist_state="session",
        help="How likely the event must be before you would act (test, treat, watch). A low threshold misses few patients and "
        "acts on many needlessly; it starts at the share of patients who had the event.",
    )
    threshold = percent / 100
    counts = count_at_threshold(run.observed == event, run.out_of_sample[event], threshold)
    st.markdown(escape_markdown(say_threshold(counts, threshold, name), longest=1000))
    shown = st.columns(3)
    for place, title, value, term in (
        (shown[0], "Sensitivity", counts.sensitivity, "sensitivity"),
        (shown[1], "Specificity", counts.specificity, "specificity"),
        (shown[2], "Right when acting", counts.predictive_value, "predictive value"),
    ):
        known = value == value
        place.metric(title, f"{100 * value:.0f} %" if known else "not known", border=True, height="stretch", help=explain(term))
    said = say_decision(decision, threshold, name, learned=run.verdict.code == "better")
    st.markdown(escape_markdown(said, longest=1000))
    low, high = st.slider(
        "Thresholds that come into question (per 100)",
        min_value=1,
        max_value=99,
        value=(1, min(99, max(40, 5 * round(usual / 2)))),
        key="threshold_span" if event == run.target.event else f"threshold_span_{event}",
        persist_state="session",
        help="The picture shows this span only; choose it before you look at the curve.",
    )
    figure = draw_decision_curve(decision, name, span=(low / 100, high / 100), threshold=threshold)
    show_figure(figure, key="decision_curve")


def _decision_of(run: Run, name: str) -> pd.DataFrame:
    """One class against all others; made when asked for, and again only for another class."""
    key = f"{run.id}_{name}"
    if (kept := state.decision(key)) is not None:
        return kept
    known = run.out_of_sample[name].notna()
    groups = None if run.patients is None else run.patients[known].to_numpy()
    happened, risk = (run.observed == name)[known].to_numpy(), run.out_of_sample.loc[known, name].to_numpy()
    table = decision_curve(happened, risk, groups=groups, seed=run.settings.seed)
    state.keep_decision(key, table)
    return table


def _sample(evidence: Mapping[str, pd.DataFrame]) -> None:
    judged = evidence["judged"].iloc[0]
    if judged["patients"] < judged["of"]:
        st.caption(f"Curve and measures rest on a random sample of {judged['patients']:,} of {judged['of']:,} patients.")
