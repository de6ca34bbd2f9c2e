"""What the comparison promises, checked on simulated trials whose truth is known: few replications, light models."""

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor

from mac_core import MACRegressor, TreatmentComparison
from mac_core.treatment import patient_effects
from mac_core.treatment.contrast_learners import ForestContrasts


@pytest.fixture(autouse=True)
def small_forests(monkeypatch):
    """Averages, their intervals and the verdict on them do not rest on the forest that foretells single differences."""
    monkeypatch.setattr(patient_effects, "ForestContrasts", lambda seed: ForestContrasts(3, seed=seed))


def test_average_interval_covers_the_truth_in_a_randomised_trial(light, make_trial):
    covered, estimates = 0, []
    for seed in range(16):
        trial = make_trial(seed, n=150, effects=(0.0, 0.5))
        comparison = TreatmentComparison(light, design="randomised", random_state=seed).fit(trial.X, trial.arm, trial.outcome)
        effect = comparison.average_effects_.loc[("B", "A")]
        covered += effect["low"] <= 0.5 <= effect["high"]
        estimates.append(effect["difference"])
    # With a coverage of 95 %, 13 or more of 16 happen in 99.3 % of attempts.
    assert covered >= 13
    # Standard error of the mean about .17 / sqrt(16).
    assert abs(np.mean(estimates) - 0.5) < 0.14
    # Not by being wide: without the models' help, the interval of a difference at n = 150 would be twice the noise.
    assert effect["high"] - effect["low"] < 1.0


def test_confounding_turns_the_naive_difference_but_not_ours(light, make_trial):
    naive, ours, covered = [], [], 0
    for seed in range(8):
        trial = make_trial(100 + seed, n=250, effects=(0.0, -0.5), confounding=0.8)
        comparison = TreatmentComparison(light, random_state=seed).fit(trial.X, trial.arm, trial.outcome)
        effect = comparison.average_effects_.loc[("B", "A")]
        naive.append(trial.outcome[trial.arm == "B"].mean() - trial.outcome[trial.arm == "A"].mean())
        ours.append(effect["difference"])
        covered += effect["low"] <= -0.5 <= effect["high"]
    assert np.mean(naive) > 0.5
    assert abs(np.mean(ours) + 0.5) < 0.2
    assert covered >= 6  # 99.4 % of attempts at a coverage of 95 %


def test_the_model_of_the_treatment_makes_up_for_outcome_models_that_know_nothing(light, make_trial):
    models = {**light, "outcome": MACRegressor([("mean", DummyRegressor())], n_subtasks=5)}
    ours = []
    for seed in range(4):
        trial = make_trial(500 + seed, n=500, effects=(0.0, -0.5), confounding=0.6)
        comparison = TreatmentComparison(models, random_state=seed).fit(trial.X, trial.arm, trial.outcome)
        ours.append(comparison.average_effects_.loc[("B", "A"), "difference"])
    # The naive difference is about +0.9.
    assert abs(np.mean(ours) + 0.5) < 0.25


def test_shuffled_treatment_shows_no_difference(light, make_trial):
    clear = 0
    for seed in range(8):
        trial = make_trial(200 + seed, n=150, effects=(0.0, 2.0))
        arm = np.random.default_rng(seed).permutation(trial.arm)
        comparison = TreatmentComparison(light, random_state=seed).fit(trial.X, arm, trial.outcome)
        clear += (comparison.advise(trial.X.iloc[[0]])["verdict"] == "arm").item()
    assert clear <= 2  # 99.4 % of attempts


@pytest.mark.parametrize("effects", [(0.0, 0.0), (0.0, 1.0, 1.0, 2.0)])
def test_group_interval_covers_the_groups_truth_and_the_range_a_new_patient(light, make_trial, effects):
    held, covered, widened = [], [], []
    for seed in range(3):
        trial = make_trial(300 + seed, n=400, effects=effects)
        new = make_trial(400 + seed, n=150, effects=effects)
        comparison = TreatmentComparison(light, design="randomised", random_state=seed).fit(trial.X, trial.arm, trial.outcome)
        table = comparison.outcomes(new.X).dropna()
        own = [(row, arm) for row, arm in enumerate(new.arm) if (row, arm) in table.index]
        shown = table.loc[own]
        observed = new.outcome[[row for row, _ in own]]
        held.append(((shown["range_low"] <= observed) & (observed <= shown["range_high"])).mean())
        # The group's truth: the mean true outcome of the cohort's patients in the group.
        for a in range(len(effects)):
            group = comparison.arm_groups_[a]
            order = np.argsort(comparison.models_.expected[:, a], kind="stable")
            truth = trial.truth[order, a]
            asked = np.quantile(group.expected_, [0.1, 0.3, 0.5, 0.7, 0.9])
            windows, intervals = group.windows(asked), group.interval(asked)
            means = np.array([truth[start:end].mean() for start, end in windows])
            covered.append((intervals[:, 0] <= means) & (means <= intervals[:, 1]))
            widened.append(intervals[:, 1] - intervals[:, 0])
    assert 0.92 < np.mean(held) < 0.99
    assert np.mean(covered) > 0.85
    assert np.mean(widened) < 2.0
