"""What is shown of one patient's prediction: the sentence, the arms side by side, and the way through the subtasks.

Sentence, cards, table, icons and chart are made from one `Expectation`, so that they cannot disagree.
"""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from mac_core.evidence.hundred import of_100
from mac_core.figures.average_effects import draw_average_effects, say_difference
from mac_core.figures.expectation import ALONE, Expectation, expect, expect_alone
from mac_core.figures.expectation_words import (
    amount_words,
    difference_words,
    say_alone,
    say_harm,
    say_individual,
    say_option,
    say_verdict,
    tabulate_alone,
    tabulate_options,
    tabulate_pairs,
)
from mac_core.figures.icon_array import draw_icons
from mac_core.figures.patient_outcomes import draw_patient_outcomes
from mac_core.figures.route import draw_route, tabulate_route
from mac_core.figures.wording import join_words, learner_titles, unit_after
from mac_core.treatment.measured_coverage import say_measured_coverage
from pages.shared.show import escape_markdown, show_figure
from pages.shared.terms import explain

if TYPE_CHECKING:
    from mac_core.runs.prediction import Predictions
    from mac_core.runs.run import Run

__all__ = [
    "alone_of",
    "compared_in_words",
    "expectation_of",
    "expected_in_words",
    "show_arms",
    "show_average_differences",
    "show_classes",
    "show_route",
    "show_views",
    "show_verdict",
]

_NOBODY = "No number for any treatment: no patient of the table is like this one."
_SUPPORT = {
    "supported": ":material/check_circle: enough comparable patients",
    "thin": ":material/error: few comparable patients, read with care",
}


def expected_in_words(run: Run, predictions: Predictions, *, decimals: bool) -> str:
    """Answer the page's question for this patient in one sentence, in absolute numbers."""
    target = run.target
    label = escape_markdown(target.label)
    first = predictions.expected.iloc[0]
    if run.question == "treatment":
        shares = _by_share(first)
        counts = _per_100(shares, decimals)
        said = [f"{count} got {escape_markdown(arm)}" for arm, count in zip(shares.index, counts, strict=True)]
        return f"Of 100 patients like this one, about {join_words(said)}."
    alone = alone_of(run, predictions)
    if alone is not None:
        return escape_markdown(say_alone(alone, treated=run.question == "both", decimals=decimals), longest=1000)
    best = _by_share(first)
    return (
        f"Most probable for {label}: {escape_markdown(best.index[0])}, expected in about "
        f"{_per_100(best, decimals)[0]} of 100 patients like this one."
    )


def alone_of(run: Run, predictions: Predictions) -> Expectation | None:
    """Make the one source of the numbers of a risk or a number that knows no treatments; None for everything else."""
    target, first = run.target, predictions.expected.iloc[0]
    if run.question == "treatment" or (target.kind != "number" and target.event is None):
        return None
    if target.kind == "number":
        limits = (nan, nan) if predictions.range is None else tuple(predictions.range.iloc[0][["low", "high"]])
        usual = float(run.observed.mean())
        return expect_alone(float(first["prediction"]), target, run.roles, limits=limits, usual=usual)
    return expect_alone(float(first[target.event]), target, run.roles, usual=float((run.observed == target.event).mean()))


def expectation_of(run: Run, predictions: Predictions) -> Expectation | None:
    """Make the one source of the numbers under every treatment; None when no treatments are compared."""
    if predictions.outcomes is None or predictions.differences is None:
        return None
    return expect(predictions.outcomes, predictions.differences, run.target, run.roles, harms=run.harms)


def compared_in_words(expectation: Expectation, *, decimals: bool) -> str:
    """Answer the page's question: the baseline first, then what differs; with many treatments, how far they lie apart."""
    first = say_option(expectation, expectation.reference, decimals=decimals)
    others = [option.arm for option in expectation.options if option.arm != expectation.reference]
    if not any(option.known for option in expectation.options):
        return _NOBODY
    if len(others) == 1:
        return f"{first} {say_option(expectation, others[0], decimals=decimals)}"
    return f"{first} The other {len(others)} treatments stand beside it below."


def show_classes(predictions: Predictions, *, decimals: bool) -> None:
    """List the probability of every class, the most probable first; without decimals they come to exactly 100."""
    shares = _by_share(predictions.expected.iloc[0])
    st.dataframe(
        pd.DataFrame({"class": shares.index.astype(str), "per 100 patients": _per_100(shares, decimals)}),
        hide_index=True,
        alt="The probability of every class",
        key="classes",
    )


def show_arms(expectation: Expectation, *, decimals: bool) -> None:
    """Show what is expected under every treatment: equal cards in neutral order."""
    when = f" Measured: {escape_markdown(expectation.horizon)}." if expectation.horizon else ""
    st.header("Expected under each treatment", anchor=False, help=f"{explain('arm')} {explain('support')}")
    st.caption(
        f"{escape_markdown(expectation.outcome)} ({escape_markdown(expectation.unit)}).{when} In the order of their names, "
        "which says nothing about which is better. The interval is that of the group of similar patients, not of this one."
    )
    for position, option in enumerate(expectation.options):
        if position % 2 == 0:
            places = st.columns(2)
        with places[position % 2].container(border=True, height="stretch", key=f"arm_{position}"):
            _card(expectation, option.arm, decimals=decimals)
    _say_measured(*(("group_risk", "risk_difference") if expectation.risk else ("group_outcome", "range")))


