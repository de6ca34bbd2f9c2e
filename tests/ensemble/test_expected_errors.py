"""How far off predictions were for similar patients."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core import MACRegressor
from mac_core.data.encoding import read_codebook
from mac_core.ensemble.expected_errors import fit_expected_errors


def fitted(n, losses):
    frame = pd.DataFrame({"age": np.arange(float(n))})
    book = read_codebook(frame)
    return book, fit_expected_errors(book.codes(frame), book, losses)


def test_the_mean_loss_of_the_nearest():
    book, errors = fitted(100, np.where(np.arange(100) < 50, 1.0, 3.0))
    assert errors.predict(book.codes(pd.DataFrame({"age": [5.0, 95.0, 49.5]}))).tolist() == [1.0, 3.0, 2.0]


def test_patients_who_were_not_judged_do_not_count():
    losses = np.where(np.arange(100) < 50, np.nan, 3.0)
    book, errors = fitted(100, losses)
    assert errors.predict(book.codes(pd.DataFrame({"age": [5.0]}))).tolist() == [3.0]
    assert fitted(20, np.full(20, np.nan))[1] is None


def test_fewer_patients_than_neighbours():
    book, errors = fitted(4, np.array([1.0, 2.0, 3.0, 6.0]))
    assert errors.predict(book.codes(pd.DataFrame({"age": [0.0]}))).tolist() == [3.0]


def test_the_estimator_knows_where_it_is_weak():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"age": rng.uniform(-1, 1, 400), "sex": rng.choice(["f", "m"], 400)})
    y = X["age"] + np.where(X["age"] > 0, 2.0, 0.1) * rng.normal(size=400)
    model = MACRegressor(["linear_regression"], n_subtasks=5, random_state=0).fit(X, y)
    quiet, loud = model.expected_error(pd.DataFrame({"age": [-0.6, 0.6], "sex": ["f", "f"]}))
    # Squared errors: the noise has variance 0.01 and 4.
    assert quiet < 0.5
    assert 2 < loud < 7
