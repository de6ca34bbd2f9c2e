import numpy as np

from mac_core.treatment.policy import policy_gains, policy_values, resampled_sums, same_arm_first


def test_values_refer_to_patients_supported_everywhere():
    scores = np.array([[1.0, 2.0], [3.0, 6.0], [100.0, 100.0]])
    usable = np.array([[True, True], [True, True], [True, False]])
    table = policy_values(scores, usable, np.arange(3), np.array([2.0, 3.0, 100.0]), ["A", "B"])
    assert table["value"].tolist() == [2.0, 4.0, 2.5]
    assert table.index.tolist() == [("everybody", "A"), ("everybody", "B"), ("as_given", "")]
    assert (table["n"] == 2).all()
    assert (table["low"] <= table["value"]).all()


def first(*parts, **options):
    return same_arm_first(resampled_sums(*parts, **options))


def test_first_share_is_one_when_nothing_is_close_and_a_half_when_everything_is():
    random = np.random.default_rng(0)
    noise = random.normal(size=(400, 2))
    noise -= noise.mean(axis=0)
    everyone = np.ones(noise.shape, dtype=bool)
    assert first(noise + [0, 5], everyone, np.arange(400)) == 1.0
    assert 0.4 < first(noise + [0, 1e-9], everyone, np.arange(400)) < 0.6


def test_direction_and_order_of_arms():
    scores = np.random.default_rng(1).normal(size=(60, 3)) + [0, 0.1, 0.2]
    everyone = np.ones(scores.shape, dtype=bool)
    share = first(scores, everyone, np.arange(60), seed=3)
    assert share == first(-scores, everyone, np.arange(60), higher_is_better=False, seed=3)
    assert share == first(scores[:, [2, 0, 1]], everyone, np.arange(60), seed=3)


def test_rows_of_a_patient_are_drawn_together():
    scores = np.random.default_rng(2).normal(size=(30, 2)) + [0, 0.2]
    everyone = np.ones((120, 2), dtype=bool)
    once = first(scores, everyone[:30], np.arange(30), seed=1)
    assert once == first(np.repeat(scores, 4, axis=0), everyone, np.repeat(np.arange(30), 4), seed=1)


def test_only_some_of_the_arms():
    scores = np.random.default_rng(4).normal(size=(80, 3)) + [0, 0.2, 5]
    everyone = np.ones(scores.shape, dtype=bool)
    sums = resampled_sums(scores, everyone, np.arange(80), seed=2)
    assert sums.shape == (1001, 3)
    np.testing.assert_allclose(sums[0], scores.sum(axis=0))
    assert same_arm_first(sums) == 1.0
    assert same_arm_first(sums, (0, 1)) == first(scores[:, :2], everyone[:, :2], np.arange(80), seed=2) < 1.0


def test_nobody_supported_everywhere():
    assert np.isnan(first(np.zeros((2, 2)), np.eye(2, dtype=bool), np.arange(2)))


def test_choosing_by_patient_is_compared_on_the_same_patients():
    random = np.random.default_rng(0)
    scores = random.normal(size=(200, 2))
    chosen, usable, who = scores.argmax(axis=1), np.ones((200, 2), bool), np.arange(200)
    usable[:20, 0] = False
    gains = policy_gains(scores, usable, who, scores[:, 0], scores, ["A", "B"])
    values = policy_values(scores, usable, who, scores[:, 0], ["A", "B"], chosen=chosen)
    assert (gains["n"] == 180).all()
    for rule in gains.index:
        assert np.isclose(gains.loc[rule, "gain"], values.loc[("individual", ""), "value"] - values.loc[rule, "value"])
    # Paired: the interval of the gain is narrower than the two values' intervals suggest.
    gap = values["high"] - values["low"]
    assert gains.loc[("everybody", "A"), "high"] - gains.loc[("everybody", "A"), "low"] < gap.sum()
    lower = policy_gains(-scores, usable, who, -scores[:, 0], -scores, ["A", "B"], higher_is_better=False)
    assert np.allclose(lower["gain"], gains["gain"])
