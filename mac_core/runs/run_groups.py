"""A run's errors and calibration by subgroup: which columns come into question, and one call for what a page shows."""

from __future__ import annotations

import pandas as pd

from mac_core.evidence.subgroup_errors import errors_by_group
from mac_core.evidence.subgroups import group_patients
from mac_core.runs.run import Run

__all__ = ["group_columns", "group_run"]


def group_columns(run: Run) -> tuple[str, ...]:
    """Name the columns that patients can be grouped by: site and treatment first, if they are known, then the predictors."""
    roles = run.roles
    first = [name for name, values in ((roles.site, run.site), (roles.treatment, run.given)) if name and values is not None]
    return (*first, *(name for name in run.schema.names if name not in first))


def group_run(run: Run, column: str) -> pd.DataFrame:
    """Judge a run's out-of-sample predictions by one column.

    Parameters
    ----------
    run : Run
    column : str
        Of `group_columns`; a number is cut into fifths.

    Returns
    -------
    DataFrame, index group
        As `errors_by_group`.
    """
    known = {run.roles.site: run.site, run.roles.treatment: run.given}
    values = known.get(column)
    groups = group_patients(run.rows[column] if values is None else values)
    patients = None if run.patients is None else run.patients.to_numpy()
    return errors_by_group(run.target, run.observed, run.out_of_sample, groups, run.loss, patients=patients)
