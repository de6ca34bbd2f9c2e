import numpy as np
import pytest

from mac_core.treatment.potentials import average_potential, centred, pairwise


def test_differences_of_potentials_fit_together():
    values = np.random.default_rng(0).normal(size=(5, 4))
    np.testing.assert_allclose(pairwise(centred(values)), pairwise(values))
    np.testing.assert_allclose(centred(values).sum(axis=1), 0, atol=1e-12)
    assert pairwise(values)[:, 3].tolist() == (values[:, 1] - values[:, 2]).tolist()


def test_known_pairs_stand_in_for_those_that_cannot_be_compared():
    truth = np.array([0.0, 1.0, 3.0])
    differences = truth[:, None] - truth
    differences[0, 2] = differences[2, 0] = np.nan
    np.testing.assert_allclose(average_potential(differences), truth - truth.mean(), atol=1e-12)


def test_order_of_the_arms_only_orders_the_potentials():
    random = np.random.default_rng(1)
    differences = random.normal(size=(4, 4))
    differences -= differences.T
    order = random.permutation(4)
    assert average_potential(differences[np.ix_(order, order)]) == pytest.approx(average_potential(differences)[order])
