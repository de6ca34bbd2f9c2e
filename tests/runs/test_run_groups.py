from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mac_core.data.roles import Roles
from mac_core.evidence.subgroup_errors import errors_by_group
from mac_core.evidence.subgroups import group_patients
from mac_core.runs.run_groups import group_columns, group_run


@pytest.fixture
def sited(run):
    random = np.random.default_rng(0)
    n = len(run.rows)
    risk = random.uniform(0.2, 0.8, n)
    return replace(
        run,
        roles=Roles(outcome="relapse", treatment="drug", site="hospital"),
        site=pd.Series(["north", "south"] * (n // 2)),
        given=pd.Series(random.choice(["A", "B"], n)),
        out_of_sample=pd.DataFrame({"no": 1 - risk, "yes": risk}),
        schema=replace(run.schema, columns=run.schema.columns[:2]),
    )


def test_site_and_treatment_come_first(sited, run):
    assert group_columns(sited) == ("hospital", "drug", "age", "sex")
    assert group_columns(replace(sited, site=None)) == ("drug", "age", "sex")


def test_each_column_gives_the_groups_of_its_values(sited):
    table = group_run(sited, "hospital")
    expected = errors_by_group(sited.target, sited.observed, sited.out_of_sample, group_patients(sited.site), "log")
    pd.testing.assert_frame_equal(table, expected)
    assert group_run(sited, "drug").index.tolist()[1:] == sorted(["A", "B"], key=lambda arm: -(sited.given == arm).sum())
    assert len(group_run(sited, "age")) == 6


def test_rows_of_one_patient_count_together(sited):
    alone, together = (
        group_run(replace(sited, patients=patients), "hospital") for patients in (None, pd.Series(np.arange(60) // 4))
    )
    assert (alone["error"] == together["error"]).all() and not np.allclose(alone["error_high"], together["error_high"])
    assert together["n"].tolist() == [15, 15, 15] and alone["n"].tolist() == [60, 30, 30]
