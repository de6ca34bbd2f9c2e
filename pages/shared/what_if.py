"""What if a value were another? The prediction moves against the patient as entered; the change is named."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from mac_core.data.schema import Schema, label_of
from mac_core.errors import InputError
from mac_core.figures.expectation import Expectation
from mac_core.figures.expectation_words import amount_words, difference_words
from mac_core.figures.value_curve import draw_value_curve
from mac_core.figures.wording import join_words, number, outcome_scale
from pages.shared.inputs import patient_form
from pages.shared.prediction import expectation_of
from pages.shared.show import escape_markdown, show_figure, show_input_error, show_notices

if TYPE_CHECKING:
    from mac_core.runs.patient import PatientReport
    from mac_core.runs.prediction import Predictions
    from mac_core.runs.run import Run

__all__ = ["show_what_if"]


def show_what_if(run: Run, report: PatientReport, *, key: str, decimals: bool) -> None:
    """Let values be changed; only this part of the page is drawn again at a change."""
    st.header("What if", anchor=False)

    @st.fragment
    def part() -> None:
        names = list(run.schema.names)
        first = str(report.explanation.contributions.index[0])
        members = report.explanation.members.get(first, (names[0],))
        chosen = st.multiselect(
            "Values to change",
            names,
            default=[members[0]],
            key=f"{key}_change",
            help="Everything else stays as it was entered above.",
            placeholder="Choose columns",
            format_func=str,
        )
        if not chosen:
            return
        schema = Schema(tuple(run.schema[name] for name in chosen))
        changed = report.patient.copy()
        given = patient_form(schema, report.patient.iloc[0].to_dict(), key=f"{key}_what_if")
        for name in chosen:
            changed[name] = given[name].astype(changed[name].dtype).to_numpy()
        _compare(run, report, changed, chosen, decimals=decimals)
        if len(chosen) == 1:
            _curve(run, changed, chosen[0])

    part()


def _compare(run: Run, report: PatientReport, changed: pd.DataFrame, chosen: list[str], *, decimals: bool) -> None:
    # Read here: it brings the models' libraries, which the pages that only show results do without.
    from mac_core.runs.prediction import predict_patients

    changes = [
        f"{escape_markdown(name)} {_said(changed[name].iloc[0])} instead of {_said(report.patient[name].iloc[0])}"
        for name in chosen
        if _said(changed[name].iloc[0]) != _said(report.patient[name].iloc[0])
    ]
    try:
        predictions = predict_patients(run, changed, routes=False)
    except InputError as error:
        show_input_error(error)
        return
    if not changes:
        st.markdown("Nothing is changed yet: change a value, and the prediction moves here.")
    else:
        st.markdown(f"With {join_words(changes)}:")
        show_notices([found for found in predictions.notices if found.place.column in chosen], key="what_if_notices")
    before, after = expectation_of(run, report.predictions), expectation_of(run, predictions)
    table = (
        _compare_outcome(run, report.predictions, predictions)
        if before is None or after is None
        else _compare_arms(before, after, decimals=decimals)
    )
    st.dataframe(table, hide_index=True, alt="The prediction as entered and as changed, and the move", key="what_if")
    st.caption("It describes what the model learned from other patients, not what changing the value would bring about.")


def _compare_arms(before: Expectation, after: Expectation, *, decimals: bool) -> pd.DataFrame:
    rows = []
    for option in before.options:
        other = after[option.arm]
        entered, now = (before.amount(option.arm, decimals=decimals), before.shown(other.expected, decimals=decimals))
        moved = round(now - entered, before.places(decimals=decimals))
        rows.append(
            (
                option.arm,
                amount_words(before, option.expected, decimals=decimals) if option.known else "no number",
                amount_words(before, other.expected, decimals=decimals) if other.known else "no number",
                "" if math.isnan(moved) else difference_words(before, moved, decimals=decimals),
            )
        )
    unit = "of 100" if before.risk else before.unit
    return pd.DataFrame(rows, columns=["treatment", f"as entered ({unit})", f"changed ({unit})", "moved by"])


def _compare_outcome(run: Run, before: Predictions, after: Predictions) -> pd.DataFrame:
    scale = outcome_scale(run.target, run.roles)
    factor = 1.0 if run.target.kind == "number" else 100.0
    first, then = (factor * found.expected.iloc[0].astype(float) for found in (before, after))
    return pd.DataFrame(
        {
            "": [scale.label] if run.target.kind == "number" else first.index.astype(str),
            f"as entered ({scale.unit if factor == 1 else 'of 100'})": [number(value) for value in first],
            "changed": [number(value) for value in then],
            "moved by": [f"{value:+.3g}" for value in then - first],
        }
    )


def _curve(run: Run, patient: pd.DataFrame, name: str) -> None:
    from dataclasses import replace

    from mac_core.runs.patient import try_values

    column = run.schema[name]
    curve = try_values(run, patient, name)
    target = run.target
    if target.kind == "classes":
        shown = str(predict_class(run, patient))
        target = replace(target, kind="binary", event=shown)
    show_figure(
        draw_value_curve(curve.expected, curve.grid.density, curve.grid.own, target, unit=column.unit), key="value_curve"
    )


def predict_class(run: Run, patient: pd.DataFrame) -> str:
    """The most probable class, whose probability the curve shows."""
    from mac_core.runs.prediction import predict_patients

    return str(predict_patients(run, patient, routes=False).expected.iloc[0].idxmax())


def _said(value: object) -> str:
    return "unknown" if pd.isna(value) else escape_markdown(label_of(value))
