"""Steps 3 to 7, from what was learned to what is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mac_core import MACClassifier
from mac_core.ensemble import estimator as module
from mac_core.ensemble.leaning import LEAN_ON
from mac_core.ensemble.losses import row_losses

LEARNERS = [LEAN_ON, "decision_tree", "naive_bayes"]


@pytest.fixture(scope="module")
def given():
    """What a fit hands over to be concluded from."""
    seen = {}
    real = module.conclude

    def remember(*arguments, **options):
        seen["arguments"], seen["options"] = arguments, options
        return real(*arguments, **options)

    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(120, 3)), columns=list("abc"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "conclude", remember)
        MACClassifier(LEARNERS, n_subtasks=5, random_state=0).fit(X, (X["a"] + rng.normal(size=120) > 0).astype(int))
    return seen["arguments"], seen["options"]


def test_each_step_by_hand(given):
    (work, learned, places, groups), options = given
    found = module.conclude(work, learned, places, groups, **options)
    losses = np.array([losses.mean(axis=1) for losses in learned.held_out])
    np.testing.assert_allclose(found.errors, losses)  # step 2
    np.testing.assert_allclose(found.ranking["mean_error"], np.sort(losses.mean(axis=0)))  # steps 3 and 4
    unseen = row_losses(learned.unseen, work.y[work.rows], "log")
    for name in found.averages:  # steps 5 and 6
        place = learned.names.index(name)
        np.testing.assert_allclose(found.averages[name], [unseen[place, test].mean() for test in places])
    assert found.selected.tolist() == found.averages.idxmin(axis=1).tolist()
    leaking = row_losses(learned.leaking, work.y[work.rows], "log")[[learned.names.index(name) for name in found.averages]]
    assert found.article_error == pytest.approx(np.mean([leaking[:, test].mean(axis=1).min() for test in places]))  # step 7
    assert found.honest_error.low < found.honest_error.value < found.honest_error.high
    np.testing.assert_allclose(found.choices.sum(axis=1), 1.0)


def test_the_best_k_only(given):
    arguments, options = given
    found = module.conclude(*arguments, **{**options, "top_k": 1})
    assert found.averages.shape == (5, 1)
    assert found.selected.nunique() == 1


def test_a_patient_who_is_told_wrongly_changes_no_one_elses_choice_but_by_the_folds_tested_with(given):
    (work, learned, places, groups), options = given
    before = module.conclude(work, learned, places, groups, **{**options, "moderated": False})
    y = work.y.copy()
    y[places[0]] = 1 - y[places[0]]
    after = module.conclude(work._replace(y=y), learned, places, groups, **{**options, "moderated": False})
    # The first subtask's patients took part in its choice, so that it has no say in their own predictions.
    np.testing.assert_array_equal(after.out_of_sample[places[0]], before.out_of_sample[places[0]])


def test_the_same_seeds_the_same_conclusions(given):
    arguments, options = given
    first, second = (
        module.conclude(*arguments, **{**options, "seeds": tuple(map(np.random.SeedSequence, (1, 2)))}) for _ in range(2)
    )
    pd.testing.assert_frame_equal(first.ranking, second.ranking, check_exact=True)
    assert replace(first, errors=None).honest_error == second.honest_error
    np.testing.assert_array_equal(first.out_of_sample, second.out_of_sample)
