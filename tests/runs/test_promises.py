"""Promises about any prediction: one patient's does not hang on the others, on the order of rows or columns, or on names.

They are numbered; 1, 2, 8, 11 and 14 are in `tests/data`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.evidence.discrimination import concordance
from mac_core.runs.frames import to_bytes
from mac_core.runs.prediction import predict_patients
from mac_core.runs.run import Run
from mac_core.runs.settings import Settings
from mac_core.runs.store import RunStore
from mac_core.runs.study import run_study

LIGHT = Settings(learners=("logistic_regression", "decision_tree"), n_subtasks=5, n_jobs=1)
MANY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
OUTCOME = Roles(outcome="died", event="1", higher_is_better=False)


def cells(seed: int = 0, rows: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.integers(30, 85, rows)
    died = (rng.random(rows) < (age - 25) / 80).astype(int)
    return pd.DataFrame({"age": age, "crp": rng.gamma(2, 9, rows).round(1), "sex": rng.choice(["f", "m"], rows), "died": died})


def study(frame: pd.DataFrame, roles: Roles = OUTCOME, answers: dict[str, str] | None = None) -> Run:
    return run_study(read_table(frame.to_csv(index=False).encode(), answers=answers), roles, settings=LIGHT)


@pytest.fixture(scope="module")
def run() -> Run:
    return study(cells())


PATIENTS = st.lists(
    st.fixed_dictionaries(
        {
            "age": st.none() | st.integers(-5, 130),
            "crp": st.none() | st.floats(0, 1e4),
            "sex": st.sampled_from(["f", "m", "x", None]),
        }
    ),
    min_size=1,
    max_size=6,
)


@MANY
@given(PATIENTS)
def test_p09_probabilities_are_probabilities_for_anybody(run, patients):
    expected = predict_patients(run, pd.DataFrame(patients), routes=False).expected.to_numpy()
    assert np.isfinite(expected).all() and (expected >= 0).all() and (expected <= 1).all()
    assert np.allclose(expected.sum(axis=1), 1, atol=1e-9)


@FEW
@given(PATIENTS, st.randoms(use_true_random=False))
def test_p03_p04_p05_a_prediction_hangs_on_its_own_row_only(run, patients, rng):
    frame = pd.DataFrame(patients)
    together = predict_patients(run, frame, routes=False).expected
    for i in range(len(frame)):
        alone = predict_patients(run, frame.iloc[[i]], routes=False).expected
        np.testing.assert_allclose(alone.to_numpy()[0], together.to_numpy()[i], atol=1e-12)
    order = list(range(len(frame)))
    rng.shuffle(order)
    columns = list(frame)
    rng.shuffle(columns)
    shuffled = predict_patients(run, frame.iloc[order][columns].assign(note="x"), routes=False).expected
    np.testing.assert_allclose(shuffled.to_numpy(), together.to_numpy()[order], atol=1e-12)


@FEW
@given(st.integers(0, 10**6))
def test_p06_p07_names_and_ignored_columns_change_nothing(seed):
    frame = cells(seed)
    plain = study(frame)
    noisy = study(frame.assign(junk=np.arange(len(frame)) % 7), replace(OUTCOME, ignore=("junk",)))
    pd.testing.assert_frame_equal(plain.out_of_sample, noisy.out_of_sample)
    renamed = frame.assign(sex=frame["sex"].map({"f": "Frau", "m": "Mann"}), died=frame["died"].map({0: "alive", 1: "dead"}))
    other = study(renamed, replace(OUTCOME, event="dead"))
    np.testing.assert_allclose(other.out_of_sample["dead"], plain.out_of_sample["1"], atol=1e-9)


def test_the_answers_are_kept_with_the_run(tmp_path):
    frame = cells()
    frame.loc[3, "age"] = 430
    kept = study(frame, answers={"impossible_value:age": "missing"})
    assert kept.answers == {"impossible_value:age": "missing"} and kept.rows["age"].isna().sum() == 1
    store = RunStore(f"sqlite:///{tmp_path / 'runs.db'}")
    back = store.open(store.save(kept))
    assert back.answers == kept.answers
    # The raw file and the answers give the table that was used.
    again = read_table(frame.to_csv(index=False).encode(), answers=back.answers)
    pd.testing.assert_frame_equal(again.frame[list(back.rows)], back.rows)
    assert again.sha256 == back.source_sha256


@FEW
@given(st.integers(0, 10**6))
def test_p12_the_same_patients_twice_learn_no_better(seed):
    """Where nothing can be learned, a copy of each patient on the other side of a split would look like knowledge."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"patient_id": [f"p{i}" for i in range(60)], "age": rng.random(60).round(4)})
    frame["died"] = np.arange(60) % 2
    twice = pd.concat([frame, frame], ignore_index=True)
    grouped = study(twice, replace(OUTCOME, patient_id="patient_id"))
    assert grouped.honest_error.high > grouped.baseline_error
    # The promise can be broken: without the id the copies are found.
    leaky = study(twice, replace(OUTCOME, ignore=("patient_id",)))
    assert leaky.errors["decision_tree"].mean() < grouped.errors["decision_tree"].mean()


