"""The harm ready to be shown: how it is named and counted, and what is expected of it under every arm, as a table."""

from __future__ import annotations

import pandas as pd

from mac_core.data.cohort import Target
from mac_core.data.roles import Roles
from mac_core.figures.wording import outcome_scale

__all__ = ["harm_target", "tabulate_harms"]


def harm_target(harms: pd.DataFrame | None, roles: Roles) -> Target:
    """Name the harm as outcomes are named, so that it is drawn by the same figures.

    Parameters
    ----------
    harms : DataFrame or None
        As `HarmComparison.by_arm`.
    roles : Roles

    Examples
    --------
    >>> table = pd.DataFrame({"event": ["1", "1"]}, index=["A", "B"])
    >>> harm_target(table, Roles(harm="major_bleeding")).label
    'major bleeding'
    """
    name = roles.harm or "harm"
    event = "" if harms is None or harms.empty else str(harms["event"].iloc[0])
    label = name.replace("_", " ")
    return Target(name, label, "binary", ("", event), event) if event else Target(name, label, "number")


def tabulate_harms(harms: pd.DataFrame, target: Target) -> pd.DataFrame:
    """Make the table of the harm under every arm, in the shown unit.

    Parameters
    ----------
    harms : DataFrame
        As `HarmComparison.by_arm`, or of runs of before, without what was observed.
    target : Target
        As `harm_target`.

    Returns
    -------
    DataFrame
        treatment, value, low, high (the average if everybody got it), observed (in those who got it), n, missing.

    Examples
    --------
    >>> table = pd.DataFrame({"event": "1", "n": 50, "missing": 0, "observed": 0.02, "value": 0.03, "low": 0.0, "high": 0.1},
    ...                      index=["A"])
    >>> tabulate_harms(table, harm_target(table, Roles(harm="bleeding"))).to_dict("records")[0]["value"]
    3.0
    """
    factor = outcome_scale(target).factor
    names = [name for name in ("value", "low", "high", "observed") if name in harms]
    table = harms[[*names, "n", "missing"]].astype(dict.fromkeys(names, float))
    table[names] *= factor
    return table.rename_axis("treatment").reset_index()
