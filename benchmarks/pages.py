"""How long people wait: from starting the server to the first page, and from one page of a finished run to the next.

`PYTHONPATH=. .venv/bin/python benchmarks/pages.py`. Times are seen from a real Chromium, so each is an upper bound of the
server's own time.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import ARGS, find
from tests.browser.server import Server
from tests.browser.visitor import Visitor

REPEATS = 3
PAGES = ("data", "subtasks", "learners", "accuracy", "patient", "patients", "runs", "method", "")
IDLE = "[data-testid=stApp][data-test-connection-state=CONNECTED][data-test-script-state=notRunning]"
# The page has turned when another question stands there and the script has ended.
TURNED = """before => {
    const app = document.querySelector("[data-testid=stApp]");
    const question = document.querySelector("[data-testid=stMain] h1");
    return question && question.innerText !== before && app.getAttribute("data-test-script-state") === "notRunning";
}"""


def first_page(page: Page, server: Server) -> float:
    """Seconds from the server's first answer to a finished page, with an empty browser cache."""
    began = time.perf_counter()
    page.goto(server.url)
    page.wait_for_selector(f"{IDLE} h1")
    return time.perf_counter() - began


def switch(visitor: Visitor, path: str) -> float:
    """Seconds from a click in the sidebar until the script has run and its page stands."""
    link = next(
        link
        for link in visitor.page.locator("[data-testid=stSidebarNavLink]").all()
        if (link.get_attribute("href") or "")
        .split("?")[0]
        .rstrip("/")
        .endswith(f"/{path}" if path else str(visitor.server.port))
    )
    before = visitor.page.locator("[data-testid=stMain] h1").inner_text()
    began = time.perf_counter()
    link.click()
    visitor.page.wait_for_function(TURNED, arg=before, timeout=20_000)
    seconds = time.perf_counter() - began
    visitor.settle()
    return seconds


def main() -> None:
    """Measure and print."""
    path = find()
    if path is None:
        raise SystemExit("No Chromium; call make chromium first.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "home").start()
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGS))
        try:
            visitor = Visitor(browser.new_context(), server)
            print(f"server answers after      {server.seconds_to_start:6.2f} s")
            print(f"first page after that     {first_page(visitor.page, server):6.2f} s")
            visitor.settle()
            began = time.perf_counter()
            visitor.press("run_indo_rct")
            visitor.wait_for_results(300)
            print(f"bundled trial, one click  {time.perf_counter() - began:6.2f} s until its results stand")
            for name in PAGES:
                first = switch(visitor, name)
                others = []
                for _ in range(REPEATS):
                    visitor.turn_to("method" if name != "method" else "")
                    others.append(switch(visitor, name))
                print(f"to {name or 'start':22s} {first:6.2f} s at first, then {statistics.median(others):5.2f} s")
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
