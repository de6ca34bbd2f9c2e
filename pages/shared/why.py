"""Why this prediction, who was similar, and how far to trust it: the parts of the patient page behind its first numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from mac_core.evidence.choice_stability import choice_stability
from mac_core.evidence.explanation import in_groups
from mac_core.evidence.route_file import route_file_name
from mac_core.figures.contributions import draw_contributions, say_contributions, tabulate_contributions
from mac_core.figures.expectation_words import difference_words
from mac_core.figures.wording import join_words, number, outcome_scale
from pages.shared.prediction import expectation_of
from pages.shared.show import escape_markdown, show_figure
from pages.shared.terms import explain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plotly.graph_objects import Figure

    from mac_core.evidence.errors_nearby import NearbyErrors
    from mac_core.figures.expectation import Expectation
    from mac_core.runs.patient import PatientReport, Similar
    from mac_core.runs.run import Run

__all__ = ["download_route", "show_similar", "show_trust", "show_why"]

_MOST_APART = 4
_VALUES, _GROUPS = "Single values", "Groups of values"
_CLOSED = "It cannot be taken apart by this patient's values. {reason}"
_NOT_APART = "It cannot be taken apart: fewer than two treatments have comparable patients here."
_REFITTED = (
    "Stability: the same treatment came first for this patient in {first} of 100 resamples of the table's patients. In each, "
    "the linear part of the differences was fitted again, the other models were not."
)
_NOT_REFITTED = (
    "Stability: on average the same treatment came first in {first} of 100 resamples of the table's patients. It is the same "
    "for every patient of this run; no model was fitted again."
)
_SAME_CHOICE = (
    "Drawn anew, the table's patients let a subtask choose the same average in {share} of 100 draws. That says how firmly the "
    "way stands, not how far off the number may be."
)
_GAP = "Difference in {outcome}, {arm} against {against}: {here} in patients like this one, {average} in the average patient."
_GAP_RISK = (
    "Difference in {outcome}, {arm} against {against}: {here} of 100 patients like this one, {average} of 100 average patients."
)


def show_why(run: Run, report: PatientReport, *, said: str | None = None, decimals: bool = False) -> None:
    """Show how far each value moves the prediction, and the difference between the treatments where it depends on the patient.

    Parameters
    ----------
    said : str, optional
        The sentence of the prediction that is explained, where it does not stand on the page already.
    decimals : bool
        Show one more decimal in the difference.
    """
    st.header("Why", anchor=False, help=explain("contribution"))
    groups = {name: group for name, group in run.roles.factor_groups.items() if name in run.schema.names}
    shown = _VALUES
    if groups:
        shown = st.radio(
            "Contributions of",
            [_VALUES, _GROUPS],
            horizontal=True,
            key="factors",
            persist_state="session",
            help="A group's contribution is the sum of its columns'.",
        )
    grouped = groups if shown == _GROUPS else {}
    target = _explained(run, report)
    explanation = in_groups(report.explanation, grouped)
    sentences = say_contributions(explanation, target, run.schema)
    picture = draw_contributions(explanation, target)
    table = tabulate_contributions(explanation, target)
    _taken_apart([said] if said else [], sentences, picture, table, key="contributions")
    expectation = expectation_of(run, report.predictions)
    if expectation is not None:
        _show_difference(run, report, expectation, grouped, decimals=decimals)


def _show_difference(
    run: Run, report: PatientReport, expectation: Expectation, groups: Mapping[str, str], *, decimals: bool
) -> None:
    st.subheader("Why the treatments differ for this patient", anchor=False, help=explain("contribution to the difference"))
    if not report.differences:
        text = _NOT_APART if run.heterogeneity.get("supported") else _CLOSED
        st.markdown(escape_markdown(text.format(reason=run.heterogeneity.get("reason") or ""), longest=1500))
        return
    known = [option.arm for option in expectation.options if option.known]
    against = expectation.reference if expectation.reference in known else known[0]
    pairs = [(arm, against) for arm in known if arm != against]
    pairs += [(arm, other) for i, other in enumerate(known) for arm in known[i + 1 :] if against not in (arm, other)]
    chosen = pairs[0]
    if len(pairs) > 1:
        chosen = st.selectbox(
            "Which two treatments", pairs, format_func=lambda pair: f"{pair[0]} against {pair[1]}", key="explained_pair"
        )
    explanation = in_groups(report.differences[chosen], groups)
    factor = 100.0 if expectation.risk else 1.0
    shown = expectation.difference(*chosen, decimals=decimals)[0]
    average = expectation.shown(factor * explanation.average, decimals=decimals)
    words = {
        "arm": chosen[0],
        "against": chosen[1],
        "outcome": expectation.outcome,
        "here": difference_words(expectation, shown, decimals=decimals),
        "average": difference_words(expectation, average, decimals=decimals),
    }
    lead = escape_markdown((_GAP_RISK if expectation.risk else _GAP).format(**words), longest=1000)
    options = {"pair": chosen, "design": run.roles.design}
    sentences = say_contributions(explanation, run.target, run.schema, **options)
    picture = draw_contributions(explanation, run.target, pair=chosen)
    _taken_apart([lead], sentences, picture, tabulate_contributions(explanation, run.target), key="differences")


def _taken_apart(lead: list[str], sentences: list[str], picture: Figure, table: pd.DataFrame, *, key: str) -> None:
    """In words, as a waterfall, and as a table: a prediction, or a difference of two."""
    words, drawn = st.columns([2, 3], gap="large")
    with words:
        for text in lead:
            st.markdown(text)
        st.markdown("\n".join(f"- {escape_markdown(sentence, longest=1000)}" for sentence in sentences))
    with drawn:
        show_figure(picture, key=key)
    with st.expander("All contributions as a table", icon=":material/table_rows:", key=f"{key}_table"):
        st.dataframe(
            table,
            hide_index=True,
            alt="How far each value of this patient moves what is shown above from that of the average patient",
            key=f"{key}_all",
        )


def show_similar(run: Run, report: PatientReport) -> None:
    """Show how many similar patients there are, in which arms, and what sets them apart; nobody can be recognised."""
    similar = report.similar
    st.header("Who was similar", anchor=False, help=explain("similar patients"))
    st.markdown(f"The {similar.n} patients of this table most like this one, of {similar.of:,}. {_apart_in_words(similar)}")
    if similar.arms is not None:
        got = join_words(f"{n} got {escape_markdown(arm)}" for arm, n in similar.arms["n"].items())
        st.markdown(f"Of them, {got}.")
    furthest = similar.summary[similar.summary["apart"] > 1].head(_MOST_APART)
    if furthest.empty:
        st.markdown("In no single value does this patient stand clearly apart from them.")
    lines = [
        f"- {escape_markdown(name)}: {_value(row['patient'])} here, {_value(row['neighbours'])} is typical of them "
        f"({_value(row['table'])} of the whole table)."
        for name, row in furthest.iterrows()
    ]
    if lines:
        st.markdown("\n".join(lines))
    if similar.arms is not None and "outcome" in similar.arms:
        _raw_outcomes(run, similar.arms)


def show_trust(run: Run, report: PatientReport) -> None:
    """Show how far off predictions were for similar patients, and which values are unknown or outside the data."""
    st.header("How far to trust it", anchor=False, help=explain("errors nearby"))
    if report.errors is None:
        st.markdown("Too few similar patients were predicted by models that had not seen them: their errors are not known.")
    else:
        st.markdown(_errors_in_words(run, report.errors))
    if report.unknown:
        names = join_words(escape_markdown(name) for name in report.unknown[:8])
        more = f" and {len(report.unknown) - 8} more" if len(report.unknown) > 8 else ""
        st.markdown(f":material/help: Not known of this patient: {names}{more}. The model fills in what is typical.")
    if report.outside:
        names = join_words(escape_markdown(name) for name in report.outside)
        st.markdown(f":material/warning: Outside what the table holds: {names}. The model has learned nothing there.")
    if not report.unknown and not report.outside:
        st.markdown(":material/check_circle: Every value is known and lies within what the table holds.")
    _stability(run, report)


def _stability(run: Run, report: PatientReport) -> None:
    """Show in how many resamples the same would come out, and how far that was really done again."""
    advice = report.predictions.advice
    if advice is not None and not pd.isna(advice["same_arm_first"].iloc[0]):
        first = 100 * float(advice["same_arm_first"].iloc[0])
        how = _REFITTED if advice["individual"].iloc[0] else _NOT_REFITTED
        st.markdown(how.format(first=f"{first:.0f}"), help=explain("stability"))
    share = choice_stability(run.evidence.get("choices"), run.selected)
    if share is not None:
        st.markdown(_SAME_CHOICE.format(share=f"{100 * share:.0f}"), help=explain("choice over resamples"))


def download_route(run: Run, report: PatientReport) -> None:
    """Offer the route as a file, from which the shown number can be computed again."""
    st.download_button(
        "This route as a file (JSON)",
        report.route.encode(),
        file_name=route_file_name(run.id or "run", report.route),
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
        key="route_download",
        help="What each subtask chose and said, and the rules that combine them, for every treatment too: whoever has it can "
        "compute the shown numbers again. It holds no value of the patient.",
    )


def _explained(run: Run, report: PatientReport) -> object:
    """The target as it is explained: with several classes, the one that is shown."""
    from dataclasses import replace

    target = run.target
    if report.shown_class is None or target.kind == "binary":
        return target if target.kind == "number" else replace(target, event=report.shown_class)
    return replace(target, kind="binary", event=report.shown_class)


def _apart_in_words(similar: Similar) -> str:
    if similar.apart > 0.99:
        return "Hardly anybody in the table stands so far from the nearest patients: read everything with care."
    if similar.apart > 0.9:
        return "They are less like this patient than neighbours usually are: 9 of 10 patients of the table have closer ones."
    return "They are about as close as neighbours usually are in this table."


def _raw_outcomes(run: Run, arms: pd.DataFrame) -> None:
    scale = outcome_scale(run.target, run.roles)
    with st.expander("What was observed in them", icon=":material/visibility:", key="raw_outcomes"):
        st.warning(
            "So few patients mislead: chance alone moves these numbers far. The comparison above uses all patients; these are "
            "for orientation only.",
            icon=":material/warning:",
        )
        shown = pd.DataFrame(
            {
                "treatment": arms.index.astype(str),
                "patients": arms["n"].to_numpy(),
                f"observed {scale.axis}": [
                    "none" if pd.isna(value) else number(scale.factor * value) for value in arms["outcome"]
                ],
            }
        )
        st.dataframe(shown, hide_index=True, alt="What was observed in the similar patients, by treatment", key="raw")


def _errors_in_words(run: Run, errors: NearbyErrors) -> str:
    unit = f" {escape_markdown(run.target.unit)}" if run.target.unit else ""
    label = escape_markdown(outcome_scale(run.target, run.roles).label)
    if errors.kind == "number":
        return (
            f"For {errors.n} patients like this one, predictions by models that had not seen them were off by "
            f"{number(errors.near)}{unit} on average ({number(errors.low)} to {number(errors.high)}); for all patients by "
            f"{number(errors.everybody)}{unit}."
        )
    if errors.kind == "binary":
        low, high = 100 * errors.observed_low, 100 * errors.observed_high
        return (
            f"For {errors.n} patients like this one, models that had not seen them expected {label} in "
            f"{100 * errors.predicted:.0f} of 100 on average; it was observed in {100 * errors.observed:.0f} of 100 "
            f"(interval {low:.0f} to {high:.0f}). Brier score {number(errors.near)} ({number(errors.low)} to "
            f"{number(errors.high)}), for all patients {number(errors.everybody)}."
        )
    return (
        f"For {errors.n} patients like this one, the most probable class was wrong in {100 * errors.near:.0f} of 100; for all "
        f"patients in {100 * errors.everybody:.0f} of 100."
    )


def _value(value: object) -> str:
    return escape_markdown(number(value, 4) if isinstance(value, float) else value)
