"""What is shown of one patient's prediction: the sentence, the arms side by side, and the way through the subtasks.

Sentence, cards, table and figure are made from the same `Predictions`, so that they cannot disagree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from mac_core.figures.average_effects import draw_average_effects, say_difference
from mac_core.figures.patient_outcomes import draw_patient_outcomes
from mac_core.figures.route import draw_route, tabulate_route
from mac_core.figures.wording import join_words, learner_titles, number, outcome_scale
from pages.shared.show import escape_markdown, show_figure
from pages.shared.terms import explain

if TYPE_CHECKING:
    from mac_core.runs.prediction import Predictions
    from mac_core.runs.run import Run

__all__ = ["expected_in_words", "show_arms", "show_average_differences", "show_classes", "show_route"]

_SUPPORT = {
    "supported": ":material/check_circle: enough comparable patients",
    "thin": ":material/error: few comparable patients, read with care",
}
# An event that only says that the outcome happened need not be named besides it.
_PLAIN_YES = ("1", "yes", "true", "y", "1_yes")


def expected_in_words(run: Run, predictions: Predictions, *, decimals: bool) -> str:
    """Answer the page's question for this patient in one sentence, in absolute numbers."""
    target = run.target
    label = escape_markdown(target.label)
    first = predictions.expected.iloc[0]
    if target.kind == "number":
        unit = _unit(run)
        text = f"Expected {label}: {number(first['prediction'])}{unit}"
        if predictions.range is None:
            return f"{text}."
        low, high = predictions.range.iloc[0][["low", "high"]]
        return f"{text}; this patient's own value is likely (95 in 100) to lie between {number(low)} and {number(high)}{unit}."
    if run.question == "treatment":
        said = [f"{_per_100(share, decimals)} got {escape_markdown(arm)}" for arm, share in _by_share(first).items()]
        return f"Of 100 patients like this one, about {join_words(said)}."
    if target.event is not None:
        share = _per_100(first[target.event], decimals)
        what = label if target.event.casefold() in _PLAIN_YES else f"{label}: {escape_markdown(target.event)}"
        return f"Of 100 patients like this one, about {share} are expected to have {what}."
    best = _by_share(first)
    return (
        f"Most probable for {label}: {escape_markdown(best.index[0])}, expected in about "
        f"{_per_100(best.iloc[0], decimals)} of 100 patients like this one."
    )


def show_classes(predictions: Predictions, *, decimals: bool) -> None:
    """List the probability of every class, the most probable first."""
    shares = _by_share(predictions.expected.iloc[0])
    st.dataframe(
        pd.DataFrame({"class": shares.index.astype(str), "per 100 patients": [_per_100(s, decimals) for s in shares]}),
        hide_index=True,
        alt="The probability of every class",
        key="classes",
    )


def show_arms(run: Run, predictions: Predictions, *, decimals: bool) -> None:
    """Show what is expected under every treatment: equal cards in neutral order, the figure, and the same as a table."""
    if predictions.outcomes is None:
        return
    outcomes = predictions.outcomes.droplevel(0)
    scale = outcome_scale(run.target, run.roles)
    when = f" Measured: {escape_markdown(run.roles.horizon)}." if run.roles.horizon else ""
    st.header("Expected under each treatment", anchor=False, help=f"{explain('arm')} {explain('support')}")
    st.caption(
        f"{escape_markdown(scale.axis)}.{when} In the order of their names, which says nothing about which is better. "
        "The interval is that of the group of similar patients, not of this one patient."
    )
    for position, (arm, row) in enumerate(outcomes.iterrows()):
        if position % 2 == 0:
            places = st.columns(2)
        with places[position % 2].container(border=True, height="stretch", key=f"arm_{position}"):
            st.markdown(f"**{escape_markdown(arm)}**")
            if row["support"] == "unsupported" or pd.isna(row["outcome"]):
                st.markdown(f":material/do_not_disturb_on: No number: no comparable patients got {escape_markdown(arm)}.")
                continue
            st.markdown(f"### {_amount(run, row['outcome'], decimals)}{_unit(run)}")
            low, high = (_amount(run, row[end], decimals) for end in ("low", "high"))
            st.markdown(f"interval {low} to {high}{_unit(run)}", help=explain("interval"))
            if pd.notna(row["range_low"]):
                low, high = (_amount(run, row[end], decimals) for end in ("range_low", "range_high"))
                st.markdown(f"one patient's own value: {low} to {high}{_unit(run)}", help=explain("prediction range"))
            st.caption(_SUPPORT[row["support"]])
    show_figure(draw_patient_outcomes(outcomes, run.target, unit=run.roles.outcome_unit), key="patient_outcomes")


def show_average_differences(run: Run) -> None:
    """Show by how much the arms differ on average, and say why that is no advice for this patient."""
    if run.average_effects is None or run.average_effects.empty:
        return
    roles = run.roles
    st.header("The average difference between the treatments", anchor=False, help=explain("AIPW"))
    for sentence in say_difference(run.average_effects, run.target, reference=roles.reference, design=roles.design):
        st.markdown(escape_markdown(sentence, longest=1000))
    show_figure(
        draw_average_effects(
            run.average_effects,
            run.target,
            reference=roles.reference,
            higher_is_better=roles.higher_is_better,
            design=roles.design,
        ),
        key="average_differences",
    )


def show_route(run: Run, predictions: Predictions) -> None:
    """Show which model average each subtask chose, what it says for this patient, and what comes out together."""
    if not predictions.routes:
        return
    titles = learner_titles()
    route = predictions.routes[0]
    st.header("How this prediction came about", anchor=False, help=explain("route"))
    st.markdown("Each subtask speaks through the averaged model that erred least there; together they give the prediction.")
    show_figure(draw_route(route, run.target, titles), key="route")
    with st.expander("The same as a table", icon=":material/table_rows:", key="route_table"):
        st.dataframe(tabulate_route(route, titles), hide_index=True, alt="Each subtask's chosen average and its value")


def _by_share(row: pd.Series) -> pd.Series:
    return row.astype(float).sort_values(ascending=False, kind="stable")


def _per_100(share: float, decimals: bool) -> str:
    # A chance below one half in 100 is not "0 in 100", and one above 99.5 is not certain.
    value = 100 * float(share)
    if decimals:
        return f"{value:.1f}"
    if 0 < value < 0.5:
        return "fewer than 1"
    if 99.5 <= value < 100:
        return "more than 99"
    return f"{value:.0f}"


def _amount(run: Run, value: float, decimals: bool) -> str:
    return _per_100(value, decimals) if run.target.kind == "binary" else number(value, 4 if decimals else 3)


def _unit(run: Run) -> str:
    if run.target.kind == "binary":
        return " in 100"
    return f" {escape_markdown(run.target.unit)}" if run.target.unit else ""
