import numpy as np
import pandas as pd

from mac_core import MACRegressor
from mac_core.treatment.unseen import honest_predictions, judged_on, predict_without, trained_on


def fitted(n=60, **options):
    random = np.random.default_rng(0)
    X = pd.DataFrame({"x": random.normal(size=n)})
    y = X["x"].to_numpy() + random.normal(size=n)
    return X, MACRegressor(["linear_regression"], n_subtasks=5, random_state=0, **options).fit(X, y)


def test_trained_on_follows_the_patient_not_the_row():
    X, model = fitted()
    patients = np.arange(60) // 2
    trained = trained_on(model, patients, patients)
    for j, subtask in enumerate(model.subtasks_):
        assert trained[j, subtask.train].all()
        np.testing.assert_array_equal(trained[j, ::2], trained[j, 1::2])


def test_without_anybody_left_out_it_is_the_prediction():
    X, model = fitted()
    predictions = predict_without(model, X, np.zeros((5, 60), dtype=bool))
    np.testing.assert_allclose(predictions[:, 0], model.predict(X))


def test_it_repeats_what_the_estimator_calls_out_of_sample():
    X, model = fitted()
    trained = trained_on(model, np.arange(60), np.arange(60))
    np.testing.assert_allclose(predict_without(model, X, trained)[:, 0], model.out_of_sample_)


def test_rows_that_were_not_judged_are_predicted_by_those_who_did_not_see_them():
    X, model = fitted()
    full = model.out_of_sample_.copy()
    model.out_of_sample_[10:20] = np.nan
    np.testing.assert_allclose(honest_predictions(model, X, np.arange(60))[:, 0], full)


def test_seen_by_all_is_not_a_number():
    X, model = fitted()
    assert np.isnan(predict_without(model, X, np.ones((5, 60), dtype=bool))).all()


def test_a_subtasks_choice_has_no_say_on_those_it_tested():
    X, model = fitted()
    who = np.arange(60)
    trained, tested = trained_on(model, who, who), judged_on(model, who, who)
    assert not (trained & tested).any()
    for j, subtask in enumerate(model.subtasks_):
        assert np.flatnonzero(tested[j]).tolist() == subtask.test.tolist()
    # With one learner there is one choice: nothing changes, and nobody is left without a number.
    np.testing.assert_allclose(predict_without(model, X, trained, tested), predict_without(model, X, trained))
