"""Words for nothing."""

from __future__ import annotations

from mac_core.data.missing import MISSING_AMONG_NUMBERS, MISSING_WORDS


def test_none_and_zero_are_values():
    assert not {"none", "no", "0", "nil", "normal", "negative"} & MISSING_AMONG_NUMBERS


def test_words_are_written_as_they_are_compared():
    assert all(word == word.strip().lower() for word in MISSING_AMONG_NUMBERS)
    assert MISSING_WORDS < MISSING_AMONG_NUMBERS
