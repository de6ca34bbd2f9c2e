import numpy as np
import pytest

from mac_core.treatment.potentials import centred
from mac_core.treatment.stack import stack_weights


def _case(seed=0, n=300, arms=3):
    random = np.random.default_rng(seed)
    truth = centred(random.normal(size=(n, arms)))
    scores = truth + random.normal(size=(n, arms)) + random.normal(size=(n, 1))
    candidates = np.stack([truth, centred(random.normal(size=(n, arms))), np.zeros((n, arms))])
    return candidates, scores, np.ones((n, arms), bool)


def test_what_foretells_the_contrasts_weighs_most_and_nothing_weighs_nothing():
    weights = stack_weights(*_case())
    assert weights.sum() == pytest.approx(1)
    assert weights[0] > 0.5
    assert weights.min() >= 1 / 6 - 1e-9
    assert stack_weights(*_case(), shrinkage=0.0)[0] > 0.85


def test_arms_in_another_order_get_the_same_weights():
    candidates, scores, usable = _case(1)
    order = [2, 0, 1]
    assert stack_weights(candidates[..., order], scores[:, order], usable) == pytest.approx(
        stack_weights(candidates, scores, usable), abs=1e-9
    )


def test_unsupported_contrasts_do_not_count():
    candidates, scores, usable = _case(2)
    usable[:150, 0] = False
    wild = scores.copy()
    wild[:150, 0] += 1000
    np.testing.assert_allclose(stack_weights(candidates, wild, usable), stack_weights(candidates, scores, usable))


def test_equal_weights_where_nothing_can_be_compared():
    candidates, scores, usable = _case(3)
    assert stack_weights(candidates, scores, np.zeros_like(usable)).tolist() == [1 / 3] * 3
    assert stack_weights(np.zeros_like(candidates), scores, usable).sum() == pytest.approx(1)


@pytest.mark.parametrize("seed", range(4))
def test_candidates_that_say_the_same_share_their_weight(seed):
    candidates, scores, usable = _case(seed)
    half = candidates[0] / 2
    noise = 1e-15 * np.random.default_rng(seed).normal(size=half.shape)
    weights = stack_weights(np.stack([half, half + noise, candidates[1]]), scores, usable)
    assert weights[0] == pytest.approx(weights[1], abs=1e-7)
