import numpy as np

from mac_core.treatment.policy import policy_gains, policy_values, resampled_sums, same_arm_first
from mac_core.treatment.scores import mean_interval


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


def gains_of(scores, potential, level=0.95):
    everyone, who = np.ones(scores.shape, bool), np.arange(len(scores))
    return policy_gains(scores, everyone, who, scores[:, 0], potential, list("ABCD"[: scores.shape[1]]), level=level)


def test_patients_in_doubt_widen_the_upper_end_only():
    scores = np.column_stack([np.zeros(6), [4.0, 2.0, 5.0, 1.0, 3.0, 3.0]])
    gap = scores[:, 1]  # the average difference has a standard error of sqrt(2) / sqrt(6) = .577
    sure = np.column_stack([np.zeros(6), [1.0, 1.0, -1.0, -1.0, -1.0, -1.0]])
    found = gains_of(scores, sure).loc[("everybody", "A")]
    plain = mean_interval(np.where([1, 1, 0, 0, 0, 0], gap, 0), np.arange(6))
    np.testing.assert_allclose(found[["gain", "low", "high"]].to_numpy(float), plain[:3])
    doubt = np.column_stack([np.zeros(6), [1.0, 1.0, -0.5, -0.5, -1.0, -1.0]])
    found = gains_of(scores, doubt).loc[("everybody", "A")]
    wide = mean_interval(np.where([1, 1, 1, 1, 0, 0], gap, 0), np.arange(6))
    assert found["low"] == plain.low and found["gain"] == plain.mean
    np.testing.assert_allclose(found["high"] - found["gain"], wide.high - wide.mean)
    assert found["high"] > plain.high


def test_a_rule_that_gives_everybody_the_arm_gains_nothing_for_certain():
    scores = np.random.default_rng(0).normal(size=(50, 2))
    found = gains_of(scores, np.tile([0.1, 0.0], (50, 1)))
    assert found.loc[("everybody", "A"), ["gain", "low", "high"]].tolist() == [0, 0, 0]


def test_lower_ends_allow_for_the_number_of_arms_down_to_the_least_of_all():
    scores = np.random.default_rng(0).normal(size=(300, 3)) + [0, 0.3, 1.0]
    potential = np.tile([0.0, 0.0, 1.0], (300, 1))
    potential[:100, 1] = 2.0
    found = gains_of(scores, potential).loc[["everybody"]]
    gaps = [np.where(potential[:, 1] > 1, scores[:, 1], scores[:, 2]) - scores[:, a] for a in range(3)]
    plain = [mean_interval(gap, np.arange(300)).low for gap in gaps]
    allowed = [mean_interval(gap, np.arange(300), 0.975).low for gap in gaps]
    np.testing.assert_allclose(found["low"], np.maximum(allowed, min(plain)))
    # What opens advice by patient is the least of the plain ends, whatever the allowance.
    assert found["low"].min() == min(plain) and found["low"].iloc[0] < plain[0]


def test_the_interval_of_the_gain_holds_the_truth_where_arms_are_alike():
    """Five folds, each by the arm that is better in the others; nothing differs in truth, so that no rule gains anything."""
    random = np.random.default_rng(0)
    fold = np.arange(200) % 5
    above, below, plain = 0, 0, 0
    for _ in range(120):
        scores = random.normal(size=(200, 2))
        sums = np.stack([scores[fold == f].sum(axis=0) for f in range(5)])
        potential = ((sums.sum(axis=0) - sums) / 160)[fold]
        found = gains_of(scores, potential).loc[["everybody"]]
        above += (found["low"] > 1e-12).sum()
        below += (found["high"] < -1e-12).sum()
        own = np.take_along_axis(scores, potential.argmax(axis=1)[:, None], axis=1)
        plain += sum(mean_interval((own - scores)[:, a], np.arange(200)).high < -1e-12 for a in range(2))
    # Of 240 intervals 6 should miss on each side.
    assert above <= 12 and below <= 6
    assert plain > 9, "without the patients in doubt, more than twice as many lay wholly below the truth"


def test_the_gain_over_what_was_given_is_as_wide_as_the_gains_over_the_arms_on_average():
    random = np.random.default_rng(3)
    scores, potential = random.normal(size=(400, 2)), random.normal(size=(400, 2)) / 50
    everyone, arm = np.ones((400, 2), bool), (np.arange(400) % 4 == 0).astype(int)
    outcome = scores[:, 0] / 10
    found = policy_gains(scores, everyone, np.arange(400), outcome, potential, ["A", "B"], arm=arm)
    half = (found["high"] - found["gain"]).to_numpy()
    plain = mean_interval(np.take_along_axis(scores, potential.argmax(axis=1)[:, None], 1)[:, 0] - outcome, np.arange(400))
    assert half[2] == max(0.75 * half[0] + 0.25 * half[1], plain.high - plain.mean) > plain.high - plain.mean
    given = found.loc[("as_given", "")]
    np.testing.assert_allclose(given["gain"] - given["low"], half[2])


def test_no_gain_where_nobody_is_supported_under_every_arm():
    found = policy_gains(np.zeros((2, 2)), np.eye(2, dtype=bool), np.arange(2), np.zeros(2), np.zeros((2, 2)), ["A", "B"])
    assert found[["gain", "low", "high"]].isna().all(axis=None) and (found["n"] == 0).all()
