"""One Chromium and one server for all browser tests; every visit is watched."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.chromium import ARGS, MISSING, find
from tests.browser.server import Server
from tests.browser.visitor import Visitor

# A busy machine is slow, not broken.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start the one Chromium; a machine without it fails here, in words, and skips nothing."""
    path = find()
    if path is None:
        pytest.fail(MISSING.format(reason="call make test, which installs it"), pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start the server that the tests share."""
    running = Server(tmp_path_factory.mktemp("shared") / "home").start()
    yield running
    running.stop()


@pytest.fixture
def fresh_server(tmp_path: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start servers that nobody has visited yet; given another one's folder, it is a restart."""
    started: list[Server] = []

    def start(home: object = None) -> Server:
        started.append(Server(home or tmp_path_factory.mktemp("fresh") / "home").start())  # type: ignore[arg-type]
        return started[-1]

    yield start
    for running in started:
        running.stop()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Open a browser context on a server; when the test ends, nothing may have left the machine or gone wrong in it."""
    visitors: list[Visitor] = []

    def start(on: Server, **options: object) -> Visitor:
        options = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", "accept_downloads": True, **options}
        visitors.append(Visitor(browser.new_context(**options), on))  # type: ignore[arg-type]
        return visitors[-1]

    yield start
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for visitor in visitors:
        visitor.context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def visitor(visit: Callable[..., Visitor], server: Server) -> Visitor:
    """Visit the shared server."""
    return visit(server)
