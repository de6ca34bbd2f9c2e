import numpy as np

from mac_core.treatment.observation import observed_probability


def test_who_is_likely_to_drop_out_is_learned_per_arm():
    random = np.random.default_rng(0)
    Z, arm = random.normal(size=(2000, 2)), random.integers(2, size=2000)
    truth = np.where(arm == 1, 1 / (1 + np.exp(-1 - Z[:, 0])), 0.9)
    found = observed_probability(Z, arm, random.random(2000) < truth, np.arange(2000))
    assert np.abs(found - truth).mean() < 0.03
    assert np.corrcoef(found[arm == 1], truth[arm == 1])[0, 1] > 0.95


def test_few_missing_outcomes_give_the_arms_share():
    arm = np.repeat([0, 1], 50)
    observed = np.ones(100, bool)
    observed[:5] = False
    found = observed_probability(np.random.default_rng(0).normal(size=(100, 2)), arm, observed, np.arange(100))
    assert found[:50].tolist() == [0.9] * 50
    assert found[50:].tolist() == [1.0] * 50


def test_weights_stay_bounded():
    Z, arm = np.random.default_rng(0).normal(size=(400, 1)) * 9, np.zeros(400, int)
    assert observed_probability(Z, arm, Z[:, 0] > 0, np.arange(400)).min() >= 0.05
