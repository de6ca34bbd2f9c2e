import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mac_core import MACRegressor, TreatmentComparison
from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.errors import InputError
from mac_core.runs.settings import ARTICLE, Settings
from mac_core.runs.store import RunStore
from mac_core.runs.study import run_study

LIGHT = Settings(learners=("logistic_regression", "decision_tree"), n_subtasks=5)


@pytest.fixture(scope="module")
def trial():
    """Three arms of which C lowers the outcome by 3; the chance of relapse grows with age; sites and patients repeat."""
    rng = np.random.default_rng(1)
    n = 240
    age = rng.normal(60, 10, n).round(1)
    arm = rng.choice(["A", "B", "C"], n)
    score = age / 10 - 3 * (arm == "C") + rng.normal(size=n)
    frame = pd.DataFrame(
        {
            "patient": [f"p{i // 2:03}" for i in range(n)],
            "hospital": np.where(np.arange(n) % 3 == 0, "north", "south"),
            "age": age,
            "sex": rng.choice(["f", "m"], n),
            "drug": arm,
            "score": score.round(3),
            "relapse": np.where(rng.random(n) < 1 / (1 + np.exp(-(age - 60) / 4)), "yes", "no"),
        }
    )
    frame.loc[[3, 7], "score"] = np.nan
    return read_table(frame.to_csv(index=False).encode(), name="trial.csv")


OUTCOME = Roles(outcome="relapse", event="yes", patient_id="patient", site="hospital", ignore=("drug", "score"))
BOTH = Roles(
    outcome="score", treatment="drug", patient_id="patient", ignore=("hospital", "relapse"), design="randomised",
    higher_is_better=False, kind="number", outcome_label="pain",
)  # fmt: skip


@pytest.fixture(scope="module")
def both(trial):
    return run_study(trial, BOTH, settings=LIGHT)


