"""What if a value were another? The prediction moves against the patient as entered; the change is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from mac_core.data.schema import Schema, label_of
from mac_core.errors import InputError
from mac_core.figures.expectation import Expectation
from mac_core.figures.expectation_words import amount_words, difference_words
from mac_core.figures.value_curve import draw_value_curve
from mac_core.figures.wording import join_words, number, unit_after
from pages.shared.inputs import patient_form
from pages.shared.prediction import alone_of, expectation_of
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
        left, right = st.columns([2, 3], gap="large")
        changed = report.patient.copy()
        with left:
            start = report.patient.iloc[0].to_dict()
            for name in chosen:
                # A field per column, with the column in its key: another choice must not meet this one's value.
                one = Schema((run.schema[name],))
                given = patient_form(one, start, key=f"{key}_what_if_{names.index(name)}")
                changed[name] = given[name].astype(changed[name].dtype).to_numpy()
            _compare(run, report, changed, chosen, decimals=decimals)
        if len(chosen) == 1:
            with right:
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
        show_notices(
            [found for found in predictions.notices if found.place.column in chosen], key="what_if_notices", rows=False
        )
    before, after = (expectation_of(run, found) or alone_of(run, found) for found in (report.predictions, predictions))
    lines = (
        _moved_classes(report.predictions, predictions, changed=bool(changes))
        if before is None or after is None
        else _moved_arms(before, after, changed=bool(changes), decimals=decimals)
    )
    st.markdown("\n".join(f"- {line}" for line in lines))
    st.caption("It describes what the model learned from other patients, not what changing the value would bring about.")


def _moved_arms(before: Expectation, after: Expectation, *, changed: bool, decimals: bool) -> list[str]:
    """One line per arm, or for the outcome: as entered, as changed, and the difference of the two as shown."""
    unit = " of 100" if before.risk else unit_after(escape_markdown(before.unit))
    lines = []
    for option in before.options:
        arm, other = escape_markdown(option.arm or before.outcome), after[option.arm]
        now = amount_words(before, other.expected, decimals=decimals) if other.known else "no number"
        if not changed and option.known:
            lines.append(f"**{arm}**: {now}{unit}")
            continue
        if not option.known or not other.known:
            was = amount_words(before, option.expected, decimals=decimals) if option.known else "no number"
            lines.append(f"**{arm}**: {was} as entered, {now} now")
            continue
        moved = before.shown(other.expected, decimals=decimals) - before.amount(option.arm, decimals=decimals)
        words = difference_words(before, round(moved, before.places(decimals=decimals)), decimals=decimals)
        was = amount_words(before, option.expected, decimals=decimals)
        lines.append(f"**{arm}**: {now}{unit} instead of {was}: {escape_markdown(words)}")
    return lines


def _moved_classes(before: Predictions, after: Predictions, *, changed: bool) -> list[str]:
    """One line per class."""
    first, then = (100 * found.expected.iloc[0].astype(float) for found in (before, after))
    text = "**{name}**: {now} of 100 instead of {was}" if changed else "**{name}**: {now} of 100"
    return [
        text.format(name=escape_markdown(name), now=number(then[name]), was=number(first[name]))
        for name in map(str, first.index)
    ]


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
