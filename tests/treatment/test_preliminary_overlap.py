import time

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from mac_core.treatment.preliminary_overlap import foresee_arms, preliminary_overlap


def patients(n=600, seed=0):
    random = np.random.default_rng(seed)
    X = pd.DataFrame({"age": random.uniform(20, 80, n), "sex": random.choice(["f", "m"], n)})
    X.loc[random.random(n) < 0.1, "age"] = np.nan
    return X, random


def test_chance_is_not_foretold_and_everybody_could_have_got_everything():
    X, random = patients()
    treatment = pd.Series(random.choice(["A", "B", "C"], 600, p=[0.5, 0.3, 0.2]))
    found = preliminary_overlap(X, treatment)
    assert not found.foretold
    assert (found.everywhere, found.judged, found.of) == (600, 600, 600)
    assert found.arms["n"].tolist() == treatment.value_counts().sort_index().tolist()
    assert found.arms["realistic"].tolist() == [600] * 3
    assert found.histogram.groupby(["arm", "given"])["patients"].sum().unstack().iloc[0].tolist() == found.arms["n"].tolist()


def test_the_model_finds_the_true_probabilities():
    X, random = patients(2000)
    Z = np.column_stack([X["age"].fillna(50) / 20 - 2.5, X["sex"] == "f"]).astype(float)
    values = Z @ np.array([[1.0, 0.0, -0.5], [0.0, 1.0, 0.0]])
    truth = np.exp(values) / np.exp(values).sum(axis=1, keepdims=True)
    arm = (random.random(2000)[:, None] > truth.cumsum(axis=1)).sum(axis=1)
    found, foretold = foresee_arms(Z, arm, np.arange(2000) % 5, 3)
    assert foretold
    assert np.abs(found - truth).mean() < 0.02
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_nobody_is_judged_by_a_model_that_saw_him():
    # Every patient twice, with columns of noise only: whoever was seen would be recognised.
    random = np.random.default_rng(1)
    X = pd.DataFrame(random.normal(size=(100, 60))).rename(columns=str)
    treatment = pd.Series(random.choice(["A", "B"], 100))
    twice, given = pd.concat([X, X], ignore_index=True), pd.concat([treatment, treatment], ignore_index=True)
    ids = pd.Series([str(i) for i in range(100)] * 2)
    assert not preliminary_overlap(twice, given, groups=ids).foretold
    assert preliminary_overlap(twice, given).foretold


def test_an_arm_that_hardly_any_old_patient_got():
    X, random = patients()
    treatment = pd.Series(np.where(X["age"].fillna(0) > 65, "A", random.choice(["A", "B"], 600)))
    found = preliminary_overlap(X, treatment)
    assert found.foretold
    assert found.arms.at["A", "realistic"] == 600 > found.arms.at["B", "realistic"] == found.everywhere


def test_habits_of_a_site_count():
    X, random = patients()
    site = pd.Series(random.choice(["north", "south"], 600))
    treatment = pd.Series(np.where(random.random(600) < np.where(site == "north", 0.99, 0.02), "A", "B"))
    assert not preliminary_overlap(X, treatment).foretold
    assert preliminary_overlap(X, treatment, site=site).everywhere < 60


def test_names_and_order_of_arms_change_no_number():
    X, random = patients()
    treatment = pd.Series(np.where(X["age"].fillna(0) > 60, random.choice(["A", "B"], 600, p=[0.9, 0.1]), "B"))
    found, renamed = preliminary_overlap(X, treatment), preliminary_overlap(X, treatment.map({"A": "z", "B": "y"}))
    one = found.arms.rename(index={"A": "z", "B": "y"}).sort_index()
    assert_frame_equal(one, renamed.arms)
    assert found.everywhere == renamed.everywhere


# CPU seconds on a quiet machine: .2, .2 and about 1; a busy one needs up to half more.
@pytest.mark.parametrize(("rows", "columns", "seconds"), [(2000, 30, 1.0), (200_000, 5, 1.0), (2000, 1000, 2.0)])
def test_it_takes_about_a_second_at_most(rows, columns, seconds):
    random = np.random.default_rng(2)
    X = pd.DataFrame(random.normal(size=(rows, columns))).rename(columns=str)
    treatment = pd.Series(random.choice(list("ABCDEF"), rows))
    begun = time.process_time()
    found = preliminary_overlap(X, treatment)
    assert time.process_time() - begun < seconds
    assert found.judged <= 2000 and found.of == rows
