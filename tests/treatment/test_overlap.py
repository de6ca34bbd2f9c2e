import numpy as np
import pandas as pd
import pytest

from mac_core.treatment.overlap import Support, effective_sample_size, floors, overlap


def cohort(seed=0, n=600, columns=10):
    random = np.random.default_rng(seed)
    X = pd.DataFrame(random.normal(size=(n, columns)), columns=[f"x{j}" for j in range(columns)])
    X["age"] = random.uniform(20, 90, n)
    X["sex"] = random.choice(["f", "m"], n)
    return X, random


def test_effective_sample_size_known_answers():
    assert round(effective_sample_size(np.array([1, 1, 1, 9])), 3) == 1.714
    assert effective_sample_size(np.ones(7)) == 7
    assert effective_sample_size(np.array([])) == 0


def test_floor_is_lower_for_a_rare_arm():
    np.testing.assert_allclose(floors(np.array([0.5, 0.46, 0.04])), [0.02, 0.02, 0.008])


@pytest.mark.parametrize("arms", [2, 4, 6])
def test_randomised_arms_are_supported_for_nearly_everybody(arms):
    X, random = cohort(arms)
    arm = random.integers(arms, size=len(X))
    support = Support(X, arm, np.arange(len(X)), list(range(arms)))
    new, _ = cohort(100 + arms)
    for judged in (support.judge(X, clusters=np.arange(len(X))), support.judge(new)):
        assert (judged.support == "unsupported").mean() < 0.003
        assert (judged.support == "thin").mean() < 0.03


def test_an_arm_that_ends_at_seventy():
    X, random = cohort()
    arm = random.integers(3, size=len(X))
    arm[(X["age"] > 70) & (arm == 2)] = 0
    support = Support(X, arm, np.arange(len(X)), ["A", "B", "C"])
    judged = support.judge(X)
    old, young = (X["age"] > 71).to_numpy(), (X["age"] < 69).to_numpy()
    assert (judged.support[old, 2] == "unsupported").all()
    assert (judged.support[young, 2] == "unsupported").mean() < 0.02
    assert (judged.support[:, :2] == "unsupported").mean() < 0.01
    assert "age" in judged.why[np.flatnonzero(old)[0], 2]


def test_one_mistyped_age_does_not_hide_where_an_arm_ends():
    X, random = cohort(n=2000)
    arm = random.integers(2, size=len(X))
    arm[X["age"] > 60] = 0
    arm[0] = 1
    X.loc[0, "age"] = 99.0
    judged = Support(X, arm, np.arange(len(X)), ["A", "B"]).judge(X)
    old = (X["age"] > 65).to_numpy()
    old = old & (np.arange(len(X)) > 0)
    assert (judged.support[old, 1] == "unsupported").all()


def test_a_category_that_never_got_an_arm():
    X, random = cohort()
    arm = random.integers(2, size=len(X))
    arm[X["sex"] == "f"] = 0
    judged = Support(X, arm, np.arange(len(X)), ["A", "B"]).judge(X)
    women = (X["sex"] == "f").to_numpy()
    assert (judged.support[women, 1] == "unsupported").all()
    assert (judged.support[~women, 1] != "unsupported").mean() > 0.98


def test_a_combination_that_never_got_an_arm_is_found_among_neighbours():
    X, random = cohort(columns=0, n=1500)
    arm = random.integers(2, size=len(X))
    corner = ((X["age"] > 65) & (X["sex"] == "f")).to_numpy()
    arm[corner] = 0
    judged = Support(X, arm, np.arange(len(X)), ["A", "B"]).judge(X, clusters=np.arange(len(X)))
    assert (judged.support[corner, 1] == "unsupported").mean() > 0.8
    assert (judged.support[~corner, 1] == "unsupported").mean() < 0.02


def test_outside_the_cohort():
    X, random = cohort()
    support = Support(X, random.integers(2, size=len(X)), np.arange(len(X)), ["A", "B"])
    new = X.iloc[[0, 0, 0]].assign(age=[500.0, 99.0, 50.0], sex=["f", "f", "x"])
    judged = support.judge(new)
    assert judged.support[:, 0].tolist() == ["unsupported", "thin", "thin"]
    assert "between" in judged.why[0, 0]


def test_propensity_counts():
    X, random = cohort()
    support = Support(X, random.integers(2, size=len(X)), np.arange(len(X)), ["A", "B"])
    new = X.iloc[[0, 0, 0]]
    judged = support.judge(new, np.array([[0.5, 0.5], [0.96, 0.04], [0.99, 0.01]]))
    assert judged.support[:, 1].tolist() == ["supported", "thin", "unsupported"]
    assert judged.why[2, 1] == "No comparable patients got B."


def test_missing_values_alone_do_not_take_support_away():
    X, random = cohort()
    X.loc[random.random(len(X)) < 0.2, ["age", "sex"]] = np.nan
    support = Support(X, random.integers(2, size=len(X)), np.arange(len(X)), ["A", "B"])
    blank = X.iloc[[0]].assign(age=np.nan, sex=np.nan)
    assert (support.judge(blank).support != "unsupported").all()


def test_overall_figures_by_hand():
    X = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 4.0], "sex": list("ffmmffmm")})
    arm = np.array([0] * 4 + [1] * 4)
    e = np.tile([0.5, 0.5], (8, 1))
    e[0], e[4] = [0.97, 0.03], [0.99, 0.01]
    judged = Support(X, arm, np.arange(8), ["A", "B"]).judge(X)
    found = overlap(X, arm, e, np.maximum(e, 0.02), judged, np.array([1, 0]), ["A", "B"])
    assert found.arms["missing_outcome"].tolist() == [1, 0]
    assert found.arms["outside"].tolist() == [0.25, 0.25]
    assert found.arms["clipped"].tolist() == [0, 1]
    weights = 1 / np.maximum(e[[4, 5, 6, 7], 1], 0.02)
    assert np.isclose(found.arms.loc["B", "effective_n"], weights.sum() ** 2 / (weights**2).sum())
    # Means 1.5 and 2.5, both variances 5/3.
    assert np.isclose(found.balance.loc["x", "before"], 1 / np.sqrt(5 / 3))
    assert found.balance.loc["sex = f", "before"] == 0


def test_the_histogram_counts_every_patient_once_per_arm():
    X, random = cohort(9)
    arm = random.integers(2, size=len(X))
    e = np.column_stack([np.full(len(X), 0.3), np.full(len(X), 0.7)])
    judgement = Support(X, arm, np.arange(len(X)), ["A", "B"]).judge(X)
    table = overlap(X, arm, e, e, judgement, np.zeros(2, int), ["A", "B"]).histogram
    assert table.groupby("arm")["patients"].sum().tolist() == [600, 600]
    where = table[(table["arm"] == "B") & (table["patients"] > 0)]
    assert where["given"].tolist() == ["A", "B"]
    assert ((where["low"] <= 0.7) & (where["high"] >= 0.7)).all()
