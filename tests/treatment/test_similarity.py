import numpy as np
import pandas as pd

from mac_core.treatment.similarity import PatientSpace, measurements, nearest, number, word


def test_columns_are_told_apart():
    table = pd.DataFrame({"n": [1, 2], "b": [True, False], "t": ["x", None], "d": pd.to_datetime(["2020-01-01", None])})
    numbers, categories = measurements(table)
    assert list(numbers) == ["n", "b", "d"]
    assert list(categories) == ["t"]
    assert np.isnan(numbers["d"].iloc[1])


def test_words_among_numbers_are_missing_not_a_crash():
    np.testing.assert_array_equal(number(pd.Series(["3", "x", None], dtype="str")), [3, np.nan, np.nan])
    assert pd.isna(word(pd.Series(["3", None], dtype="str"))).tolist() == [False, True]


def test_a_long_tail_weighs_no_more_than_anything_else():
    cohort = pd.DataFrame({"a": np.arange(100.0), "b": np.exp(np.arange(100.0) / 5)})
    space = PatientSpace(cohort)
    places = space.place(*space.read(cohort))
    np.testing.assert_allclose(places[:, 0], places[:, 1])
    assert abs(places[:, 0].std() - 1) < 0.01


def test_different_levels_are_one_apart_and_missing_numbers_stand_in_the_middle():
    cohort = pd.DataFrame({"sex": ["f", "m", "f"], "age": [1.0, 2.0, np.nan]})
    space = PatientSpace(cohort)
    places = space.place(*space.read(cohort))
    assert np.isclose(np.linalg.norm(places[0, 1:] - places[1, 1:]), 1)
    assert places[2, 0] == 0


def test_nearest_agrees_with_looking_at_all():
    random = np.random.default_rng(0)
    points, cohort = random.normal(size=(20, 3)), random.normal(size=(50, 3))
    distances, rows = nearest(points, cohort, 4)
    every = np.linalg.norm(points[:, None] - cohort, axis=2)
    np.testing.assert_array_equal(rows, np.argsort(every, axis=1)[:, :4])
    np.testing.assert_allclose(distances, np.sort(every, axis=1)[:, :4])


def test_nobody_is_their_own_neighbour():
    cohort = np.array([[0.0], [0.1], [5.0]])
    _, rows = nearest(cohort, cohort, 1, own=np.array([0, 0, 1]), owner=np.array([0, 0, 1]))
    assert rows[0, 0] == 2
    assert rows[1, 0] == 2
