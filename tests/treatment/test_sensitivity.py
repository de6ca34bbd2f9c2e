import numpy as np
import pandas as pd
import pytest

from mac_core.treatment.sensitivity import e_value, robustness_value, sensitivity


@pytest.mark.parametrize(("ratio", "expected"), [(3.9, 7.263), (2.4, 4.233), (1.8, 3.0), (0.8, 1.809), (1.0, 1.0)])
def test_known_e_values(ratio, expected):
    assert e_value(ratio) == pytest.approx(expected, abs=5e-4)


def test_known_robustness_value():
    # Cinelli and Hazlett's example from Darfur: t = 4.18 with 783 degrees of freedom.
    assert robustness_value(4.18, 783) == pytest.approx(0.139, abs=5e-4)
    assert robustness_value(0.0, 100) == 0.0


def _case(low=-3.0, high=-1.0, binary=False, seed=0):
    random = np.random.default_rng(seed)
    Z = random.normal(size=(600, 3))
    arm = (random.random(600) < 1 / (1 + np.exp(-1.5 * Z[:, 1]))).astype(int)
    outcome = 2 * Z[:, 1] + Z[:, 2] + random.normal(size=600)
    outcome = (outcome > 0).astype(float) if binary else outcome
    index = pd.MultiIndex.from_tuples([("A", "B"), ("B", "A")], names=["arm", "against"])
    middle = (low + high) / 2
    effects = pd.DataFrame({"difference": [middle, -middle], "low": [low, -high], "high": [high, -low], "n": 600}, index=index)
    options = {"binary": binary, "names": ["age", "severity", "sex"], "owners": np.arange(3)}
    return sensitivity(effects, np.array([0.3, 0.5]), outcome, Z, arm, ["A", "B"], **options)


def test_the_strongest_covariate_is_named_with_its_strength():
    row = _case().loc[("A", "B")]
    assert row["strongest"] == "severity"
    assert 0.1 < row["with_treatment"] < 0.6
    assert 0.5 < row["with_outcome"] < 0.9
    assert row["e_value"] > row["e_value_limit"] > 1
    assert row["robustness_value"] > row["robustness_limit"] > 0


def test_an_interval_with_no_difference_needs_no_hidden_factor():
    row = _case(-1.0, 0.5).loc[("A", "B")]
    assert row["e_value_limit"] == 1.0
    assert row["robustness_limit"] == 0.0


def test_turning_the_pair_changes_nothing():
    table = _case(-0.3, -0.1, binary=True)
    assert table.loc[("A", "B")].tolist() == table.loc[("B", "A")].tolist()
    # Risks .3 and .5 around their middle .4: at -.1, .35 against .45.
    assert table.loc[("A", "B"), "e_value_limit"] == pytest.approx(e_value(0.35 / 0.45))