def trial_cells(seed: int = 0, rows: int = 120) -> pd.DataFrame:
    """A trial of two arms with a small effect on a pressure."""
    rng = np.random.default_rng(seed)
    arm = rng.permutation(np.arange(rows) % 2)
    age = rng.integers(30, 85, rows)
    pressure = (110 + 0.4 * age - 3 * arm + rng.normal(0, 9, rows)).round(1)
    return pd.DataFrame(
        {"age": age, "sex": rng.choice(["f", "m"], rows), "drug": np.array(["A", "B"])[arm], "pressure": pressure}
    )


TRIAL = Roles(treatment="drug", outcome="pressure", design="randomised", higher_is_better=False)


@pytest.fixture(scope="module")
def trial() -> Run:
    return study(trial_cells(), TRIAL)


@MANY
@given(st.fixed_dictionaries({"age": st.none() | st.integers(-5, 130), "sex": st.sampled_from(["f", "m", "x", None])}))
def test_p09_intervals_are_ordered_and_hold_their_point(trial, patient):
    found = predict_patients(trial, pd.DataFrame([patient]), routes=False)
    outcomes = found.outcomes[found.outcomes["support"] != "unsupported"]
    for low, point, high in (("low", "outcome", "high"), ("range_low", "outcome", "range_high")):
        # A range is missing where too few patients were tested for its promise.
        rows = outcomes[[low, point, high]].dropna()
        assert (rows[low] <= rows[point]).all() and (rows[point] <= rows[high]).all()
    assert np.isfinite(outcomes["outcome"]).all()
    differences = found.differences.dropna()
    assert (differences["low"] <= differences["difference"]).all() and (differences["difference"] <= differences["high"]).all()
    if found.range is not None:
        point = found.expected["prediction"].iloc[0]
        assert found.range["low"].iloc[0] <= point <= found.range["high"].iloc[0]


@FEW
@given(st.integers(0, 10**6))
def test_p07_renamed_arms_are_the_same_arms(seed):
    """Which treatment did such patients get: other names, in another order, permute the columns and nothing else."""
    frame = trial_cells(seed, 60)[["age", "sex", "drug"]]
    plain = study(frame, Roles(treatment="drug")).out_of_sample
    other = study(frame.assign(drug=frame["drug"].map({"A": "zinc", "B": "aspirin"})), Roles(treatment="drug")).out_of_sample
    np.testing.assert_allclose(other[["zinc", "aspirin"]].to_numpy(), plain[["A", "B"]].to_numpy(), atol=1e-9)


@FEW
@given(st.integers(0, 10**6))
def test_p10_the_same_seed_and_table_give_the_same_bytes(seed):
    """Whatever the workers; other processes and hash seeds are compared in `tests/test_contract.py`."""
    table = read_table(cells(seed).to_csv(index=False).encode())
    one, two = (run_study(table, OUTCOME, settings=replace(LIGHT, n_jobs=n_jobs, seed=seed % 97)) for n_jobs in (1, 2))
    for name in ("out_of_sample", "errors", "averages"):
        assert to_bytes(getattr(one, name)) == to_bytes(getattr(two, name))
    assert (one.honest_error, one.article_error, one.baseline_error) == (
        two.honest_error,
        two.article_error,
        two.baseline_error,
    )


def test_p10_another_seed_draws_other_subtasks(run):
    other = run_study(read_table(cells().to_csv(index=False).encode()), OUTCOME, settings=replace(LIGHT, seed=1))
    assert to_bytes(other.errors) != to_bytes(run.errors)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_p13_where_outcomes_are_shuffled_nothing_is_found():
    """Of 100 small trials with shuffled outcomes, about 95 intervals of the AUC hold 0.5 and of the average difference 0."""
    chance = no_effect = better = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        frame = trial_cells(seed)
        died = (frame.pop("pressure") + rng.normal(0, 5, len(frame)) > 132).astype(int)
        frame["died"] = rng.permutation(died.to_numpy())
        found = study(frame, Roles(treatment="drug", outcome="died", event="1", design="randomised", higher_is_better=False))
        happened = frame["died"].to_numpy()[: len(found.out_of_sample)]
        _, low, high = concordance(happened, found.out_of_sample["1"].to_numpy())
        chance += low <= 0.5 <= high
        effect = found.average_effects.iloc[0]
        no_effect += effect["low"] <= 0 <= effect["high"]
        better += found.honest_error.high < found.baseline_error
    # Of 100 at 95 %, fewer than 89 happen in less than one attempt in a hundred.
    assert chance >= 89, chance
    assert no_effect >= 89, no_effect
    assert better <= 5, better
