"""Every question that reading can ask has every answer in words."""

from __future__ import annotations

from mac_core.data.answers import CHOICES
from pages.shared.answers import _WORDS


def test_every_choice_has_words():
    assert {code: set(words) for code, words in _WORDS.items()} == {code: set(choices) for code, choices in CHOICES.items()}
