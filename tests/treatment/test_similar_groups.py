import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mac_core.treatment.scores import mean_interval
from mac_core.treatment.similar_groups import SimilarGroups

NUMBERS = st.lists(st.integers(-20, 20).map(float), min_size=2, max_size=60)


@given(NUMBERS, NUMBERS)
@settings(max_examples=100, deadline=None)
def test_window_is_the_nearest_fifth_with_its_ties(known, asked):
    groups = SimilarGroups(np.array(known), np.zeros(len(known)), np.arange(len(known)))
    for value, (start, end) in zip(asked, groups.windows(np.array(asked)), strict=True):
        distance = np.abs(np.sort(known) - value)
        reach = np.sort(distance)[groups.size_ - 1]
        np.testing.assert_array_equal(np.flatnonzero(distance <= reach), np.arange(start, end))


def test_size_is_a_fifth_but_at_least_thirty():
    sizes = [SimilarGroups(np.zeros(n), np.zeros(n), np.arange(n)).size_ for n in (10, 100, 1000, 1001)]
    assert sizes == [10, 30, 200, 201]


def test_interval_is_that_of_the_groups_mean():
    random = np.random.default_rng(0)
    expected, scores = random.normal(size=500), random.normal(size=500)
    groups = SimilarGroups(expected, scores, np.arange(500))
    near = np.argsort(np.abs(expected - 0.3))[:100]
    np.testing.assert_allclose(groups.interval(np.array([0.3]))[0], mean_interval(scores[near], near)[1:3])


def test_rows_of_one_patient_are_not_counted_as_independent():
    random = np.random.default_rng(0)
    expected, scores = random.normal(size=200), random.normal(size=200)
    once = SimilarGroups(expected, scores, np.arange(200)).interval(np.array([0.0]))
    twice = SimilarGroups(np.repeat(expected, 2), np.repeat(scores, 2), np.repeat(np.arange(200), 2)).interval(np.array([0.0]))
    np.testing.assert_allclose(once, twice)


def test_turning_the_sign_turns_the_interval():
    random = np.random.default_rng(0)
    expected, scores, asked = random.normal(size=300), random.normal(size=300), random.normal(size=40)
    one = SimilarGroups(expected, scores, np.arange(300)).interval(asked)
    other = SimilarGroups(-expected, -scores, np.arange(300)).interval(-asked)
    np.testing.assert_allclose(one, -other[:, ::-1])


def test_no_group_of_one_patient():
    assert np.isnan(SimilarGroups(np.zeros(1), np.zeros(1), np.zeros(1, int)).interval(np.zeros(3))).all()
