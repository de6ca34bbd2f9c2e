import numpy as np
import pandas as pd

from mac_core.treatment.propensity import check_randomisation, fit_assignment


def data(strength, n=300, seed=0):
    random = np.random.default_rng(seed)
    x = random.normal(size=n)
    arm = (random.random(n) < 1 / (1 + np.exp(-strength * x))).astype(int)
    return pd.DataFrame({"x": x}), arm


def test_routine_care_is_modelled_out_of_sample(light_binary):
    X, arm = data(2.0)
    found = fit_assignment(light_binary.set_params(random_state=0), X, arm, np.arange(300), randomised=False)
    assert found.check is None
    np.testing.assert_allclose(found.honest.sum(axis=1), 1)
    assert np.corrcoef(found.honest[:, 1], X["x"])[0, 1] > 0.9
    # The column of an arm is that arm's, whichever patient comes first.
    new = found.predict(pd.DataFrame({"x": [-3.0, 3.0]}))
    assert new[0, 0] > 0.9
    assert new[1, 1] > 0.9


def test_randomised_uses_the_shares_and_checks_them(light_binary):
    X, arm = data(0.0)
    found = fit_assignment(light_binary.set_params(random_state=0), X, arm, np.arange(300), randomised=True)
    np.testing.assert_allclose(found.honest, np.tile(found.shares, (300, 1)))
    assert found.predict(X) is None
    assert not found.check.predictable
    X, arm = data(2.0)
    broken = fit_assignment(light_binary.set_params(random_state=0), X, arm, np.arange(300), randomised=True)
    assert broken.check.predictable
    assert broken.check.low > 0


def test_check_by_hand():
    arm = np.array([0, 1] * 10)
    honest = np.where(np.arange(20)[:, None] % 2 == np.arange(2), 0.75, 0.25)
    found = check_randomisation(honest, arm, np.arange(20))
    np.testing.assert_allclose([found.gain, found.low, found.high], np.log(1.5))


def test_renaming_arms_changes_no_probability(light_binary):
    X, arm = data(1.0)
    one = fit_assignment(light_binary.set_params(random_state=0), X, arm, np.arange(300), randomised=False)
    other = fit_assignment(light_binary.set_params(random_state=0), X, 1 - arm, np.arange(300), randomised=False)
    np.testing.assert_array_equal(one.honest, other.honest[:, ::-1])
