"""The groups of factors in one compact table: a group per column, as proposed or as chosen here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from mac_core.data.factors import FACTOR_GROUPS
from pages.shared.terms import explain

if TYPE_CHECKING:
    from mac_core.data.roles import Roles
    from mac_core.data.table import PatientTable

__all__ = ["edit_factor_groups"]


def edit_factor_groups(table: PatientTable, roles: Roles, *, key: str) -> Mapping[str, str]:
    """Draw the table of the columns that are learned from and give back their groups, as they stand in it."""
    names = [c.name for c in table.schema.columns if c.kind in ("number", "category") and c.name not in roles.taken]
    if not names:
        return roles.factor_groups
    groups = dict(roles.factor_groups)
    with_group = sum(name in groups for name in names)
    with st.expander(f"Groups of factors ({with_group} of {len(names)})", icon=":material/category:", key=f"{key}_open"):
        st.caption(f"{explain('factor group')} Choose a cell to change or to empty it.")
        edited = st.data_editor(
            pd.DataFrame({"column": names, "group": pd.Series([groups.get(name) for name in names], dtype=object)}),
            hide_index=True,
            height=min(36 * len(names) + 40, 320),
            disabled=["column"],
            column_config={
                "group": st.column_config.SelectboxColumn(
                    options=[*FACTOR_GROUPS, *sorted(set(groups.values()) - set(FACTOR_GROUPS))], required=False
                )
            },
            alt="Each column that is learned from, and the group of factors that it belongs to",
            key=key,
        )
    return _told(groups, edited)


def _told(groups: Mapping[str, str], edited: Any) -> dict[str, str]:
    """The groups after editing: unchanged ones in their order, so that nothing edited is nothing changed."""
    told = dict(zip(edited["column"], edited["group"], strict=True))
    kept = {name: told.get(name, group) for name, group in groups.items()}
    return {name: str(group) for name, group in {**kept, **told}.items() if not pd.isna(group) and group}
