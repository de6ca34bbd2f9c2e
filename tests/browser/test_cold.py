"""Every page opens by its address on a server that nobody has visited, and says what to do first."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.server import Server
from tests.browser.visitor import Visitor

NO_RUN = "No study is open yet."
NO_DRAFT = "No table is open yet."
PAGES = {
    "": "",
    "data": NO_DRAFT,
    "subtasks": NO_RUN,
    "learners": NO_RUN,
    "accuracy": NO_RUN,
    "patient": NO_RUN,
    "patients": NO_RUN,
    "runs": "",
    "method": "",
}


def is_a_page_of_ours(visitor: Visitor) -> None:
    """The frame stands, and the page asks its question before anything else."""
    expect(visitor.page.locator("[data-testid=stMain] h1")).to_have_count(1)
    # The script that lists the pages ran: our sections and titles, not one link per file.
    expect(visitor.page.locator("[data-testid=stSidebarNavLink]")).to_have_count(len(PAGES))
    assert visitor.page.title() not in ("", "Streamlit")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "start")
def test_opens_cold(visitor: Visitor, path: str) -> None:
    visitor.go(f"/{path}")
    is_a_page_of_ours(visitor)
    assert PAGES[path] in visitor.text()
    if PAGES[path]:
        # The way out is a link, and it works.
        visitor.page.locator("[data-testid=stMain] [data-testid=stPageLink] a").first.click()
        visitor.settle()
        expect(visitor.page.locator("[data-testid=stMain] h1")).to_have_count(1)
        assert PAGES[path] not in visitor.text()


def test_first_visit_of_a_fresh_server(fresh_server: Callable[..., Server], visit: Callable[..., Visitor]) -> None:
    """The first deep link of all must not skip the frame, and the server stays light until somebody predicts."""
    server = fresh_server()
    visitor = visit(server)
    visitor.go("/patient")
    is_a_page_of_ours(visitor)
    assert NO_RUN in visitor.text()
    for path in PAGES:
        visitor.turn_to(path)
    # Not by name of module but by what is mapped into memory: nothing can hide.
    loaded = set(re.findall(r"/site-packages/(\w+)/", server.libraries()))
    assert "pandas" in loaded
    assert not loaded & {"sklearn", "scipy"}


@pytest.mark.parametrize(
    "path", ["patient?run=nobody_has_this", "data?draft=nobody_has_this", "accuracy?run=../../etc/passwd", "data?job=%00x"]
)
def test_a_link_to_nothing_says_so(visitor: Visitor, path: str) -> None:
    visitor.go(f"/{path}")
    is_a_page_of_ours(visitor)
    assert "is not here" in visitor.text() or NO_DRAFT in visitor.text()
