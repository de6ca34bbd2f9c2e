"""Step 5 by hand: all models, and those that did not see the patient."""

from __future__ import annotations

import numpy as np

from mac_core.ensemble.averaging import ModelAverages


def test_two_learners_three_subtasks():
    averages = ModelAverages(2, 2, 2)
    for first, unseen in [(0.2, [True, False]), (0.4, [False, True]), (0.9, [True, False])]:
        values = np.array([[first, 1 - first], [first, 1 - first]])
        averages.add(0, values, np.array(unseen))
        averages.add(1, values[:, ::-1], np.array(unseen))
    np.testing.assert_allclose(averages.all_models()[0], [[0.5, 0.5], [0.5, 0.5]])
    np.testing.assert_allclose(averages.unseen_models()[0], [[0.55, 0.45], [0.4, 0.6]])
    np.testing.assert_allclose(averages.unseen_models()[1], [[0.45, 0.55], [0.6, 0.4]])


def test_a_patient_whom_every_model_saw_has_none():
    averages = ModelAverages(1, 2, 1)
    averages.add(0, np.ones((2, 1)), np.array([True, False]))
    assert np.isnan(averages.unseen_models()[0, :, 0]).tolist() == [False, True]
