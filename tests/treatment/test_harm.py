import numpy as np
import pytest

from mac_core.treatment.harm import compare_harm, read_harm


def _parts(seed=0, n=600):
    random = np.random.default_rng(seed)
    Z, arm = random.normal(size=(n, 2)), random.integers(2, size=n)
    return random, Z, arm, (Z, arm, np.full((n, 2), 0.5), np.ones((n, 2), bool), np.arange(n), ["A", "B"])


@pytest.mark.parametrize("numbers", [False, True])
def test_the_difference_in_harm_is_found_and_is_that_of_the_arms(numbers):
    random, Z, arm, parts = _parts()
    risk = 0.1 + 0.2 * arm
    harm = 3 * arm + Z[:, 0] + random.normal(size=600) if numbers else np.where(random.random(600) < risk, "yes", "no")
    found = compare_harm(harm, *parts)
    row = found.effects.loc[("B", "A")]
    assert 0 < row["low"] < (3 if numbers else 0.2) < row["high"]
    assert row["difference"] == pytest.approx(found.by_arm.at["B", "value"] - found.by_arm.at["A", "value"], abs=1e-12)
    assert found.by_arm["event"].tolist() == ([""] * 2 if numbers else ["yes"] * 2)
    for arm_row in found.by_arm.itertuples():
        assert arm_row.low < arm_row.value < arm_row.high


def test_without_models_a_trials_shares_are_the_observed_ones_with_wilsons_interval():
    arm = np.tile([0, 1], 100)
    harm = np.zeros(200)
    harm[np.flatnonzero(arm == 1)[:5]] = 1
    options = np.zeros((200, 1)), arm, np.full((200, 2), 0.5), np.ones((200, 2), bool), np.arange(200), ["A", "B"]
    table = compare_harm(harm, *options).by_arm
    assert table["value"].tolist() == table["observed"].tolist() == pytest.approx([0.0, 0.05])
    # Known answer: Wilson's interval of 5 of 100.
    assert table.loc["B", ["low", "high"]].tolist() == pytest.approx([0.0215, 0.1118], abs=2e-3)
    assert table.at["A", "low"] == 0 and 0.02 < table.at["A", "high"] < 0.06


def test_routine_care_is_corrected_for_who_got_what():
    random = np.random.default_rng(3)
    Z = random.normal(size=(3000, 1))
    chance = 1 / (1 + np.exp(-1.5 * Z[:, 0]))
    arm = (random.random(3000) < chance).astype(int)
    harm = (random.random(3000) < 1 / (1 + np.exp(1 - 1.5 * Z[:, 0]))).astype(float)
    propensity = np.column_stack([1 - chance, chance])
    found = compare_harm(harm, Z, arm, propensity, np.ones((3000, 2), bool), np.arange(3000), ["A", "B"])
    seen = found.by_arm["observed"]
    assert seen["B"] - seen["A"] > 0.2
    assert abs(found.effects.loc[("B", "A"), "difference"]) < 0.06


def test_no_harm_seen_in_an_arm_is_no_certainty():
    random, Z, arm, parts = _parts()
    none = compare_harm(np.zeros(600), *parts).effects.loc[("B", "A")]
    assert none["difference"] == 0
    assert none["high"] == pytest.approx(-none["low"])
    assert none["high"] > 0.01


@pytest.mark.parametrize(
    ("values", "numbers", "event"),
    [
        (["bled", "fine", "fine"], [1.0, 0.0, 0.0], "bled"),
        (["no", "no"], [0.0, 0.0], "1"),
        (["1_yes", "0_no"], [1.0, 0.0], "1_yes"),
        ([0.0, 1.0, 1.0], [0.0, 1.0, 1.0], "1"),
        (["Yes ", "no"], [1.0, 0.0], "Yes"),
        ([1.5, 2.0, 7.0], [1.5, 2.0, 7.0], ""),
    ],
)
def test_which_value_says_that_it_happened(values, numbers, event):
    found, word = read_harm(values)
    assert found.tolist() == numbers and word == event


def test_what_cannot_be_read_or_is_not_known():
    assert read_harm(["mild", "severe", "none"]) is None
    _, _, arm, parts = _parts()
    assert compare_harm(np.where(arm == 1, "mild", np.where(np.arange(600) % 2, "none", "severe")), *parts) is None
    found = compare_harm(np.where(arm == 1, np.nan, 0.0), *parts)
    assert np.isnan(found.by_arm.at["B", "value"]) and np.isnan(found.effects.loc[("B", "A"), "difference"])
    assert found.by_arm.at["A", "value"] == 0 and found.by_arm["missing"].tolist() == [0, int((arm == 1).sum())]


def test_harm_missing_in_some_patients_counts_those_who_are_known():
    random, Z, arm, parts = _parts(2)
    harm = (random.random(600) < 0.2).astype(float)
    harm[:50] = np.nan
    found = compare_harm(harm, *parts)
    assert found.effects.loc[("B", "A"), "n"] == 550 == found.by_arm["n"].sum()