def _say_measured(*intervals: str) -> None:
    """Say how often such intervals held the truth where it is known."""
    said = " ".join(filter(None, map(say_measured_coverage, intervals)))
    if said:
        st.caption(escape_markdown(said, longest=1000))


def _card(expectation: Expectation, arm: str, *, decimals: bool) -> None:
    option = expectation[arm]
    st.markdown(f"**{escape_markdown(arm)}**")
    if not option.known:
        st.markdown(f":material/do_not_disturb_on: {escape_markdown(say_option(expectation, arm), longest=1000)}")
        return
    unit = " in 100" if expectation.risk else unit_after(escape_markdown(expectation.unit))
    st.markdown(f"### {amount_words(expectation, option.expected, decimals=decimals)}{unit}")
    if not pd.isna(option.low):
        low, high = (amount_words(expectation, end, decimals=decimals) for end in (option.low, option.high))
        st.markdown(f"interval {low} to {high}{unit}", help=explain("interval"))
    shown, low, high = expectation.difference(arm, decimals=decimals)
    if arm != expectation.reference and not pd.isna(shown):
        words, least, most = (difference_words(expectation, end, decimals=decimals) for end in (shown, low, high))
        st.markdown(
            f"**{escape_markdown(words)}** compared with {escape_markdown(expectation.reference)} "
            f"({escape_markdown(least)} to {escape_markdown(most)})"
        )
    elif arm == expectation.reference:
        st.markdown("the others are compared with it", help=explain("reference arm"))
    if not pd.isna(option.range_low):
        low, high = (amount_words(expectation, end, decimals=decimals) for end in (option.range_low, option.range_high))
        st.markdown(f"one patient's own value: {low} to {high}{unit}", help=explain("prediction range"))
    st.caption(_SUPPORT[option.support])
    if option.harm is not None:
        st.caption(
            f":material/medical_information: {escape_markdown(say_harm(arm, option.harm), longest=1000)} "
            "An average over all patients of the table, not individual to this one.",
            help=explain("harm"),
        )


def show_views(expectation: Expectation, *, treated: bool = False, decimals: bool) -> None:
    """Show the same numbers as people, chart, sentences or table; and on demand the differences between all pairs.

    Parameters
    ----------
    treated : bool
        Where no treatments are compared: whether the patients of the table got different ones.
    """
    alone = len(expectation.options) == 1 and expectation.options[0].arm == ALONE
    views = ["People", "Chart", "Sentences", "Table"] if expectation.risk else ["Chart", "Sentences", "Table"]
    chosen = st.radio(
        "The same numbers as",
        views,
        horizontal=True,
        key="view",
        persist_state="session",
        help="Four views of one source." if expectation.risk else "Three views of one source.",
    )
    if chosen == "People":
        for position, option in enumerate(expectation.options):
            if position % 2 == 0:
                places = [st.container()] if alone else st.columns(2)
            with places[position % 2]:
                if not alone:
                    st.markdown(f"**{escape_markdown(option.arm)}**")
                show_figure(draw_icons(expectation, option.arm), key=f"icons_{position}")
    elif chosen == "Sentences":
        if alone:
            st.markdown(escape_markdown(say_alone(expectation, treated=treated, decimals=decimals), longest=1000))
            return
        for option in expectation.options:
            st.markdown(f"- {escape_markdown(say_option(expectation, option.arm, decimals=decimals), longest=1000)}")
            if option.harm is not None:
                st.markdown(f"- {escape_markdown(say_harm(option.arm, option.harm), longest=1000)}")
    elif chosen == "Table":
        what = "expected for this patient" if alone else "expected under each treatment, with intervals and differences"
        st.dataframe(
            (tabulate_alone if alone else tabulate_options)(expectation, decimals=decimals),
            alt=f"{expectation.outcome}, {what}",
            key="options",
        )
    else:
        show_figure(draw_patient_outcomes(expectation, decimals=decimals), key="patient_outcomes")
    if alone:
        return
    with st.expander("Differences between all pairs", icon=":material/compare_arrows:", key="all_pairs"):
        st.dataframe(
            tabulate_pairs(expectation, decimals=decimals),
            hide_index=True,
            alt="The difference between every two treatments, in both directions, with its interval",
            key="pairs",
        )


def show_verdict(run: Run, predictions: Predictions) -> None:
    """Show the verdict in one plain sentence, and whether it depends on this patient at all."""
    if predictions.advice is None:
        return
    advice = predictions.advice.iloc[0].to_dict()
    st.info(escape_markdown(say_verdict(advice), longest=1500), icon=":material/balance:")
    st.caption(escape_markdown(say_individual(advice, str(run.heterogeneity.get("reason") or "")), longest=1500))
    if advice["individual"]:
        _say_measured("group_difference")


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
    _say_measured("averages")


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


def _per_100(shares: pd.Series, decimals: bool) -> list[str]:
    """Shares of 100 patients in words; without decimals they come to exactly 100."""
    if decimals:
        return [f"{100 * share:.1f}" for share in shares]
    # A chance below one half in 100 is not "0 in 100", and one above 99.5 is not certain.
    return [
        "fewer than 1" if count == 0 and share > 0 else "more than 99" if count == 100 and share < 1 else str(count)
        for share, count in zip(shares, of_100(shares.to_numpy()), strict=True)
    ]
