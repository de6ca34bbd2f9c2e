"""Every word that a page explains stands in the glossary, in one or two plain sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pages.shared.terms import TERMS, explain

PAGES = Path(__file__).parents[3] / "pages"


def test_every_explained_word_is_there():
    used = {
        term for file in PAGES.rglob("*.py") for term in re.findall(r'explain\("([^"]+)"\)', file.read_text(encoding="utf-8"))
    }
    assert used
    assert used <= set(TERMS)


@pytest.mark.parametrize("term", TERMS)
def test_explanations_are_sentences(term):
    text = explain(term)
    assert text[0].isupper() or text[0].isdigit()
    assert text.endswith(".")


def test_unknown_word():
    with pytest.raises(KeyError):
        explain("abracadabra")