def test_an_outcome_is_learned_from_patients_not_seen(trial):
    run = run_study(trial, OUTCOME, settings=LIGHT)
    assert (run.question, run.target.event, run.loss, run.name) == ("outcome", "yes", "log", "trial.csv")
    assert run.rows.columns.tolist() == ["age", "sex"]
    # Where a patient was treated, and which rows are one patient's: by number, the id itself is not kept.
    assert run.site.value_counts().to_dict() == {"south": 160, "north": 80}
    assert run.patients.tolist() == [i // 2 for i in range(240)]
    assert run.verdict.code == "better"
    assert run.honest_error.low <= run.honest_error.value <= run.honest_error.high < run.baseline_error
    assert run.splits.shape == (240, 5)
    assert set(np.unique(run.splits)) <= {"trained", "tested", "unused"}
    for number, subtask in enumerate(run.model.subtasks_):
        assert (run.splits[number].iloc[subtask.test] == "tested").all()
        assert (run.splits[number] == "trained").sum() == len(subtask.train)
    # Both rows of a patient on one side, and probabilities that add up.
    patient = pd.Series([f"p{i // 2:03}" for i in range(240)])
    assert run.splits.groupby(patient).nunique().max().max() == 1
    assert run.out_of_sample.columns.tolist() == ["no", "yes"]
    np.testing.assert_allclose(run.out_of_sample.dropna().sum(axis=1), 1)
    assert run.model.n_features_in_ == 2
    assert (run.comparison, run.arms, run.average_effects, dict(run.advice)) == (None, None, None, {})
    assert run.flow[0] == ("rows in the file", 240)
    assert set(run.versions) >= {"python", "scikit-learn", "numpy"}


def test_a_target_without_signal_is_called_no_better(trial):
    shuffled = replace(
        trial, frame=trial.frame.assign(relapse=trial.frame["relapse"].sample(frac=1, random_state=0).to_numpy())
    )
    run = run_study(shuffled, OUTCOME, settings=LIGHT)
    assert run.verdict.code == "no_better"
    assert "not shown" in run.verdict.sentence


def test_treatments_are_compared(both):
    assert (both.question, both.target.label, both.target.kind) == ("both", "pain", "number")
    assert both.arms.index.tolist() == ["A", "B", "C"]
    assert both.arms["missing_outcome"].sum() == 2
    assert both.arms["n"].sum() == len(both.rows) == len(both.given) == 238
    effect = both.average_effects.loc[("C", "A")]
    assert effect["low"] < -3 < effect["high"]
    assert effect["high"] < 0
    assert (both.advice["verdict"], both.advice["arm"]) == ("arm", "C")  # lower is better
    assert both.heterogeneity["supported"] is False
    assert both.out_of_sample.columns.tolist() == ["prediction"]
    assert "drug" not in both.rows


def test_the_event_decides_the_sign_of_a_binary_comparison(trial):
    frame = trial.frame.assign(relapse=np.where(trial.frame["drug"] == "C", "no", trial.frame["relapse"]))
    frame.loc[frame.index[frame["drug"] == "C"][:3], "relapse"] = "yes"
    roles = Roles(
        outcome="relapse", treatment="drug", event="yes", ignore=("patient", "hospital", "score"), higher_is_better=False
    )
    table = replace(trial, frame=frame)
    run = run_study(table, roles, settings=LIGHT)
    assert run.average_effects.loc[("C", "A"), "high"] < 0
    other = run_study(table, replace(roles, event="no"), settings=LIGHT)
    assert other.average_effects.loc[("C", "A"), "low"] > 0


def test_sites_can_be_the_subtasks(trial):
    # Steeper than in the fixture, so that the verdict does not hang on the 80 patients of one hospital.
    age = trial.frame["age"].astype(float)
    ill = np.random.default_rng(2).random(len(age)) < 1 / (1 + np.exp(-(age - 60) / 2))
    trial = replace(trial, frame=trial.frame.assign(relapse=np.where(ill, "yes", "no")))
    run = run_study(trial, OUTCOME, settings=replace(LIGHT, draw="site"))
    # The second hospital's name says more than its number, wherever subtasks are told apart.
    for names in (run.splits.columns, run.errors.index, run.averages.index, run.selected.index, run.evidence["choices"].index):
        assert names.tolist() == ["north", "south"]
    assert run.site_errors.index.tolist() == ["north", "south"]
    assert (run.splits["south"] == "tested").sum() == run.site_errors.at["south", "patients"] == 160
    assert run.verdict.sentence.startswith("The averaged model carries over from site to site")
    again = RunStore().open(RunStore().save(run))
    pd.testing.assert_frame_equal(again.site_errors, run.site_errors, check_index_type="equiv")
    assert again.model.explain_route(run.rows.head(1))[0].subtasks.index.tolist() == ["north", "south"]
    with pytest.raises(InputError, match="site"):
        run_study(
            trial, replace(OUTCOME, site=None, ignore=("hospital", "drug", "score")), settings=replace(LIGHT, draw="site")
        )


def test_weights_and_the_refit_are_kept_with_the_run(trial):
    run = run_study(trial, OUTCOME, settings=replace(LIGHT, choice="weights", refit=True))
    weights = run.evidence["weights"]["weight"]
    assert weights.sum() == pytest.approx(1)
    assert run.verdict.code == "better"
    again = RunStore().open(RunStore().save(run))
    assert (again.settings.choice, again.settings.refit, again.model.refitted_) == ("weights", True, True)
    pd.testing.assert_frame_equal(again.evidence["weights"], run.evidence["weights"], check_index_type="equiv")
    np.testing.assert_array_equal(again.model.predict_proba(run.rows), run.model.predict_proba(run.rows))


def test_treatments_are_compared_by_each_subtasks_own_choice(trial):
    weighing = replace(LIGHT, choice="weights", refit=True)
    run = run_study(trial, BOTH, settings=weighing)
    assert run.average_effects.loc[("C", "A"), "high"] < 0
    X, given, pain = run.rows, run.given, run.observed
    models = {"outcome": MACRegressor(["linear_regression"], choice="weights", refit=True, n_subtasks=5)}
    found = TreatmentComparison(models, design="randomised", random_state=0).fit(X, given, pain)
    models["outcome"].set_params(choice="per_subtask", refit=False)
    same = TreatmentComparison(models, design="randomised", random_state=0).fit(X, given, pain)
    pd.testing.assert_frame_equal(found.average_effects_, same.average_effects_)


def test_the_articles_settings_also_compare(trial):
    run = run_study(trial, BOTH, settings=replace(ARTICLE, learners=("linear_regression",), loss=None))
    assert run.splits.shape[1] == 48
    assert run.average_effects.loc[("C", "A"), "high"] < 0


def test_progress_counts_every_fit_of_every_model(trial):
    seen = []
    run_study(trial, BOTH, settings=LIGHT, on_progress=seen.append)
    done = [progress.done for progress in seen]
    assert done == sorted(done)
    assert seen[-1].done == seen[-1].total
    assert (seen[-1].subtask, seen[-1].seconds_left) == ("how far the predictions can be trusted", None)
    # The pools for classes and for numbers differ by a learner or two; nothing else corrects the total.
    totals = [progress.total for progress in seen]
    assert max(totals) < 1.2 * min(totals)
    assert seen[0].subtask == "subtask 1 of 5"
    assert seen[-2].subtask == "models per treatment, subtask 5"
    assert seen[0].learner == "Linear regression (ridge)"
    assert seen[-2].seconds_left == 0


def test_raising_in_progress_stops_at_once(trial):
    calls = []

    def stop(progress):
        calls.append(progress)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_study(trial, OUTCOME, settings=LIGHT, on_progress=stop)
    assert len(calls) == 1


def test_what_is_impossible_is_said_in_a_sentence(trial):
    with pytest.raises(InputError, match="Neither a treatment nor an outcome"):
        run_study(trial, Roles(), settings=LIGHT)


CODE = """
import hashlib, sys
import numpy as np, pandas as pd
from mac_core import Roles, Settings, read_table, run_study
rng = np.random.default_rng(1)
age = rng.normal(60, 10, 150).round(1)
frame = pd.DataFrame({"age": age, "sex": rng.choice(["f", "m", "x"], 150), "arm": rng.choice(["A", "B"], 150)})
frame["score"] = (age / 10 + rng.normal(size=150)).round(3)
pool = ("logistic_regression", "random_forest", "gradient_boosting")
settings = Settings(learners=pool, n_subtasks=5, n_jobs=int(sys.argv[1]))
table = read_table(frame.to_csv(index=False).encode())
run = run_study(table, Roles(outcome="score", treatment="arm", kind="number", higher_is_better=True), settings=settings)
kept = [run.errors, run.averages, run.out_of_sample, run.average_effects, run.splits, run.ranking.drop(columns="seconds")]
answers = run.comparison.answers(run.rows)
kept += [answers.outcomes, answers.differences, pd.Series(run.model.predict(run.rows))]
kept += [pd.Series([*run.honest_error, run.article_error])]
print(hashlib.sha256("".join(part.to_json(double_precision=15, orient="split") for part in kept).encode()).hexdigest())
"""


def test_the_same_seed_gives_the_same_run_whatever_workers_threads_and_hash_seed():
    def digest(jobs, **changed):
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path), **changed}
        done = subprocess.run([sys.executable, "-W", "ignore", "-c", CODE, str(jobs)], env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    forked = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MAC_FORK_WORKERS": "1"}
    one = digest(1, PYTHONHASHSEED="0", OMP_NUM_THREADS="2")
    assert digest(2, PYTHONHASHSEED="1", **forked) == one
