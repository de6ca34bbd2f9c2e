import numpy as np
import pytest

from mac_core.treatment.harm import harm_effects, harm_numbers


def _parts(seed=0, n=600):
    random = np.random.default_rng(seed)
    Z, arm = random.normal(size=(n, 2)), random.integers(2, size=n)
    return random, Z, arm, (Z, arm, np.full((n, 2), 0.5), np.ones((n, 2), bool), np.arange(n), ["A", "B"])


@pytest.mark.parametrize("numbers", [False, True])
def test_the_difference_in_harm_is_found(numbers):
    random, Z, arm, parts = _parts()
    risk = 0.1 + 0.2 * arm
    harm = 3 * arm + Z[:, 0] + random.normal(size=600) if numbers else np.where(random.random(600) < risk, "yes", "no")
    row = harm_effects(harm, *parts).loc[("B", "A")]
    assert row["low"] < (3 if numbers else 0.2) < row["high"]
    assert row["low"] > 0


def test_no_harm_seen_in_an_arm_is_no_certainty():
    random, Z, arm, parts = _parts()
    none = harm_effects(np.zeros(600), *parts).loc[("B", "A")]
    assert none["difference"] == 0
    assert none["high"] == pytest.approx(-none["low"])
    assert none["high"] > 0.01


def test_words_and_what_cannot_be_read():
    assert harm_numbers(["bled", "fine", "fine"]).tolist() == [1.0, 0.0, 0.0]
    assert harm_numbers(["no", "no"]).tolist() == [0.0, 0.0]
    assert harm_numbers(["1_yes", "0_no"]).tolist() == [1.0, 0.0]
    assert harm_numbers(["mild", "severe", "none"]) is None
    _, _, arm, parts = _parts()
    assert harm_effects(np.where(arm == 1, np.nan, 0.0), *parts) is None


def test_harm_missing_in_some_patients_counts_those_who_are_known():
    random, Z, arm, parts = _parts(2)
    harm = (random.random(600) < 0.2).astype(float)
    harm[:50] = np.nan
    assert harm_effects(harm, *parts).loc[("B", "A"), "n"] == 550
