"""The server turns to another page while timers tick in the browser: the new page stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.server import Server

APP = "tests/browser/timer_app.py"


@pytest.mark.timeout(120)
def test_the_new_page_stays(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    app = Server(tmp_path_factory.mktemp("timers") / "home", (APP,)).start()
    page = browser.new_page()
    try:
        page.goto(app.url)
        for _ in range(4):
            page.wait_for_url("**/second", timeout=20_000)
            # Longer than the page takes, and than a tick that waits would need to wipe it.
            page.wait_for_timeout(1_500)
            expect(page.get_by_text("the second page")).to_be_visible(timeout=1_000)
            page.get_by_role("button", name="Back").click()
    finally:
        page.close()
        app.stop()
