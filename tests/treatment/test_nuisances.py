import numpy as np
import pytest

from mac_core import MACClassifier, MACRegressor
from mac_core.treatment.cohort import make_arm_cohort
from mac_core.treatment.nuisances import choose_models, fit_nuisances


def test_one_estimator_serves_what_it_can():
    regressor = MACRegressor(["linear_regression"], n_subtasks=5, draw="random", loss="absolute")
    outcome, treatment = choose_models(regressor, binary=False, seeds=(1, 2), n_jobs=2)
    assert outcome.learners == ["linear_regression"]
    assert (outcome.draw, outcome.loss, treatment.draw, treatment.learners) == ("kfold", "squared", "kfold", None)
    assert (outcome.random_state, treatment.random_state, outcome.n_jobs, treatment.n_jobs) == (1, 2, 2, 2)
    assert regressor.draw == "random" and regressor.n_jobs is None


@pytest.mark.parametrize("binary", [False, True])
def test_a_classifier_serves_the_treatment_and_a_binary_outcome(binary):
    outcome, treatment = choose_models(MACClassifier(["naive_bayes"]), binary=binary, seeds=(1, 2))
    assert treatment.learners == ["naive_bayes"]
    assert isinstance(outcome, MACClassifier if binary else MACRegressor)
    assert outcome.learners == (["naive_bayes"] if binary else None)


def test_everybody_is_predicted_under_every_arm_and_progress_is_counted_once(light, make_trial):
    trial, seen = make_trial(1, n=90, effects=(0.0, 1.0, 2.0)), []
    cohort = make_arm_cohort(trial.X, trial.arm, trial.outcome)
    models = choose_models(light, binary=False, seeds=(1, 2))
    found = fit_nuisances(models, cohort, randomised=False, on_step=lambda done, total, *rest: seen.append((done, total)))
    for values in (found.assignment.honest, found.outcomes.expected, found.expected_jointly):
        assert values.shape == (90, 3) and not np.isnan(values).any()
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1)) and {total for _, total in seen} == {len(seen)}
