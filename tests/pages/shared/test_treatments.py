"""The part of Accuracy that speaks of treatments: drawn from a real comparison, silent without one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mac_core import MACClassifier, MACRegressor, TreatmentComparison
from mac_core.runs.store import RunStore
from tests.figures.made_run import made_run
from tests.pages.shown import chart_texts, table
from tests.pages.words import said


@pytest.fixture(scope="module")
def compared():
    """A made run with the tables of a real comparison of three arms, by design."""
    random = np.random.default_rng(0)
    X = pd.DataFrame({"age": random.uniform(20, 80, 150), "sex": random.choice(["f", "m"], 150)})
    arm = random.choice(["A", "B", "C"], 150)
    happened = (random.random(150) < np.where(arm == "B", 0.2, 0.5)).astype(float)
    light = {"outcome": MACClassifier(["logistic_regression"], n_subtasks=5), "treatment": MACClassifier(["naive_bayes"])}

    def make(design, *, kind="binary"):
        outcome = happened if kind == "binary" else happened + random.normal(size=150)
        models = light if kind == "binary" else {**light, "outcome": MACRegressor(["linear_regression"], n_subtasks=5)}
        bled = (random.random(150) < np.where(arm == "C", 0.3, 0.1)).astype(float)
        comparison = TreatmentComparison(models, design=design, higher_is_better=False, random_state=0)
        comparison._fit(X, arm, outcome, harm=bled)
        run = made_run(kind)
        return replace(
            run,
            roles=replace(run.roles, design=design, harm="major_bleeding", reference="A"),
            harms=comparison.harm_by_arm_,
            average_effects=comparison.average_effects_,
            heterogeneity=comparison.heterogeneity_._asdict(),
            advice={"verdict": "cannot_tell", "arm": None, "reason": "A and B lie too close.", "same_arm_first": 0.6},
            treatment_evidence=comparison.evidence_,
        )

    return make


def test_a_trial_shows_pairs_rules_fourths_and_balance(visit, compared):
    at = visit("accuracy", run=RunStore().save(compared("randomised")))
    words, charts = said(at), " ".join(chart_texts(at))
    assert "was not tested: that needs at least 400 patients" in words
    assert "Choosing by patient, judged on patients that the choice did not know" in words
    assert 'Against "everybody gets A"' in words.replace("\\", "")
    assert "The data cannot tell which treatment is better. A and B lie too close." in words
    for text in ("Average differences.", "by fourths of the expected difference", "by rule, over", "Balance of 3 covariates"):
        assert text in charts
    assert "Mean probability of" not in charts


def test_routine_care_adds_overlap_and_hidden_factors_and_speaks_of_no_cause(visit, compared):
    at = visit("accuracy", run=RunStore().save(compared("routine")))
    words, charts = said(at), " ".join(chart_texts(at))
    assert "Could something that nobody measured explain it?" in words
    assert "(robustness value)" in words or "nothing hidden is needed (E-value 1)" in words
    assert "is tied most" in words
    counts = table(at, "How comparable the arms' patients are")
    assert (counts[["supported", "thin", "unsupported"]].sum(axis=1) == 150).all() and counts["n"].sum() == 150
    assert (counts["effective_n"] <= counts["n"]).all() and counts["outside"].between(0, 100).all()
    assert charts.count("Mean probability of") == 3
    for cause in ("effects", "causes", "will benefit"):
        assert cause not in (words + charts).lower()


def test_numbers_have_no_fourths_of_risk_and_old_runs_stay_as_they_were(visit, compared):
    at = visit("accuracy", run=RunStore().save(compared("randomised", kind="number")))
    assert "by fourths of the expected outcome" not in " ".join(chart_texts(at))
    at = visit("accuracy", run=RunStore().save(made_run()))
    assert "What is expected under one rule for everybody" not in said(at)


@pytest.mark.parametrize("design", ["randomised", "routine"])
def test_harm_stands_beside_the_benefit_from_the_cards_numbers(visit, compared, design):
    run = compared(design)
    at = visit("accuracy", run=RunStore().save(run))
    shown = table(at, "The harm under each treatment")
    assert shown["value"].tolist() == pytest.approx((100 * run.harms["value"]).tolist())
    assert shown["n"].tolist() == run.harms["n"].tolist()
    difference = 100 * run.treatment_evidence["harm"].loc[("C", "A"), "difference"]
    if design == "randomised":
        # Everybody is supported under every arm, so that the difference is that of the cards' numbers.
        assert difference == pytest.approx(shown["value"][2] - shown["value"][0])
    words = said(at)
    assert "The harm beside it" in words and f"major bleeding was {'on average ' if design == 'routine' else ''}" in words
    assert f"{difference:.3g} higher (per 100 patients)" in words


def test_patients_without_outcome_are_counted_by_arm(visit, compared):
    # Made by hand: 20, 22 and 18 patients with an outcome, and 0, 1 and 2 without.
    words = said(visit("accuracy", run=RunStore().save(compared("randomised"))))
    assert "Patients without an outcome: A 0 of 20; B 1 of 23; C 2 of 20." in words
    assert "patients like them who got the same treatment stand for them" in words
