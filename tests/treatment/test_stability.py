import numpy as np

from mac_core.treatment.stability import ResampledLinear


def test_a_clear_leader_comes_first_in_every_resample_and_a_tie_in_about_half():
    random = np.random.default_rng(0)
    Z = random.normal(size=(300, 2))
    scores = np.column_stack([3 * Z[:, 0], np.zeros(300)]) + random.normal(size=(300, 2))
    found = ResampledLinear(Z, scores, np.arange(300))
    asked, potential = np.array([[2.0, 0.0], [0.0, 0.0]]), np.array([[3.0, -3.0], [0.0, 0.0]])
    first = found.first(asked, potential, np.ones((2, 2), bool))
    assert first[0].tolist() == [1.0, 0.0]
    assert 0.2 < first[1, 0] < 0.8
    assert found.first(asked, potential, np.ones((2, 2), bool), sign=-1.0)[0].tolist() == [0.0, 1.0]


def test_an_unsupported_arm_never_comes_first():
    Z = np.random.default_rng(0).normal(size=(50, 1))
    found = ResampledLinear(Z, np.column_stack([Z[:, 0], -Z[:, 0], Z[:, 0]]), np.arange(50))
    first = found.first(Z[:5], np.tile([9.0, 0.0, -9.0], (5, 1)), np.tile([False, True, True], (5, 1)))
    assert (first[:, 0] == 0).all()


def test_patients_are_drawn_with_all_their_rows():
    random = np.random.default_rng(1)
    Z, scores = random.normal(size=(100, 1)), random.normal(size=(100, 2))
    apart = ResampledLinear(np.repeat(Z, 4, axis=0), np.repeat(scores, 4, axis=0), np.arange(400))
    together = ResampledLinear(np.repeat(Z, 4, axis=0), np.repeat(scores, 4, axis=0), np.repeat(np.arange(100), 4))
    assert together.intercepts_.std() > 1.5 * apart.intercepts_.std()
