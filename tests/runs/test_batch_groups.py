from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mac_core.data.roles import Roles
from mac_core.evidence.intervals import mean_interval, share_interval
from mac_core.runs.batch import Batch
from mac_core.runs.batch_groups import group_batch, named_gain
from mac_core.runs.run import Target

PATIENTS = pd.DataFrame(
    {
        "line": range(2, 42),
        "verdict": ["arm"] * 24 + ["cannot_tell"] * 10 + ["no_clear_difference"] * 6,
        "verdict for": ["B"] * 24 + [""] * 16,
        "outcome under A": [0.3] * 40,
        "outcome under B": [0.2] * 20 + [0.25] * 20,
        "outcome under C": [0.28] * 10 + [np.nan] * 30,
        "probability of yes": np.linspace(0.1, 0.5, 40),
        "flags": "",
    }
)


@pytest.fixture
def batch():
    described = pd.DataFrame({"age": np.arange(40.0), "sex": ["f", "m"] * 20})
    return Batch(PATIENTS, described, described, None, pd.DataFrame(), (), 0, None, (), (), "new.csv", "0" * 64)


@pytest.fixture
def both(run):
    roles = Roles(treatment="drug", outcome="relapse", higher_is_better=False)
    return replace(run, question="both", roles=roles)


def test_the_gain_is_against_the_next_best_and_lower_is_better(both):
    gain = named_gain(both, PATIENTS)
    np.testing.assert_allclose(gain[[0, 15, 22]], [0.08, 0.1, 0.05])
    assert np.isnan(gain[24:]).all()
    other_way = replace(both, roles=replace(both.roles, higher_is_better=True))
    np.testing.assert_allclose(named_gain(other_way, PATIENTS)[0], -0.1)
    alone = PATIENTS.assign(**{"outcome under A": np.nan, "outcome under C": np.nan})
    assert np.isnan(named_gain(both, alone)).all()


def test_shares_and_gains_by_group(both, batch):
    table = group_batch(both, batch, "sex")
    assert table["n"].tolist() == [40, 20, 20]
    assert tuple(table.loc["f", ["named", "named_low", "named_high"]]) == (0.6, *share_interval(12, 20))
    assert table.at["everybody", "cannot_tell"] == 0.25
    assert tuple(table.loc["everybody", ["gain", "gain_low", "gain_high"]]) == mean_interval(named_gain(both, PATIENTS)[:24])
    assert table.at["f", "gain_n"] == 12


def test_small_groups_are_hidden(both, batch):
    fifths = group_batch(both, batch, "age")
    assert fifths["hidden"].tolist() == [False] + [True] * 5 and fifths.loc["0 to 7"].drop("hidden").isna().all()


def test_other_questions(run, batch):
    plain = replace(batch, patients=PATIENTS[["line", "probability of yes", "flags"]])
    table = group_batch(run, plain, "sex")
    assert table.at["everybody", "expected"] == pytest.approx(0.3) and "named" not in table
    several = replace(run, target=Target("relapse", "relapse", "classes", ("a", "b", "c")))
    assert list(group_batch(several, plain, "sex").columns) == ["n", "hidden"]
