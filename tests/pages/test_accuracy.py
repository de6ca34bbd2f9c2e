"""Accuracy: the verdict first, the errors side by side, predicted against observed, differences between arms."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from mac_core.evidence.weighing import weigh
from mac_core.runs.run import Verdict
from mac_core.runs.store import RunStore
from mac_core.runs.verdict import judge
from tests.figures.made_run import made_run
from tests.pages.shown import chart_texts, lead, table
from tests.pages.words import said


def test_empty(visit):
    assert "No study is open yet." in said(visit("accuracy"))


def test_ready(visit, made_run_id):
    at = visit("accuracy", run=made_run_id)
    assert "The averaged model predicts better than the constant predictor." in lead(at)
    assert [(metric.label, metric.value) for metric in at.metric] == [
        ("As in the article", "0.400"),
        ("Honest", "0.440"),
        ("The same for everybody", "0.690"),
        ("Errors of the model", "36 % smaller"),
        ("Sensitivity", at.metric[4].value),
        ("Specificity", at.metric[5].value),
        ("Right when acting", at.metric[6].value),
    ]
    assert at.metric[1].delta == "95 % interval 0.390 to 0.500"
    assert at.metric[3].delta == "likely between 26 % smaller and 45 % smaller"
    words = said(at)
    assert "too optimistic" in words and "above 50 per 100" in words and "always saying" in words
    assert len(chart_texts(at)) == 10 and all(len(text) > 40 for text in chart_texts(at))
    assert "On average Relapse was 8 higher (per 100 patients) with B than with A" in words
    assert table(at, "The average differences")["difference"].round(6).tolist() == [8, -1, -9]


def test_no_better_than_the_constant_is_the_first_sentence(visit):
    sentence = "The averaged model predicts no better than saying the same for everybody."
    at = visit("accuracy", run=RunStore().save(replace(made_run(), verdict=Verdict("no_better", sentence))))
    assert sentence in lead(at)


def test_routine_care_is_never_worded_as_an_effect(visit):
    run = made_run()
    at = visit("accuracy", run=RunStore().save(replace(run, roles=replace(run.roles, design="routine"))))
    words = said(at).lower()
    assert "other differences between the groups may explain this" in words
    assert "effects" not in words and "causes" not in words and "will benefit" not in words


@pytest.mark.parametrize("kind", ["number", "classes"])
def test_other_targets(visit, kind):
    at = visit("accuracy", run=RunStore().save(made_run(kind, both=False)))
    words = said(at)
    assert "What was observed in each arm" not in words
    assert ("The most probable class was right for" in words) == (kind == "classes")
    assert ("Is it worth deciding by the predicted risk?" in words) == (kind == "classes")
    assert (
        "Do the ranges of single patients hold?" in words if kind == "number" else "Do sets of possible classes hold?" in words
    )
    assert at.main.selectbox(key="calibration_class").options == ["better", "same", "worse"] if kind == "classes" else True


def test_patients_whom_all_models_saw_are_counted(visit):
    run = made_run()
    out = run.out_of_sample.copy()
    out.iloc[:7] = float("nan")
    at = visit("accuracy", run=RunStore().save(replace(run, out_of_sample=out)))
    assert "7 patients are left out of what follows" in said(at)


def test_predicting_the_treatment_is_never_dressed_up_as_what_works_best(visit):
    at = visit("accuracy", run=RunStore().save(replace(made_run("classes", both=False), question="treatment")))
    assert "not which works best" in at.main.warning[0].value


def test_whether_the_difference_depends_on_the_patient_is_said(visit):
    reason = "It was not tested whether the difference depends on the patient."
    run = replace(made_run(), heterogeneity={"p": float("nan"), "supported": False, "reason": reason})
    assert reason in said(visit("accuracy", run=RunStore().save(run)))


def test_a_reader_moves_the_threshold(visit, made_run_id):
    at = visit("accuracy", run=made_run_id)
    run = made_run()
    for percent in (1, 50):
        at.main.slider(key="threshold").set_value(percent).run()
        acted = run.out_of_sample["yes"] >= percent / 100
        had = run.observed == "yes"
        shares = (acted[had].mean(), (~acted[~had]).mean(), had[acted].mean())
        shown = [metric.value for metric in at.metric if metric.label in ("Sensitivity", "Specificity", "Right when acting")]
        assert shown == [f"{100 * share:.0f} %" for share in shares]
        assert f"reaches {int((acted & had).sum())} of {int(had.sum())} patients with Relapse" in said(at)


def test_the_span_of_thresholds_is_the_readers(visit, made_run_id):
    at = visit("accuracy", run=made_run_id)
    at.main.slider(key="threshold_span").set_range(10, 30).run()
    assert any("at thresholds from 10 to 30 per 100" in text for text in chart_texts(at))


def test_measures_of_calibration_and_coverage_stand_in_tables(visit, made_run_id):
    at = visit("accuracy", run=made_run_id)
    measures = table(at, "The measures of calibration").set_index("measure")
    assert {"Slope", "Brier score", "Reliability", "Resolution", "Uncertainty"} <= set(measures.index)
    assert table(at, "Promised and measured coverage")["level"].tolist() == [80, 90, 95, 99]
    assert "rough sketch" in said(at)


def test_kept_evidence_is_shown_and_not_made_anew(visit):
    run = made_run()
    evidence = weigh(run.observed, run.out_of_sample, run.target)
    evidence["judged"] = evidence["judged"].assign(of=123_456)
    at = visit("accuracy", run=RunStore().save(replace(run, evidence=evidence)))
    assert "a random sample of 60 of 123,456 patients" in said(at)


def test_nobody_was_tested(visit):
    run = made_run()
    at = visit("accuracy", run=RunStore().save(replace(run, out_of_sample=run.out_of_sample * float("nan"))))
    assert "No patient has a prediction by models that did not see the patient." in said(at)
    assert "Coverage was not measured" in said(at)


def test_titles_go_down_one_level_at_a_time(visit, made_run_id):
    at = visit("accuracy", run=made_run_id)
    assert len(at.main.title) == 1 and len(at.main.header) >= 6


def test_votes_are_not_sold_as_risks(visit):
    at = visit("accuracy", run=RunStore().save(replace(made_run(), loss="zero_one")))
    assert "shares of their votes, not risks" in said(at)
    assert "shares of their votes" not in said(visit("accuracy", run=RunStore().save(made_run())))


def test_weights_are_shown_where_learners_have_them(visit):
    run = made_run()
    weights = pd.DataFrame({"weight": [0.8, 0.2]}, index=pd.Index(["random_forest", "constant"], name="learner"))
    new = RunStore().save(replace(run, evidence={**run.evidence, "weights": weights}))
    at = visit("accuracy", run=new)
    assert "How much each learner counts" in [header.value for header in at.header]
    assert "Which average speaks for each subtask" not in [header.value for header in at.header]


def test_groups_are_the_readers_choice(visit, made_run_id):
    at = visit("accuracy", run=made_run_id)
    run = made_run()
    box = at.main.selectbox(key="accuracy_by")
    assert box.options == ["drug", "age", "sex"]
    box.set_value("sex").run()
    assert not at.exception
    shown = table(at, "Error and calibration of each group").set_index("group")
    assert shown.index.tolist() == ["everybody", *run.rows["sex"].value_counts().index]
    for sex, count in run.rows["sex"].value_counts().items():
        assert shown.at[sex, "patients"] == f"{count} (few)"
    assert any(text.startswith("log loss (no unit, 0 is perfect) by sex: everybody, 60 patients") for text in chart_texts(at))
    assert any(text.startswith("By sex, per 100 patients: everybody: predicted") for text in chart_texts(at))


def test_a_run_that_was_not_tested_elsewhere_says_so(visit, made_run_id):
    at = visit("accuracy", run=made_run_id)
    assert "this model has not been tested on patients from elsewhere" in said(at)
    assert [link for link in at.main.get("page_link") if "Test it on other patients" in link.proto.label]


def test_the_worst_site_comes_first(visit):
    sites = pd.DataFrame(
        [[30, 0.8, 0.7, 0.9, 0.5, -0.3, -0.4, -0.2], [30, 0.4, 0.3, 0.5, 0.6, 0.2, 0.1, 0.3]],
        columns=["patients", "error", "low", "high", "usual_error", "gain", "gain_low", "gain_high"],
        index=pd.Index(["north", "south"], name="site"),
    )
    run = made_run()
    verdict = judge(run.honest_error, run.honest_gain, run.baseline_error, loss="log", label="Relapse", sites=sites)
    at = visit("accuracy", run=RunStore().save(replace(run, verdict=verdict, site_errors=sites)))
    assert lead(at).startswith("The averaged model does not carry over to north")
    assert "Does it carry over from site to site?" in said(at)
    assert any("north, 30 patients: 0.800 (0.700 to 0.900) against 0.500" in text for text in chart_texts(at))


def test_of_three_classes_each_can_be_acted_on(visit):
    at = visit("accuracy", run=RunStore().save(made_run("classes")))
    assert "Acting on a predicted risk of" in said(at) and "patients with Relapse: better" in said(at)
    at.main.selectbox(key="decision_class").select("worse").run()
    assert not at.exception and "patients with Relapse: worse" in said(at)
    assert any(text.startswith("Net benefit of acting on predicted risks of Relapse: worse") for text in chart_texts(at))


def test_a_class_is_weighed_once(visit, monkeypatch):
    import pages.shared.evidence as page

    made = []
    curve = page.decision_curve
    monkeypatch.setattr(page, "decision_curve", lambda *given, **options: made.append(1) or curve(*given, **options))
    at = visit("accuracy", run=RunStore().save(made_run("classes")))
    at.main.slider(key="threshold_better").set_value(20).run()
    assert not at.exception and "risk of Relapse: better of 20 per 100" in said(at)
    assert len(made) == 1


def test_of_a_number_it_is_said_why_there_is_no_decision_curve(visit):
    at = visit("accuracy", run=RunStore().save(made_run("number")))
    assert "can be judged for events alone" in said(at)
    assert "Is it worth deciding by the predicted risk?" not in said(at)
