import numpy as np
import pandas as pd
import pytest

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.evidence.route_file import recompute_route
from mac_core.runs.patient import report_patient, try_values
from mac_core.runs.prediction import predict_patients
from mac_core.runs.settings import Settings
from mac_core.runs.study import run_study

LIGHT = Settings(learners=("logistic_regression", "decision_tree"), n_subtasks=5, n_jobs=1)


def study(design="randomised", outcome="died", **roles):
    random = np.random.default_rng(4)
    n = 240
    age = random.normal(60, 10, n).round()
    frame = pd.DataFrame({"age": age, "sex": random.choice(["f", "m"], n), "drug": random.choice(["A", "B"], n)})
    risk = 1 / (1 + np.exp(-(age - 62) / 6 + 0.8 * (frame["drug"] == "B")))
    frame["died"] = np.where(random.random(n) < risk, "yes", "no")
    frame["bled"] = np.where(random.random(n) < 0.1, "yes", "no")
    frame["score"] = (age / 10 + random.normal(size=n)).round(3)
    frame.loc[::9, "sex"] = None
    leave_out = tuple({"died", "score", "bled"} - {outcome, *roles.values()})
    table = read_table(frame.to_csv(index=False).encode())
    return run_study(table, Roles(treatment="drug", outcome=outcome, ignore=leave_out, design=design, **roles), settings=LIGHT)


@pytest.fixture(scope="module")
def trial():
    return study(harm="bled")


def test_one_call_gives_it_all(trial):
    report = report_patient(trial, trial.rows.iloc[[4]], row=4)
    share = predict_patients(trial, trial.rows.iloc[[4]]).expected.iloc[0]["yes"]
    assert report.explanation.prediction == pytest.approx(share, abs=1e-12)
    gap = report.explanation.prediction - report.explanation.average
    assert report.explanation.contributions.sum() == pytest.approx(gap, abs=1e-9)
    assert recompute_route(report.route)["yes"] == pytest.approx(share, abs=1e-9)
    assert report.similar.n == 48
    assert report.similar.arms["n"].sum() == 48
    assert report.similar.arms["outcome"].between(0, 1).all()
    assert report.errors.n == 48
    assert report.shown_class == "yes"
    assert (report.unknown, report.outside) == ((), ())
    from mac_core.evidence.neighbours import PatientMap

    again = report_patient(trial, trial.rows.iloc[[4]], row=4, nearby=PatientMap(trial.rows))
    pd.testing.assert_frame_equal(again.similar.summary, report.similar.summary)
    # What leads back to patients is not in it.
    assert not hasattr(report.similar, "rows")
    assert trial.harms.at["A", "event"] == "yes"


def test_unknown_values_and_values_outside_the_data_are_named(trial):
    patient = pd.DataFrame({"age": [140.0], "sex": pd.Series([None], dtype="str")})
    report = report_patient(trial, patient)
    assert (report.unknown, report.outside) == (("sex",), ("age",))
    assert report.similar.apart == 1


def test_a_row_whose_values_were_changed_is_a_new_patient(trial):
    changed = trial.rows.iloc[[4]].assign(age=trial.rows["age"].iloc[4] + 0.5)
    near = report_patient(trial, trial.rows.iloc[[4]], row=4).similar.summary
    assert near.at["age", "patient"] == trial.rows["age"].iloc[4]
    assert report_patient(trial, changed, row=4).similar.n == 48


def test_raw_outcomes_of_similar_patients_only_for_randomised_data():
    report = report_patient(study(design="routine"), pd.DataFrame({"age": [60.0], "sex": ["f"]}))
    assert report.similar.arms.columns.tolist() == ["n"]


def test_numbers_have_no_class():
    run = study(outcome="score")
    report = report_patient(run, run.rows.iloc[[0]], row=0)
    assert report.shown_class is None
    assert recompute_route(report.route)["value"] == pytest.approx(report.explanation.prediction, abs=1e-9)


def test_a_curve_meets_the_shown_numbers(trial):
    patient = trial.rows.iloc[[4]]
    curve = try_values(trial, report_patient(trial, patient).patient, "age")
    shown = predict_patients(trial, patient).outcomes.droplevel(0)["outcome"]
    np.testing.assert_allclose(curve.expected.loc[patient["age"].iloc[0], ["A", "B"]], shown[["A", "B"]], rtol=0, atol=1e-12)
    assert curve.grid.own == patient["age"].iloc[0]


def test_a_curve_without_treatments():
    random = np.random.default_rng(0)
    age = random.normal(60, 10, 120).round()
    frame = pd.DataFrame({"age": age, "stage": np.where(age < 55, "low", np.where(age < 65, "middle", "high"))})
    run = run_study(read_table(frame.to_csv(index=False).encode()), Roles(outcome="stage", kind="classes"), settings=LIGHT)
    patient = pd.DataFrame({"age": [45.0]})
    report = report_patient(run, patient)
    assert report.shown_class == "low"
    curve = try_values(run, patient, "age")
    assert curve.expected.columns.tolist() == ["expected"]
    assert curve.expected.at[45.0, "expected"] == pytest.approx(report.predictions.expected.iloc[0]["low"], abs=1e-12)
    assert curve.expected["expected"].iloc[-1] < 0.2
