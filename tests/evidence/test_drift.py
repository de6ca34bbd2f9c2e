import numpy as np
import pandas as pd
import pytest

from mac_core.data.schema import Schema, describe
from mac_core.evidence.drift import drift_table, stability_index


@pytest.fixture(scope="module")
def study():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"weight": random.normal(75, 12, 300), "age": random.normal(60, 10, 300)})
    frame["sex"] = pd.Series(random.choice(["f", "m"], 300), dtype="str")
    schema = Schema(
        (
            describe("weight", frame["weight"], "number"),
            describe("age", frame["age"], "number"),
            describe("sex", frame["sex"], "category"),
        )
    )
    return frame, schema


def test_the_same_patients_are_not_shifted(study):
    frame, schema = study
    table = drift_table(frame, frame.sample(150, random_state=1), schema)
    assert not table["shifted"].any()
    assert (table["outside"] == 0).all()


def test_a_changed_unit_shows_first(study):
    frame, schema = study
    table = drift_table(frame, frame.head(60).assign(weight=lambda new: new["weight"] * 2.2), schema)
    assert table.index[0] == "weight"
    assert table.at["weight", "shifted"]
    assert table.at["weight", "smd"] > 2
    assert table.at["weight", "outside"] > 30
    assert not table.at["age", "shifted"]


def test_other_shares_new_levels_and_gaps(study):
    frame, schema = study
    new = frame.head(60).copy()
    new["sex"] = pd.Series(["f"] * 50 + ["x"] * 5 + [None] * 5, dtype="str")
    table = drift_table(frame, new, schema)
    assert table.at["sex", "shifted"]
    assert table.at["sex", "unseen"] == 5
    assert table.at["sex", "missing_new"] == pytest.approx(5 / 60)


def test_few_patients_say_too_little(study):
    frame, schema = study
    one = drift_table(frame, frame.head(1).assign(weight=200.0), schema)
    assert not one["shifted"].any()
    assert one.at["weight", "outside"] == 1
    nothing = drift_table(frame, frame.head(3).assign(weight=np.nan), schema)
    assert np.isnan(nothing.at["weight", "smd"])


def test_a_constant_column_that_changes(study):
    frame, schema = study
    table = drift_table(frame.assign(age=1.0), frame.assign(age=2.0), schema)
    assert table.at["age", "smd"] == np.inf
    assert table.at["age", "shifted"]
    assert drift_table(frame.assign(age=1.0), frame.assign(age=1.0), schema).at["age", "smd"] == 0


def test_the_stability_index_is_the_known_one():
    # Worked by hand: shares .25 each against .4, .3, .2, .1.
    by_hand = 0.15 * np.log(1.6) + 0.05 * np.log(1.2) - 0.05 * np.log(0.8) - 0.15 * np.log(0.4)
    assert stability_index(np.array([25, 25, 25, 25]), np.array([400, 300, 200, 100])) == pytest.approx(by_hand)
    assert stability_index(np.array([10, 90, 0]), np.array([1, 9, 0])) == 0
    # An empty cell counts as half a patient: .5 - .005 of the share.
    assert stability_index(np.array([50, 50]), np.array([100, 0])) == pytest.approx(0.5 * np.log(2) - 0.495 * np.log(0.01))


def test_another_shape_with_the_same_mean_shows_in_the_index(study):
    frame, schema = study
    random = np.random.default_rng(4)
    apart = pd.Series(random.normal(0, 2, 100) + 75 + 25 * random.choice([-1, 1], 100))
    table = drift_table(frame, frame.head(100).assign(weight=apart), schema)
    assert abs(table.at["weight", "smd"]) < 0.5
    assert table.at["weight", "psi"] > 0.25 and table.at["weight", "shifted"]
    assert table.at["age", "psi"] < 0.25 and not table.at["age", "shifted"]


def test_chance_alone_shifts_nothing(study):
    frame, schema = study
    random = np.random.default_rng(5)
    for _ in range(40):
        new = pd.DataFrame({"weight": random.normal(75, 12, 25), "age": random.normal(60, 10, 25)})
        new["sex"] = pd.Series(random.choice(["f", "m"], 25), dtype="str")
        assert not drift_table(frame, new, schema)["shifted"].any()
