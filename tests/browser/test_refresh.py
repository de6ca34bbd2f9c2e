"""A study belongs to nobody's tab: a refresh, a closed tab and a crash lose nothing, and Stop stops."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from mac_core import RunStore
from tests.browser.server import Server
from tests.browser.visitor import Visitor

PROGRESS = re.compile(r"(\d+) of (\d+) models trained")


def start_study(visitor: Visitor) -> None:
    """Start the bundled trial in one click and wait until its progress is seen."""
    visitor.go("/")
    visitor.press("run_indo_rct")
    expect(visitor.page).to_have_url(re.compile(r"/data\?.*job="))
    expect(visitor.page.get_by_text(PROGRESS)).to_be_visible(timeout=60_000)


def done(visitor: Visitor) -> int:
    """How many models the page says are trained."""
    said = PROGRESS.search(visitor.page.get_by_text(PROGRESS).inner_text())
    assert said
    return int(said[1])


def job_of(visitor: Visitor) -> str:
    return parse_qs(urlsplit(visitor.page.url).query)["job"][0]


def wait_until(happens: Callable[[], bool], seconds: float, what: str) -> None:
    """Look again and again; fail when it does not happen in time."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, f"not within {seconds} seconds: {what}"
        time.sleep(0.05)


@pytest.mark.timeout(400)
def test_a_refresh_and_a_closed_tab_lose_nothing(fresh_server: Callable[..., Server], visit: Callable[..., Visitor]) -> None:
    server = fresh_server()
    visitor = visit(server)
    start_study(visitor)
    before, job, address = done(visitor), job_of(visitor), visitor.page.url

    visitor.refresh()
    assert job_of(visitor) == job
    expect(visitor.page.get_by_text(PROGRESS)).to_be_visible()
    assert done(visitor) >= before

    # Close the tab; the study goes on with nobody looking.
    visitor.page.close()
    # Only the store is asked: a second job runner on the same database would take the first one's studies for dead.
    store = RunStore(f"sqlite:///{server.home / 'mac.db'}")
    wait_until(lambda: len(store.list()) == 1, 240, "the study ends and its run is kept")
    visitor.open_tab()
    visitor.go(address.removeprefix(server.url))
    expect(visitor.page.get_by_text("The study is finished")).to_be_visible()
    visitor.page.locator("[data-testid=stMain] a[href*='learners?run=']").first.click()
    visitor.wait_for("learners", seconds=30)
    assert "No study is open" not in visitor.text()


@pytest.mark.timeout(300)
def test_stop_works_within_two_seconds(fresh_server: Callable[..., Server], visit: Callable[..., Visitor]) -> None:
    server = fresh_server()
    visitor = visit(server)
    start_study(visitor)
    job = job_of(visitor)
    stop = visitor.by_key(f"stop_{job}").locator("button")
    began = time.monotonic()
    stop.click()
    expect(visitor.page.get_by_text("The study was stopped")).to_be_visible(timeout=10_000)
    assert time.monotonic() - began < 2.0
    visitor.settle()
    # What was entered is still there, and it can be started again.
    expect(visitor.by_key("start_study").locator("button")).to_be_enabled()
    visitor.press("start_study")
    expect(visitor.page.get_by_text(PROGRESS)).to_be_visible(timeout=60_000)


@pytest.mark.timeout(300)
def test_a_killed_server_leaves_no_process_and_loses_no_table(
    fresh_server: Callable[..., Server], visit: Callable[..., Visitor]
) -> None:
    server = fresh_server()
    visitor = visit(server)
    start_study(visitor)
    address = visitor.page.url
    visitor.page.close()
    assert len(server.family()) > 1, "the study runs in a process of its own"
    server.kill()
    wait_until(lambda: not server.family(), 10, "every process of the server ends")

    again = fresh_server(server.home)
    visitor = visit(again)
    visitor.go(address.removeprefix(server.url))
    expect(visitor.page.get_by_text("The study was interrupted")).to_be_visible()
    expect(visitor.by_key("start_study").locator("button")).to_be_enabled()
