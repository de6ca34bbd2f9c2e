"""The comparison of treatments, as far as it speaks of all patients: what depends on the patient, rules, balance, overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mac_core.figures.average_effects import choose_pairs, draw_average_effects, say_difference
from mac_core.figures.balance import draw_balance
from mac_core.figures.difference_by_risk import draw_difference_by_risk
from mac_core.figures.difference_calibration import draw_difference_calibration
from mac_core.figures.expectation_words import say_verdict
from mac_core.figures.harms import harm_target, tabulate_harms
from mac_core.figures.policy_value import draw_policy_value, say_gains
from mac_core.figures.propensity_overlap import draw_propensity_overlap, tabulate_overlap
from mac_core.figures.wording import number, outcome_scale
from mac_core.treatment.measured_coverage import say_measured_coverage
from pages.shared.show import escape_markdown, show_figure
from pages.shared.terms import explain

if TYPE_CHECKING:
    import pandas as pd

    from mac_core.runs.run import Run

__all__ = ["show_overlap", "show_treatments"]


def show_treatments(run: Run) -> None:
    """Show all pairs, whether the difference depends on the patient, what rules would bring, and how alike the arms were."""
    tables = run.treatment_evidence
    if not tables or run.average_effects is None:
        return
    roles = run.roles
    _without_outcome(run)
    if run.advice:
        st.header("What follows for the group", anchor=False)
        st.markdown(escape_markdown(say_verdict(run.advice), longest=1500))
    if "harm" in tables:
        _harm(run)
    if run.average_effects.index.get_level_values(0).nunique() > 2:
        st.header("All pairs of treatments", anchor=False, help=explain("average difference"))
        options = {"higher_is_better": roles.higher_is_better, "design": roles.design}
        show_figure(draw_average_effects(run.average_effects, run.target, **options), key="all_pairs")
    st.header("Does the difference depend on the patient?", anchor=False)
    st.markdown(escape_markdown(run.heterogeneity.get("reason", ""), longest=1000))
    arm, against = choose_pairs(run.average_effects, roles.reference)[0]
    if "benefit_calibration" in tables:
        show_figure(
            draw_difference_calibration(tables["benefit_calibration"], run.target, arm, against), key="calibration_pair"
        )
    if run.target.kind == "binary" and "benefit_by_risk" in tables:
        show_figure(draw_difference_by_risk(tables["benefit_by_risk"], run.target, arm, against), key="risk_pair")
    if "policy_value" in tables:
        st.header("What is expected under one rule for everybody", anchor=False, help=explain("AIPW"))
        show_figure(draw_policy_value(tables["policy_value"], run.target), key="policy_value")
        if held := say_measured_coverage("policy_value"):
            st.caption(escape_markdown(held, longest=1000))
        st.markdown("Choosing by patient, judged on patients that the choice did not know:")
        st.markdown(
            "\n".join(f"- {escape_markdown(text, longest=1000)}" for text in say_gains(tables["policy_gain"], run.target))
        )
        if held := say_measured_coverage("policy_gain"):
            st.caption(escape_markdown(held, longest=1000))
    show_overlap(run)
    if "sensitivity" in tables:
        _hidden(run)


def _without_outcome(run: Run) -> None:
    """Count by arm who has no outcome: others of the arm stand for them."""
    if run.arms is None or not run.arms["missing_outcome"].sum():
        return
    said = [
        f"{arm} {int(row['missing_outcome']):,} of {int(row['n'] + row['missing_outcome']):,}"
        for arm, row in run.arms.iterrows()
    ]
    st.caption(
        escape_markdown(
            f"Patients without an outcome: {'; '.join(said)}. In the comparison, patients like them who got the same treatment "
            "stand for them.",
            longest=1000,
        )
    )


def _harm(run: Run) -> None:
    """Show the differences in the harm beside those in the outcome, from the same scores as the patient page's cards."""
    effects, target, roles = run.treatment_evidence["harm"], harm_target(run.harms, run.roles), run.roles
    st.header("The harm beside it", anchor=False, help=explain("harm"))
    for sentence in say_difference(effects, target, reference=roles.reference, design=roles.design):
        st.markdown(escape_markdown(sentence, longest=1000))
    options = {"reference": roles.reference, "higher_is_better": False, "design": roles.design}
    show_figure(draw_average_effects(effects, target, **options), key="harm_differences")
    if run.harms is None or run.harms.empty:
        return
    unit, column = outcome_scale(target).unit, st.column_config
    st.dataframe(
        tabulate_harms(run.harms, target),
        hide_index=True,
        column_config={
            "treatment": column.TextColumn("Arm", help=explain("arm")),
            "value": column.NumberColumn(f"If everybody got it ({unit})", help=explain("AIPW"), format="%.1f"),
            "low": column.NumberColumn("From", help=explain("interval"), format="%.1f"),
            "high": column.NumberColumn("To", help=explain("interval"), format="%.1f"),
            "observed": column.NumberColumn("Observed in those who got it", format="%.1f"),
            "n": column.NumberColumn("Patients", format="localized"),
            "missing": column.NumberColumn("Not known", format="localized"),
        },
        alt="The harm under each treatment, over all patients",
        key="harms_table",
    )


