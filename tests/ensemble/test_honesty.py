"""The corrected error: calibrated against noise, ties, and time."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier

from mac_core import MACClassifier
from mac_core.ensemble import honesty
from mac_core.ensemble.honesty import Estimate, Evidence, honest_error
from mac_core.ensemble.losses import row_losses
from mac_core.ensemble.moderation import Moderator


def seed(number=0):
    return np.random.SeedSequence(number)


def evidence(values, y, loss, *, m=5, groups=None, eligible=None, weights=None):
    """Evidence whose held-out predictions are the averages themselves; patients are tested in m folds."""
    tests = tuple(np.arange(len(y))[fold::m] for fold in range(m))
    losses = row_losses(values, y, loss)
    held_out = tuple(losses[:, test] for test in tests)
    eligible = np.ones(len(values), dtype=bool) if eligible is None else eligible
    baseline = np.full(values.shape[1:], 1 / values.shape[-1])
    return Evidence(held_out, tests, values, y, eligible, baseline, groups, weights)


def who_tests(case):
    return np.array([np.isin(np.arange(len(case.y)), test) for test in case.tests])


def probabilities(rng, learners, n, spread=0.15):
    first = np.clip(0.5 + spread * rng.normal(size=(learners, n)), 0.02, 0.98)
    return np.stack([first, 1 - first], axis=-1)


def test_noise_is_not_better_than_chance():
    honest, naive = [], []
    for number in range(30):
        rng = np.random.default_rng(number)
        y = rng.integers(2, size=100)
        values = probabilities(rng, 11, 100)
        case = evidence(values, y, "log")
        honest.append(honest_error(case, "log", seed=seed(number)).error.value)
        naive.append(min(row_losses(values, y, "log").mean(axis=1)))
    chance = np.log(2)
    # Learners that guess at random around one half lose more than a constant; the best of eleven hides it.
    assert np.mean(honest) > chance
    assert np.mean(naive) < np.mean(honest)


def test_a_small_gain_is_seen_although_the_error_varies_more():
    rng = np.random.default_rng(3)
    y = rng.integers(2, size=400)
    hint = np.where(rng.random(400) < 0.7, y, 1 - y)
    event = np.where(hint == 1, 0.65, 0.35)
    result = honest_error(evidence(np.stack([1 - event, event], axis=-1)[None], y, "log"), "log", seed=seed())
    assert result.error.value + result.gain.value == pytest.approx(np.log(2), abs=0.02)
    assert 0 < result.gain.low < result.gain.value < result.gain.high


def test_noise_has_no_gain():
    gains = []
    for number in range(20):
        rng = np.random.default_rng(number)
        y = rng.integers(2, size=100)
        gains.append(honest_error(evidence(probabilities(rng, 11, 100), y, "log"), "log", seed=seed(number)).gain)
    assert np.mean([gain.value for gain in gains]) < 0
    assert sum(gain.low > 0 for gain in gains) <= 1


def test_identical_learners_come_first_equally_often():
    rng = np.random.default_rng(0)
    values = np.repeat(probabilities(rng, 1, 80), 4, axis=0)
    result = honest_error(evidence(values, rng.integers(2, size=80), "brier"), "brier", seed=seed())
    np.testing.assert_allclose(result.p_first, 0.25)


def test_a_clear_winner():
    y = np.arange(100) % 2
    good = np.stack([0.9 - 0.8 * y, 0.1 + 0.8 * y], axis=-1)
    values = np.stack([good[:, ::-1], good])
    result = honest_error(evidence(values, y, "log"), "log", seed=seed())
    assert result.p_first.tolist() == [0.0, 1.0]
    assert result.error.value == pytest.approx(-np.log(0.9))
    assert isinstance(result.error, Estimate)
    np.testing.assert_allclose(result.low, [-np.log(0.1), -np.log(0.9)])


def test_baselines_are_ranked_but_never_chosen():
    y = np.arange(100) % 2
    good = np.stack([0.9 - 0.8 * y, 0.1 + 0.8 * y], axis=-1)
    values = np.stack([good, good[:, ::-1]])
    result = honest_error(evidence(values, y, "log", eligible=np.array([False, True])), "log", seed=seed())
    assert result.p_first.tolist() == [1.0, 0.0]
    assert result.error.value == pytest.approx(-np.log(0.1))


def test_top_k_limits_the_choice():
    rng = np.random.default_rng(1)
    y = rng.normal(size=60)
    values = np.stack([y + 0.1, np.where(np.arange(60) % 5 == 0, y, y + 9)])[..., None]
    case = evidence(values, y, "squared")
    # The second is perfect in one subtask and useless elsewhere: only the choice among all takes it there.
    assert honest_error(case, "squared", top_k=1, seed=seed()).error.value == pytest.approx(0.01)
    assert honest_error(case, "squared", seed=seed()).error.value > 1


@pytest.mark.parametrize("loss", ["squared", "absolute"])
def test_interval_holds_the_error_of_a_single_learner(loss):
    inside = 0
    for number in range(60):
        rng = np.random.default_rng(number)
        y = rng.normal(size=80)
        case = evidence(np.zeros((1, 80, 1)), y, loss)
        error = honest_error(case, loss, seed=seed(number)).error
        assert error.low < error.value < error.high
        inside += error.low <= (1.0 if loss == "squared" else np.sqrt(2 / np.pi)) <= error.high
    assert inside >= 54


def test_patients_are_resampled_whole():
    rng = np.random.default_rng(2)
    y = np.repeat(rng.normal(size=20), 10)
    values = np.zeros((1, 200, 1))
    alone = honest_error(evidence(values, y, "squared"), "squared", seed=seed()).error
    whole = honest_error(evidence(values, y, "squared", groups=np.repeat(np.arange(20), 10)), "squared", seed=seed()).error
    assert whole.high - whole.low > 2 * (alone.high - alone.low)


def test_weight_zero_does_not_count():
    y = np.r_[np.zeros(50), np.full(50, 100.0)]
    weights = np.r_[np.ones(50), np.zeros(50)]
    order = np.random.default_rng(0).permutation(100)
    case = evidence(np.ones((1, 100, 1)), y[order], "squared", weights=weights[order])
    assert honest_error(case, "squared", seed=seed()).error.value == pytest.approx(1.0)


def test_subtasks_of_one_patient():
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=40)
    case = evidence(probabilities(rng, 3, 40), y, "zero_one", m=40)
    result = honest_error(case, "zero_one", seed=seed())
    assert 0 <= result.error.low <= result.error.value <= result.error.high <= 1


@pytest.mark.parametrize("loss", ["log", "brier", "zero_one"])
def test_how_many_resamples_are_judged_at_once_changes_nothing(loss, monkeypatch):
    rng = np.random.default_rng(0)
    values, y = probabilities(rng, 4, 60), (rng.random(60) < 0.2).astype(int)
    weights = rng.uniform(0, 2, 60) * (rng.random(60) < 0.9)
    case = evidence(values, y, loss, weights=weights)
    if loss == "log":
        case = replace(case, moderator=Moderator(values, y, who_tests(case), (0.8, 0.2), values[1], 0.5))
    found = []
    for cells in (1, 1_000, 1 << 17):
        monkeypatch.setattr(honesty, "_CELLS", cells)
        found.append(honest_error(case, loss, seed=seed()))
    for other in found[1:]:
        np.testing.assert_allclose(other.error, found[0].error, rtol=1e-12)
        np.testing.assert_allclose(other.gain, found[0].gain, rtol=1e-9, atol=1e-12)


def test_a_resample_that_draws_everybody_judges_nobody():
    # Two patients: in half of the resamples both are drawn, and nobody is left to judge; the others still do.
    values = np.array([[[0.9, 0.1], [0.2, 0.8]]])
    result = honest_error(evidence(values, np.array([0, 1]), "log", m=1), "log", seed=seed())
    assert result.error.low == pytest.approx(-np.log(0.9)) and result.error.high == pytest.approx(-np.log(0.8))
    assert result.error.low < result.error.value < result.error.high


@pytest.mark.parametrize("loss", ["log", "zero_one"])
def test_a_third_of_a_second_for_a_thousand_patients(loss):
    rng = np.random.default_rng(0)
    case = evidence(probabilities(rng, 11, 1000), rng.integers(2, size=1000), loss, m=10)
    start = time.process_time()
    honest_error(case, loss, seed=seed())
    # The aim is 0.3 s on a quiet machine; a busy one gets three times that.
    assert time.process_time() - start < 0.9


def test_learners_that_cannot_be_told_apart_share_a_group():
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=400)
    hint = np.where(rng.random(400) < 0.8, y, 1 - y)
    good = np.where(hint == 1, 0.75, 0.25)
    event = np.stack([rng.uniform(0.3, 0.7, 400), good + 0.001, good, 1 - good])
    result = honest_error(evidence(np.stack([1 - event, event], axis=-1), y, "log"), "log", seed=seed())
    assert result.groups.tolist() == [2, 1, 1, 3]


def test_who_may_be_the_best_is_in_its_group_wherever_it_stands():
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=400)
    steady = np.where(y == 1, 0.6, 0.4)
    # One is a little worse for everybody, which is told apart; one is surer, and worst on average, but may well be the best.
    surer = np.where((rng.random(400) < 0.8) == (y == 1), 0.9, 0.1)
    event = np.stack([steady, steady * 0.99 + 0.005, surer])
    result = honest_error(evidence(np.stack([1 - event, event], axis=-1), y, "log"), "log", seed=seed())
    assert (np.diff(result.low + result.high) > 0).all() and result.p_first[2] > 0.025
    assert result.groups.tolist() == [1, 2, 1]


def test_how_often_subtasks_choose():
    rng = np.random.default_rng(0)
    values = np.repeat(probabilities(rng, 1, 80), 2, axis=0)
    values[1, ::5] = values[1, ::5, ::-1]
    y = rng.integers(2, size=80)
    y[::5] = values[0, ::5].argmax(axis=1)
    result = honest_error(evidence(values, y, "log"), "log", seed=seed())
    np.testing.assert_allclose(result.chosen.sum(axis=0), 1.0)
    # In the first fold the first learner is always right and the second always wrong; elsewhere they are equal.
    assert result.chosen[0, 0] == 1.0


def test_the_temperature_is_found_without_those_who_judge():
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=500)
    hint = np.where(rng.random(500) < 0.7, y, 1 - y)
    event = np.where(hint == 1, 0.97, 0.03)
    case = evidence(np.stack([1 - event, event], axis=-1)[None], y, "log")
    plain = honest_error(case, "log", seed=seed()).error.value
    moderator = Moderator(case.values, y, who_tests(case), (0.5, 0.5))
    tempered = honest_error(replace(case, moderator=moderator), "log", seed=seed()).error.value
    # Told as 97 %, it happens in 70 %: held back, that costs little more than the entropy of 0.7.
    assert plain > 1
    assert tempered == pytest.approx(-0.7 * np.log(0.7) - 0.3 * np.log(0.3), abs=0.08)


def shuffled(number, n, learners, loss):
    """Errors of a study on labels that have nothing to do with the patients: honest, best of the ranking, as in the article."""
    rng = np.random.default_rng(number)
    X, y = rng.normal(size=(n, 6)), rng.permutation(np.arange(n) % 2)
    model = MACClassifier(learners, draw="random", n_subtasks=10, loss=loss, random_state=number).fit(X, y)
    best = model.ranking_.loc[~model.ranking_["is_baseline"].astype(bool), "mean_error"].min()
    return model.honest_error_.value, best, model.article_error_, model.averages_.min(axis=1).mean(), model.honest_gain_.low


# Chance, and by how much at least choosing and the article's way make it look better.
LOOKS = {"zero_one": (0.5, 0.03, 0.2), "brier": (0.25, 0.003, 0.05)}


def check_shuffled(found, loss):
    honest, best, article, chosen, gain = np.array(found).T
    chance, by_choosing, as_in_the_article = LOOKS[loss]
    assert abs(honest.mean() - chance) <= 0.02
    assert chosen.mean() < honest.mean() - by_choosing
    assert article.mean() < honest.mean() - as_in_the_article
    if loss == "zero_one":
        # The best of the ranking alone looks as if it knew something.
        assert best.mean() < chance - 0.01
    # A gain is claimed no more often than its interval allows.
    assert (gain > 0).mean() <= 0.1


@pytest.mark.parametrize("loss", LOOKS)
def test_on_shuffled_labels_the_corrected_error_is_chance_and_the_raw_one_is_not(loss):
    light = ["logistic_regression", "nearest_neighbours", "decision_tree", "naive_bayes"]
    check_shuffled([shuffled(number, 150, light, loss) for number in range(8)], loss)


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("loss", LOOKS)
def test_on_shuffled_labels_with_the_whole_pool(loss):
    check_shuffled([shuffled(number, 200, None, loss) for number in range(30)], loss)


@pytest.mark.slow
def test_learners_of_equal_worth_come_first_equally_often():
    shares = []
    for number in range(120):
        rng = np.random.default_rng(number)
        X = rng.normal(size=(150, 4))
        # Nothing that a straight line could learn: the baselines do not come first.
        y = (3 * X[:, 0] * X[:, 1] + rng.normal(size=150) > 0).astype(int)
        # The same algorithm five times, each time with other random numbers.
        pool = [(f"trees {k}", ExtraTreesClassifier(10, min_samples_leaf=5)) for k in range(5)]
        ranking = MACClassifier(pool, n_subtasks=5, random_state=number).fit(X, y).ranking_
        shares.append(ranking["p_first"][[name for name, _ in pool]].to_numpy())
    assert np.sum(shares) > 100
    # One study gives nearly all to one or two of them, so that their mean over 120 has a standard error of .025.
    np.testing.assert_allclose(np.mean(shares, axis=0), 0.2, atol=0.07)
