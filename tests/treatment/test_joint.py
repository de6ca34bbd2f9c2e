import numpy as np
import pytest

from mac_core import MACRegressor
from mac_core.treatment.joint import fit_joint

LIGHT = MACRegressor(["linear_regression"], n_subtasks=5, loss="squared", random_state=0)


def test_everybody_is_expected_under_every_arm_by_models_that_did_not_see_them(make_trial):
    trial = make_trial(0, n=200, effects=(0.0, 2.0))
    arm = (trial.arm == "B").astype(int)
    observed = np.arange(200) >= 20
    joint, expected = fit_joint(LIGHT, trial.X, arm, trial.outcome, observed, np.arange(200), 2)
    assert expected.shape == (200, 2)
    assert not np.isnan(expected).any()
    assert np.mean(expected[:, 1] - expected[:, 0]) == pytest.approx(2.0, abs=0.7)
    assert np.abs(joint.predict(trial.X) - expected).mean() < 0.2
    # A patient's own outcome has no say.
    outcome = trial.outcome.copy()
    outcome[50] += 1000
    again = fit_joint(LIGHT, trial.X, arm, outcome, observed, np.arange(200), 2)[1]
    np.testing.assert_allclose(again[50], expected[50], rtol=1e-9)
    assert np.abs(again - expected).max() > 1


def test_a_column_of_the_same_name_is_left_alone(make_trial):
    trial = make_trial(1, n=60)
    X = trial.X.rename(columns={"severity": "the treatment that was given"})
    joint, _ = fit_joint(LIGHT, X, (trial.arm == "B").astype(int), trial.outcome, np.ones(60, bool), np.arange(60), 2)
    assert joint.column == "the treatment that was given_"