def show_overlap(run: Run) -> None:
    """Show how alike the arms' patients were; in routine care also how likely each arm was."""
    tables = run.treatment_evidence
    if "balance" not in tables:
        return
    st.header("Were the arms' patients alike?", anchor=False, help=explain("overlap"))
    show_figure(draw_balance(tables["balance"]), key="balance")
    _comparable(tables["overlap"])
    if run.roles.design == "randomised" or "propensity" not in tables:
        return
    arms = list(tables["overlap"].index)
    # With two arms, the second picture would be the first one's mirror image.
    for position, arm in enumerate(arms[1:] if len(arms) == 2 else arms):
        show_figure(draw_propensity_overlap(tables["propensity"], arm), key=f"propensity_{position}")


def _comparable(arms: pd.DataFrame) -> None:
    """Count how many patients an arm's weighted ones are worth, and for how many of all patients it is supported."""
    column = st.column_config
    st.dataframe(
        tabulate_overlap(arms),
        hide_index=True,
        column_config={
            "arm": column.TextColumn("Arm", help=explain("arm")),
            "n": column.NumberColumn("Got it", format="localized"),
            "effective_n": column.NumberColumn(
                "Worth when weighted", help=explain("effective sample size"), format="localized"
            ),
            "outside": column.NumberColumn("Hardly a choice (%)", help=explain("hardly a choice"), format="%.1f"),
            "clipped": column.NumberColumn("Weight limited", help=explain("limited weight"), format="localized"),
            "supported": column.NumberColumn("Supported for", help=explain("support"), format="localized"),
            "thin": column.NumberColumn("Thinly", help=explain("support"), format="localized"),
            "unsupported": column.NumberColumn("Not supported", help=explain("support"), format="localized"),
        },
        alt="How comparable the arms' patients are: counts by arm",
        key="overlap_table",
    )


def _hidden(run: Run) -> None:
    st.header("Could something that nobody measured explain it?", anchor=False, help=explain("hidden factor"))
    table = run.treatment_evidence["sensitivity"]
    for arm, against in choose_pairs(run.average_effects, run.roles.reference):
        row = table.loc[(arm, against)]
        if not row["e_value_limit"] >= 1:
            continue
        if row["e_value_limit"] == 1:
            text = (
                "{arm} and {against}: the interval already includes no difference, so nothing hidden is needed (E-value 1); of "
                "what was measured, {strongest} is tied most and explains {treatment} of the treatment and {outcome} of the "
                "outcome."
            )
        else:
            text = (
                "{arm} and {against}: a hidden factor could explain the difference away if it were tied to both treatment and "
                "outcome by a risk ratio of {e_value} (E-value at the limit nearer to no difference), or explained {robust} of "
                "what is left open in each (robustness value); of what was measured, {strongest} is tied most and explains "
                "{treatment} of the treatment and {outcome} of the outcome."
            )
        said = text.format(
            arm=arm,
            against=against,
            e_value=number(float(row["e_value_limit"])),
            robust=_percent(row["robustness_limit"]),
            strongest=row["strongest"],
            treatment=_percent(row["with_treatment"]),
            outcome=_percent(row["with_outcome"]),
        )
        st.markdown(f"- {escape_markdown(said, longest=1000)}")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
