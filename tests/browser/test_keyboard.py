"""Everything is reached without a mouse: from Start to a study that runs, and on to a page of the sidebar, by Tab and Enter."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

FOCUSED = """() => {
    const element = document.activeElement;
    return {
        key: (element.closest('[class*="st-key-"]')?.className.match(/st-key-([\\w-]+)/) ?? [])[1] ?? '',
        href: element.getAttribute('href') ?? '',
        outlined: getComputedStyle(element).boxShadow !== 'none' || getComputedStyle(element).outlineStyle !== 'none',
    };
}"""


def tab_to(visitor: Visitor, *, key: str = "", href: str = "", most: int = 80) -> None:
    """Press Tab until the widget with this key, or the link to this page, has the focus; it must be seen to have it."""
    for _ in range(most):
        visitor.page.keyboard.press("Tab")
        focused = visitor.page.evaluate(FOCUSED)
        if (key and focused["key"] == key) or (href and re.search(rf"/{href}(\?|$)", focused["href"])):
            assert focused["outlined"], f"nobody sees that {key or href} has the focus"
            return
    raise AssertionError(f"{key or href} is not reached by {most} times Tab on {visitor.page.url}")


@pytest.mark.timeout(200)
def test_from_start_to_a_running_study(visitor: Visitor) -> None:
    visitor.go("/")
    tab_to(visitor, key="open_indo_rct")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page).to_have_url(re.compile(r"/data\?draft="))
    visitor.settle()
    tab_to(visitor, key="settings")
    visitor.page.keyboard.press("Enter")
    tab_to(visitor, key="preset_article")
    visitor.page.keyboard.press("Enter")
    visitor.settle()
    tab_to(visitor, key="start_study")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page).to_have_url(re.compile(r"/data\?.*job="))
    visitor.wait_for_results(100)
    tab_to(visitor, href="learners")
    visitor.page.keyboard.press("Enter")
    visitor.wait_for("learners", seconds=30)
