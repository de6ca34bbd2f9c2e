"""The trials that come along give the known answers; one light fit each, shared by all tests here.

The known figures were measured with other models on the same tables; what was published stands in the examples' citations.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from mac_core import MACClassifier, MACRegressor, TreatmentComparison
from mac_core.data.cohort import make_cohort
from mac_core.data.examples import example, open_example
from mac_core.figures.expectation import expect


def _compare(slug):
    roles = example(slug).roles
    cohort = make_cohort(open_example(slug), roles)
    number = cohort.target.kind == "number"
    outcome = cohort.y.to_numpy(dtype=float) if number else (cohort.y == cohort.target.event).to_numpy(dtype=float)
    classifier = MACClassifier(["logistic_regression"], n_subtasks=5)
    models = {"outcome": MACRegressor(["linear_regression"], n_subtasks=5) if number else classifier, "treatment": classifier}
    comparison = TreatmentComparison(
        models,
        design=roles.design,
        reference=roles.reference,
        higher_is_better=roles.higher_is_better,
        random_state=0,
    )
    harm = None if cohort.harm is None else cohort.harm.to_numpy()
    return cohort, comparison._fit(cohort.X, cohort.treatment, outcome, groups=cohort.groups, harm=harm)


@pytest.fixture(scope="module")
def pancreatitis():
    return _compare("indo_rct")


@pytest.fixture(scope="module")
def hiv():
    return _compare("actg175_cd4")


@pytest.fixture(scope="module")
def smoking():
    return _compare("smoking_triple")


def test_indomethacin_nearly_halves_pancreatitis(pancreatitis):
    _, comparison = pancreatitis
    value = 100 * comparison.policy_value_.loc["everybody", "value"]
    # Observed: 52 of 307 and 27 of 295 (Elmunzer 2012).
    assert value.to_dict() == pytest.approx({"0_placebo": 16.9, "1_indomethacin": 9.2}, abs=0.6)
    effect = 100 * comparison.average_effects_.loc[("1_indomethacin", "0_placebo")]
    assert effect["low"] < -7.8 < effect["high"] < 0
    assert comparison.verdict_.verdict == "arm" and comparison.arms_[comparison.verdict_.arm] == "1_indomethacin"


def test_its_advice_is_the_same_for_everybody_and_the_benefit_grows_with_risk(pancreatitis):
    cohort, comparison = pancreatitis
    assert not comparison.heterogeneity_.supported and "the same for everybody" in comparison.heterogeneity_.reason
    found = comparison.answers(cohort.X)
    assert not found.advice["individual"].any()
    fourths = -100 * comparison.benefit_by_risk_.loc[("1_indomethacin", "0_placebo"), "expected"]
    assert fourths.is_monotonic_increasing and fourths[4] > 1.4 * fourths[1] > 0
    # For each patient too: one odds ratio on the own risk.
    risk = found.outcomes["outcome"].unstack("arm")
    order = risk["0_placebo"].dropna().sort_values().index
    benefit = (risk["0_placebo"] - risk["1_indomethacin"]).loc[order]
    below_half = benefit[risk.loc[order, "0_placebo"] < 0.5].dropna()
    assert below_half.is_monotonic_increasing and len(below_half) > 500


def test_bleeding_stands_beside_it(pancreatitis):
    cohort, comparison = pancreatitis
    observed = cohort.harm.groupby(cohort.treatment.to_numpy()).mean()
    assert comparison.harm_by_arm_["value"].to_dict() == pytest.approx(observed.to_dict(), abs=1e-9)
    assert comparison.harm_by_arm_["n"].to_dict() == {"0_placebo": 307, "1_indomethacin": 295}
    effect = comparison.harm_effects_.loc[("1_indomethacin", "0_placebo")]
    assert effect["difference"] == pytest.approx(observed["1_indomethacin"] - observed["0_placebo"], abs=1e-9)
    assert effect["low"] < 0 < effect["high"]


@pytest.mark.parametrize(("arm", "low", "high"), [("ZDV+ddI", 55.5, 83.6), ("ZDV+ddC", 24.6, 49.1), ("ddI", 29.4, 54.2)])
def test_cd4_differences_lie_inside_what_was_measured_before(hiv, arm, low, high):
    _, comparison = hiv
    effect = comparison.average_effects_.loc[(arm, "ZDV")]
    assert low < effect["difference"] < high and effect["low"] > 0
    assert effect["n"] == 2139


def test_nothing_is_gained_by_choosing_individually(hiv):
    cohort, comparison = hiv
    assert not comparison.heterogeneity_.supported
    gain = comparison.policy_gain_.loc[("everybody", "ZDV+ddI")]
    assert gain["low"] <= 0 <= gain["high"]
    advice = comparison.advise(cohort.X.iloc[:200])
    assert set(advice["arm"].dropna()) == {"ZDV+ddI"} and not advice["individual"].any()


def test_the_verdict_is_the_same_under_every_reference(hiv):
    cohort, comparison = hiv
    roles = example("actg175_cd4").roles
    found = comparison.answers(cohort.X.iloc[:50])
    pairs = comparison.average_effects_
    for reference in comparison.arms_:
        # What pages make of it for this reference: the arm that is best against it, and the same verdict.
        against = pairs.xs(reference, level="against")["difference"]
        assert against.idxmax() == "ZDV+ddI" if reference != "ZDV+ddI" else (against < 0).all()
        shown = expect(found.outcomes.loc[[0]], found.differences.loc[[0]], cohort.target, replace(roles, reference=reference))
        expected = [option.expected for option in shown.options]
        assert expected == found.outcomes.loc[0, "outcome"].tolist()
    np.testing.assert_array_equal(pairs.swaplevel().loc[pairs.index, "difference"], -pairs["difference"])
    np.testing.assert_array_equal(pairs.swaplevel().loc[pairs.index, "low"], -pairs["high"])


def test_a_hundred_and_twenty_five_smokers_are_too_few_to_individualise(smoking):
    cohort, comparison = smoking
    assert np.isnan(comparison.heterogeneity_.p) and not comparison.heterogeneity_.supported
    assert "was not tested: that needs at least 400 patients" in comparison.heterogeneity_.reason
    assert "there are 125, 61 of whom got combination" in comparison.heterogeneity_.reason
    assert not comparison.advise(cohort.X)["individual"].any()


@pytest.mark.parametrize("trial", ["pancreatitis", "hiv", "smoking"])
def test_hardly_anybody_of_a_trial_is_left_without_an_arm(trial, request):
    cohort, comparison = request.getfixturevalue(trial)
    support = comparison.answers(cohort.X).outcomes["support"]
    assert (support == "unsupported").mean() < 0.003


def test_ten_thousand_patients_take_seconds(hiv):
    cohort, comparison = hiv
    many = cohort.X.iloc[np.arange(10_000) % len(cohort.X)].reset_index(drop=True)
    begun = time.process_time()
    assert len(comparison.answers(many).advice) == 10_000
    assert time.process_time() - begun < 10  # two learners; the full pool is measured in benchmarks
