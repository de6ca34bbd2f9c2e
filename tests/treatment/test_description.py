import numpy as np
import pytest

from mac_core import TreatmentComparison


def test_everything_said_refers_to_the_same_scores(fitted):
    trial, comparison = fitted
    assert comparison.scores_.shape == (len(trial.X), 3)
    for pair, row in comparison.average_effects_.iterrows():
        a, b = (comparison.arms_.index(arm) for arm in pair)
        assert row["difference"] == pytest.approx((comparison.scores_[:, a] - comparison.scores_[:, b]).mean(), abs=0.15)
    assert list(comparison.policy_value_.index) == [
        *(("everybody", arm) for arm in "ABC"), ("as_given", ""), ("individual", ""),
    ]  # fmt: skip
    assert comparison.policy_gain_.index.tolist() == [*(("everybody", arm) for arm in "ABC"), ("as_given", "")]
    assert comparison.benefit_calibration_.loc[("B", "A"), "n"].sum() > 200
    assert comparison.benefit_by_risk_.loc[("B", "A"), "by"].is_monotonic_increasing
    assert comparison.sensitivity_.loc[("B", "A"), "e_value_limit"] > 1
    assert set(comparison.sensitivity_["strongest"]) <= set(trial.X.columns)


def test_dropout_that_depends_on_the_patient_is_weighted_for(light, make_trial):
    estimates, complete = [], []
    for seed in range(3):
        trial = make_trial(40 + seed, n=400, effects=(0.0, 1.0))
        random = np.random.default_rng(seed)
        # The severe, whose outcomes are worse, drop out of arm B.
        gone = (trial.arm == "B") & (random.random(400) < 1 / (1 + np.exp(1 - 2 * trial.X["severity"].to_numpy())))
        outcome = np.where(gone, np.nan, trial.outcome)
        comparison = TreatmentComparison(light, design="randomised", random_state=0).fit(trial.X, trial.arm, outcome)
        estimates.append(comparison.average_effects_.loc[("B", "A"), "difference"])
        complete.append(np.nanmean(outcome[trial.arm == "B"]) - outcome[trial.arm == "A"].mean())
    assert np.mean(complete) > 1.5
    assert np.mean(estimates) == pytest.approx(1.0, abs=0.25)
    assert comparison.observed_share_["A"] == 1.0
    assert comparison.observed_share_["B"] == pytest.approx(1 - gone[trial.arm == "B"].mean())


def test_no_event_in_an_arm_is_no_certainty(light_binary, make_trial):
    trial = make_trial(3, n=120, binary=True)
    outcome = np.where(trial.arm == "B", 0.0, (np.arange(120) % 9 == 0).astype(float))
    comparison = TreatmentComparison(light_binary, design="randomised", random_state=0).fit(trial.X, trial.arm, outcome)
    value = comparison.policy_value_.loc[("everybody", "B")]
    n = int((trial.arm == "B").sum())
    # Wilson's upper limit for 0 of n.
    assert value["high"] - value["value"] == pytest.approx(1.96**2 / (n + 1.96**2), rel=0.05)
    risks = comparison.answers(trial.X).outcomes.xs("B", level="arm").dropna()
    assert (risks["outcome"] < 0.01).all()
    assert (risks["high"] > 0.05).all()
    assert "same_outcome_in_arm" in [found.code for found in comparison.notices_]


def test_where_treatment_depends_on_the_site_the_site_counts_in_training_only(light, make_trial):
    trial = make_trial(5, n=400, effects=(0.0, 0.0))
    random = np.random.default_rng(0)
    site = random.choice(["north", "south"], 400)
    arm = np.where(random.random(400) < np.where(site == "north", 0.8, 0.2), "B", "A")
    outcome = np.where(site == "north", 2.0, 0.0) + random.normal(size=400)  # the north is healthier, not arm B
    found = {}
    for name, given in (("without", None), ("with", site)):
        comparison = TreatmentComparison(light, random_state=0)._fit(trial.X, arm, outcome, site=given)
        found[name] = comparison.average_effects_.loc[("B", "A"), "difference"]
        assert comparison.advise(trial.X.iloc[[0]])["verdict"].notna().all()  # a new patient has no site
    assert found["without"] > 0.9
    assert abs(found["with"]) < 0.4
    assert comparison.assignment_.predict(trial.X.iloc[:3]).sum(axis=1) == pytest.approx(np.ones(3))
