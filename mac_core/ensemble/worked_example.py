"""The seven steps on twelve invented patients, small enough to follow with a pencil; computed by the engine itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mac_core.ensemble.averaging import ask_models
from mac_core.ensemble.estimator import MACRegressor

__all__ = ["PATIENTS", "WorkedExample", "fit_example", "work_through"]

PATIENTS = pd.DataFrame(
    {
        "age": [34, 41, 45, 50, 53, 58, 61, 64, 68, 72, 77, 81],
        "blood_pressure": [118, 142, 125, 150, 131, 160, 138, 155, 129, 165, 147, 170],
        "days": [3, 5, 3, 6, 4, 9, 5, 8, 6, 12, 9, 14],
    },
    index=pd.RangeIndex(1, 13, name="patient"),
)
"""Twelve invented patients: age in years, systolic blood pressure in mmHg, and days in hospital, which are to be predicted."""

_LEARNERS = ["linear_regression", "nearest_neighbours"]
_SUBTASKS = 3


@dataclass(frozen=True)
class WorkedExample:
    """Every step's numbers; errors and values in days.

    Attributes
    ----------
    split : DataFrame, shape (12, 3)
        Step 1. Index `patient`; a column per subtask, 1 to 3, with "train" or "test".
    errors : DataFrame, shape (4, 3)
        Step 2. e_lj: index `learner` (the two, then two baselines), a column per subtask.
    ranking : Series
        Steps 3 and 4. Mean error by learner, smallest first.
    said : DataFrame, shape (2, 3)
        Step 5. h_lj(x): what each model says for the new patient.
    averages : Series
        Step 5. f_l(x): their mean, by learner.
    average_errors : DataFrame, shape (2, 3)
        Step 6. Error of each average on each subtask's test patients, by models that did not see the patient.
    chosen : Series
        Step 6. The learner whose average each subtask chose.
    predictions : Series
        Step 7. What each subtask then says for the new patient.
    prediction : float
        Step 7. Their median, which loses least with the absolute loss.
    article_error, honest_error, baseline_error : float
        Step 7. The mean absolute error as in the article, on patients not seen, and of saying the same for everybody.
    """

    split: pd.DataFrame
    errors: pd.DataFrame
    ranking: pd.Series
    said: pd.DataFrame
    averages: pd.Series
    average_errors: pd.DataFrame
    chosen: pd.Series
    predictions: pd.Series
    prediction: float
    article_error: float
    honest_error: float
    baseline_error: float


def fit_example() -> MACRegressor:
    """Do the seven steps on `PATIENTS`: three random subtasks, two learners, mean absolute error, nothing added.

    Examples
    --------
    >>> len(fit_example().subtasks_)
    3
    """
    model = MACRegressor(
        _LEARNERS, draw="random", n_subtasks=_SUBTASKS, test_size=1 / 3, loss="absolute", n_jobs=1, random_state=0
    )
    return model.fit(PATIENTS[["age", "blood_pressure"]], PATIENTS["days"])


def work_through(model: MACRegressor, *, age: float, blood_pressure: float) -> WorkedExample:
    """Show what the fitted example says for a new patient, step by step.

    Parameters
    ----------
    model : MACRegressor
        From `fit_example`.
    age : float
        In years.
    blood_pressure : float
        Systolic, in mmHg.

    Examples
    --------
    >>> example = work_through(fit_example(), age=60, blood_pressure=150)
    >>> bool(example.prediction == example.predictions.median())
    True
    """
    patient = pd.DataFrame({"age": [age], "blood_pressure": [blood_pressure]})
    numbers = pd.Index(range(1, _SUBTASKS + 1), name="subtask")
    split = pd.DataFrame("", index=PATIENTS.index, columns=numbers)
    for number, subtask in zip(numbers, model.subtasks_, strict=True):
        split.iloc[subtask.train, number - 1] = "train"
        split.iloc[subtask.test, number - 1] = "test"
    said = _ask_each(model, patient, numbers)
    route = model.explain_route(patient)[0]
    return WorkedExample(
        split=split,
        errors=model.errors_.set_axis(numbers).T.rename_axis("learner"),
        ranking=model.ranking_["mean_error"],
        said=said,
        averages=said.mean(axis=1),
        average_errors=model.averages_.set_axis(numbers).T.rename_axis("learner"),
        chosen=model.selected_.set_axis(numbers),
        predictions=route.subtasks["value"].set_axis(numbers),
        prediction=float(model.predict(patient)[0]),
        article_error=model.article_error_,
        honest_error=model.honest_error_.value,
        baseline_error=model.baseline_error_,
    )


def _ask_each(model: MACRegressor, patient: pd.DataFrame, numbers: pd.Index) -> pd.DataFrame:
    """What every single model says; the estimator itself only ever needs their mean."""
    codes = model._book.codes(patient)
    rows = {
        name: [
            float(ask_models({name: [fitted]}, {name: model._reads[name]}, [encoder], codes, 1).squeeze())
            for fitted, encoder in zip(model._models[name], model._encoders, strict=True)
        ]
        for name in model._models
    }
    return pd.DataFrame(rows, index=numbers).T.reindex(_LEARNERS).rename_axis("learner").astype(np.float64)
