import numpy as np
import pandas as pd

from mac_core.treatment.outcomes import ConstantOutcome, fit_outcomes


def test_own_arm_out_of_sample_other_arms_by_the_full_model(light):
    random = np.random.default_rng(0)
    X = pd.DataFrame({"x": random.normal(size=80)})
    arm = np.array([0, 1] * 40)
    outcome = X["x"].to_numpy() * (1 + arm) + 0.1 * random.normal(size=80)
    found = fit_outcomes(light["outcome"].set_params(random_state=0), X, arm, outcome, np.arange(80), 2)
    for a in (0, 1):
        model = found.models[a]
        np.testing.assert_allclose(found.expected[arm != a, a], model.predict(X[arm != a]))
        np.testing.assert_allclose(found.expected[arm == a, a], model.out_of_sample_)
        assert not np.allclose(found.expected[arm == a, a], model.predict(X[arm == a]))
    np.testing.assert_allclose(found.predict(X.iloc[:3])[:, 1], found.models[1].predict(X.iloc[:3]))


def test_an_outcome_cannot_leak_into_its_own_expectation(light):
    """Change one patient's outcome wildly: that patient's own expectation stays."""
    random = np.random.default_rng(0)
    X = pd.DataFrame({"x": random.normal(size=80)})
    arm, outcome = np.array([0, 1] * 40), random.normal(size=80)
    changed = outcome.copy()
    changed[6] += 1000
    model = light["outcome"].set_params(random_state=0)
    before = fit_outcomes(model, X, arm, outcome, np.arange(80), 2).expected
    after = fit_outcomes(model, X, arm, changed, np.arange(80), 2).expected
    assert np.isclose(before[6, 0], after[6, 0])
    assert abs(before[8, 0] - after[8, 0]) > 1


def test_nor_through_another_row_of_the_same_patient(light):
    random = np.random.default_rng(0)
    X = pd.DataFrame({"x": random.normal(size=80)})
    arm, outcome = np.array([0, 1] * 40), random.normal(size=80)
    clusters = np.arange(80) // 2  # everybody got both arms
    changed = outcome.copy()
    changed[6] += 1000
    model = light["outcome"].set_params(random_state=0)
    before = fit_outcomes(model, X, arm, outcome, clusters, 2).expected
    after = fit_outcomes(model, X, arm, changed, clusters, 2).expected
    assert np.isclose(before[7, 0], after[7, 0])
    assert np.isclose(before[6, 0], after[6, 0])


def test_an_arm_in_which_everybody_had_the_same_outcome(light_binary):
    random = np.random.default_rng(0)
    X = pd.DataFrame({"x": random.normal(size=60)})
    arm = np.array([0, 1] * 30)
    outcome = np.where(arm == 0, 0.0, (random.random(60) < 0.5).astype(float))
    found = fit_outcomes(light_binary.set_params(random_state=0), X, arm, outcome, np.arange(60), 2)
    assert found.models[0] == ConstantOutcome(0.0)
    assert (found.expected[:, 0] == 0).all()
    assert ((found.expected >= 0) & (found.expected <= 1)).all()
