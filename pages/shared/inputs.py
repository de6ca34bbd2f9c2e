"""Widgets made from a table's schema: the editor of its roles and the form of one patient.

The draft holds the roles, the widgets only show them: their keys carry a version, and after Undo a new version shows the
draft's roles again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from mac_core.data.schema import label_of
from pages.shared.factor_groups import edit_factor_groups
from pages.shared.show import escape_markdown
from pages.shared.terms import explain

if TYPE_CHECKING:
    from mac_core.data.roles import Roles
    from mac_core.data.schema import Column, Schema
    from mac_core.data.table import PatientTable

__all__ = ["patient_form", "roles_editor"]

_UNKNOWN = "unknown"
_DESIGNS = {"routine": "Routine care: doctors and patients chose", "randomised": "Randomised: chance decided"}
_KINDS = {
    None: "As the data suggest",
    "binary": "Two classes (yes or no)",
    "classes": "Several classes",
    "number": "A number",
}
_DIRECTIONS = {None: "Not decided yet", True: "More is better", False: "Less is better"}


def roles_editor(table: PatientTable, roles: Roles, *, key: str) -> Roles:
    """Draw the editor and give back the roles as they stand in it."""
    names = list(table.schema.names)
    columns = st.columns(2)
    with columns[0]:
        treatment = _column("Treatment column", names, roles.treatment, "treatment", key)
        outcome = _column("Outcome column", names, roles.outcome, "outcome", key)
    with columns[1]:
        patient_id = _column("Patient id column", names, roles.patient_id, "patient id", key)
        site = _column("Site column", names, roles.site, "site", key)
    ignore = st.multiselect(
        "Columns that no model may see",
        names,
        default=[name for name in roles.ignore if name in names],
        key=f"{key}_ignore",
        help=explain("ignored columns"),
        placeholder="Choose columns",
    )
    edited = replace(roles, treatment=treatment, outcome=outcome, patient_id=patient_id, site=site, ignore=tuple(ignore))
    if treatment is not None and outcome is not None:
        edited = _treatment_details(table, edited, key=key)
    if outcome is not None:
        edited = _outcome_details(table, edited, key=key)
    return replace(edited, factor_groups=edit_factor_groups(table, edited, key=f"{key}_groups"))


def patient_form(
    schema: Schema,
    start: Mapping[str, Any],
    *,
    key: str,
    usual: Mapping[str, str] | None = None,
    width: int | None = None,
) -> pd.DataFrame:
    """Draw one field per column of the schema, "unknown" allowed in each, and give back a table of one row.

    Parameters
    ----------
    start : mapping
        Column name to the value shown at first; a column that is missing or NaN starts as unknown.
    usual : mapping, optional
        As `usual_values`: what is usual in the table, for the fields' help.
    width : int, optional
        Fields beside each other; by default one or two.
    """
    values: dict[str, pd.Series] = {}
    width = width or (1 if len(schema.columns) < 7 else 2)
    for position, column in enumerate(schema.columns):
        if position % width == 0:
            # A row at a time: on a narrow screen the fields keep the table's order.
            places = st.columns(width)
        given = start.get(column.name)
        known = None if given is None or pd.isna(given) else given
        with places[position % width]:
            values[column.name] = _patient_field(
                column, known, key=f"{key}_{position}", usual=escape_markdown((usual or {}).get(column.name, ""), longest=500)
            )
    return pd.DataFrame(values)


def _treatment_details(table: PatientTable, roles: Roles, *, key: str) -> Roles:
    columns = st.columns(2)
    with columns[0]:
        design = st.radio(
            "How was the treatment decided?",
            list(_DESIGNS),
            index=list(_DESIGNS).index(roles.design),
            format_func=_DESIGNS.__getitem__,
            key=f"{key}_design",
            help=f"{explain('randomised')} {explain('routine care')}",
        )
        if design == "randomised":
            st.caption("Differences between the arms will be worded as effects of treatment.")
        else:
            st.caption(
                "Differences between the arms will be worded as what is expected under each treatment, never as what it "
                "brings about: the arms may differ for reasons that the table does not hold."
            )
    with columns[1]:
        arms = _values(table, roles.treatment)
        reference = _choice("Reference arm", arms, roles.reference, "reference arm", f"{key}_reference")
    return replace(roles, design=design, reference=reference)


def _outcome_details(table: PatientTable, roles: Roles, *, key: str) -> Roles:
    values = _values(table, roles.outcome)
    columns = st.columns(2)
    with columns[0]:
        kinds = list(_KINDS)
        kind = st.selectbox(
            "What kind of answer is it?",
            kinds,
            index=kinds.index(roles.kind),
            format_func=_KINDS.__getitem__,
            key=f"{key}_kind",
            help=explain("kind"),
        )
    two = len(values) == 2 and kind != "number"
    event = roles.event
    with columns[1]:
        if two:
            event = _choice("Which value is counted?", values, roles.event, "event", f"{key}_event", none=_KINDS[None])
    higher = roles.higher_is_better
    with columns[0]:
        directions = list(_DIRECTIONS)
        higher = st.selectbox(
            "Is more of it better for the patient?",
            directions,
            index=directions.index(higher),
            format_func=_DIRECTIONS.__getitem__,
            key=f"{key}_higher",
            help=explain("higher is better"),
        )
    with columns[1]:
        label = _text("Name of the outcome", roles.outcome_label, "for example: blood pressure after a year", f"{key}_label")
    with columns[0]:
        horizon = _text("Measured when?", roles.horizon, "for example: 30 days", f"{key}_horizon", "horizon")
    with columns[1]:
        surrogate = _text(
            "Stands in for (surrogate)", roles.surrogate_for, "for example: death", f"{key}_surrogate", "surrogate"
        )
    unit = roles.outcome_unit
    smallest = roles.smallest_difference
    with columns[1]:
        if not two:
            unit = _text("Unit", roles.outcome_unit, "for example: mmHg", f"{key}_unit")
    with columns[0]:
        # A risk is kept between 0 and 1 and shown per 100 patients.
        factor = 100.0 if two else 1.0
        shown = st.number_input(
            "Smallest difference that matters, in patients of 100" if two else "Smallest difference that matters",
            min_value=0.0,
            max_value=100.0 if two else None,
            value=None if smallest is None else round(smallest * factor, 6),
            key=f"{key}_smallest_{'share' if two else 'value'}",
            help=explain("smallest difference"),
            placeholder="not decided",
        )
        smallest = None if shown is None else round(shown / factor, 9)
    with columns[1]:
        harm = _column("Harm column", list(table.schema.names), roles.harm, "harm", key)
    return replace(
        roles,
        kind=kind,
        event=event,
        higher_is_better=higher,
        outcome_label=label,
        horizon=horizon,
        outcome_unit=unit,
        surrogate_for=surrogate,
        smallest_difference=smallest,
        harm=harm,
    )


def _patient_field(column: Column, known: Any, *, key: str, usual: str = "") -> pd.Series:
    # Many columns carry their unit in the name.
    named = column.unit is None or column.name.rstrip(")] ").endswith(column.unit)
    label = escape_markdown(column.name) + ("" if named else f" ({escape_markdown(column.unit)})")
    if column.kind == "number" and column.levels and (known is None or label_of(known) in column.levels):
        options = [*column.levels, _UNKNOWN]
        option = st.radio(
            label,
            options,
            index=options.index(_UNKNOWN if known is None else label_of(known)),
            horizontal=True,
            key=key,
            help=usual or None,
            persist_state="session",
        )
        return pd.Series([None if option == _UNKNOWN else float(option)], dtype="float64")
    if column.kind == "number":
        number = st.number_input(
            label,
            value=_whole(known) if column.whole else _decimal(known),
            step=1 if column.whole else None,
            key=key,
            help=f"{_number_hint(column)} {usual}".strip(),
            placeholder=_UNKNOWN,
            persist_state="session",
        )
        return pd.Series([number], dtype="float64")
    levels = list(column.levels)
    if known is not None and label_of(known) not in levels:
        levels.append(label_of(known))
    choice = st.selectbox(
        label,
        levels,
        index=levels.index(label_of(known)) if known is not None else None,
        key=key,
        help=f"Leave empty if unknown. Listed are the values in the table, the most frequent first. {usual}".strip(),
        placeholder=_UNKNOWN,
        persist_state="session",
    )
    return pd.Series([choice], dtype="str")


def _number_hint(column: Column) -> str:
    if column.low is None or column.high is None:
        return "Leave empty if unknown."
    unit = f" {escape_markdown(column.unit)}" if column.unit else ""
    text = f"Leave empty if unknown. In the table: {column.low:g} to {column.high:g}{unit}"
    if column.typical is not None:
        text += f", half of the patients below {column.typical:g}" if not isinstance(column.typical, str) else ""
    return f"{text}."


def _column(label: str, names: list[str], chosen: str | None, term: str, key: str) -> str | None:
    return _choice(label, names, chosen, term, f"{key}_{term.replace(' ', '_')}")


def _choice(label: str, options: list[str], chosen: str | None, term: str, key: str, *, none: str = "(none)") -> str | None:
    everything = [None, *options]
    return st.selectbox(
        label,
        everything,
        index=everything.index(chosen) if chosen in everything else 0,
        format_func=lambda option: none if option is None else option,
        key=key,
        help=explain(term),
    )


def _text(label: str, value: str | None, placeholder: str, key: str, term: str | None = None) -> str | None:
    written = st.text_input(
        label, value or "", placeholder=placeholder, key=key, help=explain(term) if term else None, max_chars=60
    )
    return written.strip() or None


def _values(table: PatientTable, name: str | None) -> list[str]:
    """The distinct values of a column as text, for arms and classes; an empty list when it has too many to be either."""
    if name is None or name not in table.frame:
        return []
    found = table.frame[name].dropna().unique()
    if len(found) > 50:
        return []
    return sorted(label_of(value) for value in found)


def _whole(value: Any) -> int | None:
    return None if value is None else round(float(value))


def _decimal(value: Any) -> float | None:
    return None if value is None else float(value)
