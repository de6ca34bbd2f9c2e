"""Tables become matrices, and nothing of the test rows leaks into how."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core.data.encoding import fit_encoder, read_codebook
from mac_core.errors import InputError

REPRESENTATIONS = ("scaled", "splines", "ordinal")


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "age": [40.0, 60.0, np.nan, 50.0],
            "stage": ["2", "10", "2", np.nan],
            "smoker": [True, False, True, True],
            "seen": pd.to_datetime(["2020-01-01", "2020-01-03", None, "2020-01-02"]),
        }
    )


def encode(train, new, representation):
    book = read_codebook(train)
    return fit_encoder(book.codes(train), book).encode(book.codes(new), representation)


def test_kinds_and_levels(frame):
    book = read_codebook(frame)
    # Numerals keep their order: "2" before "10".
    assert book.levels == (None, {"2": 0, "10": 1}, None, None)
    codes = book.codes(frame)
    assert codes[:, 1].tolist()[:3] == [0, 1, 0]
    assert np.isnan(codes[3, 1])
    assert codes[1, 3] - codes[0, 3] == 2.0


def test_median_and_gap_column_by_hand():
    frame = pd.DataFrame({"age": [40.0, 60.0, np.nan, 90.0]})
    assert encode(frame, frame, "ordinal").tolist() == [[40, 0], [60, 0], [60, 1], [90, 0]]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pd.Series([1, None, 3], dtype="Int64"), [1, np.nan, 3]),
        (pd.Series([True, None, False], dtype="boolean"), [1, np.nan, 0]),
        (pd.Series([True, None, False], dtype=object), [1, np.nan, 0]),
        (pd.Series(["a", None, "b"], dtype="string"), [0, np.nan, 1]),
        (pd.Series(["b", None, "a"], dtype="category"), [1, np.nan, 0]),
        (pd.Series([1, None, "a"], dtype=object), [0, np.nan, 1]),
        (
            pd.to_datetime(pd.Series(["1970-01-02", None, "1970-01-01T12:00"], dtype=object), format="ISO8601", utc=True),
            [1, np.nan, 0.5],
        ),
        (pd.to_timedelta(pd.Series([1, None, 2.5]), unit="D"), [1, np.nan, 2.5]),
    ],
)
def test_every_dtype(column, expected):
    frame = column.to_frame("x")
    np.testing.assert_array_equal(read_codebook(frame).codes(frame)[:, 0], expected)


def test_scaled_by_hand():
    frame = pd.DataFrame({"x": [1.0, 3.0], "sex": ["f", "m"]})
    assert encode(frame, frame, "scaled").tolist() == [[-1, 0], [1, 1]]


def test_three_levels_have_three_columns_and_missing_its_own():
    frame = pd.DataFrame({"arm": ["a", "b", "c", None]})
    assert encode(frame, frame, "scaled").tolist() == np.eye(4).tolist()


def test_splines_bend_at_quartiles():
    frame = pd.DataFrame({"x": np.arange(9.0)})
    scaled, splines = encode(frame, frame, "scaled"), encode(frame, frame, "splines")
    assert splines.shape == (9, 4)
    assert (splines[:3, 1:] == 0).all()
    np.testing.assert_allclose(splines[8, 1:], scaled[8, 0] - scaled[[2, 4, 6], 0])


@pytest.mark.parametrize("representation", REPRESENTATIONS)
def test_new_patients_never_crash(frame, representation):
    new = pd.DataFrame(
        {
            "age": [np.nan, 1e6],
            "stage": ["unheard of", np.nan],
            "smoker": [np.nan, 1.0],
            "seen": pd.to_datetime([None, "2031-05-05"]),
        }
    )
    encoded = encode(frame, new, representation)
    assert np.isfinite(encoded).all()
    assert encoded.shape == (2, encode(frame, frame, representation).shape[1])


@pytest.mark.parametrize("representation", REPRESENTATIONS)
def test_empty_and_constant_columns(representation):
    frame = pd.DataFrame({"nothing": [np.nan] * 40, "same": 7.0, "word": "x", "blank": pd.Series([None] * 40, dtype=object)})
    encoded = encode(frame, frame, representation)
    assert encoded.shape[0] == 40
    assert encoded.shape[1] >= 1
    assert np.isfinite(encoded).all()


def test_rare_levels_are_pooled_and_unseen_ones_join_them():
    frame = pd.DataFrame({"drug": ["a"] * 50 + ["b"] * 50 + ["once", "twice"]})
    book = read_codebook(frame)
    encoder = fit_encoder(book.codes(frame), book)
    new = encoder.encode(book.codes(pd.DataFrame({"drug": ["a", "b", "once", "twice", "new"]})), "scaled")
    assert new.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1], [0, 0, 1]]


def test_only_training_rows_count():
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0, 1000.0]})
    book = read_codebook(frame)
    encoder = fit_encoder(book.codes(frame)[:3], book)
    assert encoder.medians.tolist() == [2.0]
    assert encoder.centres.tolist() == [2.0]


def test_arrays_and_frames_agree(frame):
    numbers = np.array([[1.0, 2.0], [np.nan, 4.0], [5.0, 6.0]])
    for representation in REPRESENTATIONS:
        from_array = encode(numbers, numbers, representation)
        from_frame = encode(pd.DataFrame(numbers), pd.DataFrame(numbers), representation)
        np.testing.assert_array_equal(from_array, from_frame)


def test_objects_that_are_numbers_stay_numbers():
    book = read_codebook(pd.DataFrame({"x": pd.Series([1, 2.5, None], dtype=object)}))
    assert book.levels == (None,)


@pytest.mark.parametrize(
    ("new", "code", "column"),
    [
        (pd.DataFrame({"age": ["old"], "sex": ["f"]}), "word_among_numbers", "age"),
        (pd.DataFrame({"age": [np.inf], "sex": ["f"]}), "infinite_value", "age"),
    ],
)
def test_bad_values_are_named(new, code, column):
    book = read_codebook(pd.DataFrame({"age": [1.0, 2.0], "sex": ["f", "m"]}))
    with pytest.raises(InputError) as caught:
        book.codes(new)
    assert caught.value.code == code
    assert caught.value.place.column == column
