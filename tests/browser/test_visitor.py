"""The tests' own eyes: a page that shows nothing, or another page than its address says, does not count as settled."""

from __future__ import annotations

import pytest

from tests.browser.visitor import QUESTIONS, Visitor

WIPE = "() => document.querySelectorAll('[data-testid=stMain] h1').forEach(heading => heading.remove())"


def test_an_empty_page_is_not_settled(visitor: Visitor) -> None:
    visitor.go("/method")
    visitor.page.evaluate(WIPE)
    with pytest.raises(AssertionError, match="does not settle"):
        visitor.settle(1)


def test_another_page_than_the_address_says_is_not_settled(visitor: Visitor) -> None:
    visitor.go("/method")
    visitor.page.evaluate("() => history.replaceState({}, '', '/runs')")
    with pytest.raises(AssertionError, match="does not settle within 1 seconds; it shows .*plain words"):
        visitor.settle(1)


def test_every_page_has_its_question() -> None:
    assert len(QUESTIONS) == 9 and len(set(QUESTIONS.values())) == 9
