import numpy as np
import pytest

from mac_core import TreatmentComparison
from mac_core.treatment.patient_answers import by_patient, for_all, read_patients


def test_alike_and_by_patient_are_two_views_of_the_same_models(fitted):
    trial, comparison = fitted
    found = read_patients(comparison, trial.X)
    alike, one_by_one = for_all(comparison, found)[0], by_patient(comparison, found)[0]
    np.testing.assert_array_equal(np.isnan(alike), np.isnan(one_by_one))
    # Levels differ little: both stand on the same outcome models.
    assert np.nanmean(np.abs(alike - one_by_one)) < 0.5
    assert np.nanstd(alike[:, 1] - alike[:, 0]) < 1e-9


def test_absolute_benefit_grows_with_risk_when_all_are_treated_alike(light_binary, make_trial):
    trial = make_trial(21, n=500, effects=(0.0, -1.0), binary=True)
    comparison = TreatmentComparison(light_binary, design="randomised", higher_is_better=False, random_state=0)
    comparison.fit(trial.X, trial.arm, trial.outcome)
    assert not comparison.heterogeneity_.supported
    found = comparison.answers(trial.X)
    risk = found.outcomes.xs("A", level="arm")["outcome"].to_numpy()
    benefit = -found.differences.xs(("B", "A"), level=("arm", "against"))["difference"].to_numpy()
    low = np.argsort(risk)[risk[np.argsort(risk)] < 0.5]
    assert (np.diff(benefit[low]) > -1e-9).all()
    assert benefit.mean() == pytest.approx(-comparison.average_effects_.loc[("B", "A"), "difference"], abs=0.01)
    odds = risk / (1 - risk)
    other = found.outcomes.xs("B", level="arm")["outcome"].to_numpy()
    np.testing.assert_allclose(odds / (other / (1 - other)), (odds / (other / (1 - other)))[0])
    rows = found.differences.dropna()
    assert ((rows["low"] <= rows["difference"]) & (rows["difference"] <= rows["high"])).all()


def test_open_advice_depends_on_the_patient(light, make_trial):
    trial = make_trial(22, n=600, effects=(0.0, 0.0))
    first = (trial.X["sex"] == "f").to_numpy()
    benefit = np.where(first, 2.0, -2.0)
    comparison = TreatmentComparison(light, design="randomised", random_state=0)
    comparison.fit(trial.X, trial.arm, trial.outcome + np.where(trial.arm == "B", benefit, 0.0))
    assert comparison.heterogeneity_.supported
    assert comparison.heterogeneity_.p < 0.01
    advice = comparison.advise(trial.X)
    assert advice["individual"].all()
    assert (advice["arm"][first] == "B").mean() > 0.95
    assert (advice["arm"][~first] == "A").mean() > 0.95
    assert advice["same_arm_first"].mean() > 0.9
    found = comparison.answers(trial.X)
    assert found.differences.equals(comparison.differences(trial.X))
    assert found.outcomes.equals(comparison.outcomes(trial.X))
    # Turned around, the advice turns, too.
    other = TreatmentComparison(light, design="randomised", higher_is_better=False, random_state=0)
    other.fit(trial.X, trial.arm, -trial.outcome - np.where(trial.arm == "B", benefit, 0.0))
    assert (other.advise(trial.X)["arm"].astype(str) == advice["arm"].astype(str)).mean() > 0.97


def test_the_range_of_a_patient_with_few_comparable_ones_is_wider(fitted):
    trial, comparison = fitted
    new = trial.X.copy()
    new.loc[new.index[:3], "severity"] = 1.15 * trial.X["severity"].max()  # beyond the cohort, but not far
    table = comparison.outcomes(new).reset_index()
    width = table["range_high"] - table["range_low"]
    usual = 2 * table["arm"].map(dict(zip(comparison.arms_, comparison.radius_, strict=True)))
    thin = table["support"] == "thin"
    assert thin.any() and (width[thin] > usual[thin]).all()
    np.testing.assert_allclose(width[table["support"] == "supported"], usual[table["support"] == "supported"])
