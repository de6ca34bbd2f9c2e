"""Somebody with a browser: opens pages, waits until they are settled, and notices everything that should not happen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, WebSocket
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.server import ROOT, Server

SHOTS = Path(__file__).parent / "shots"
# A deep link makes Streamlit's client look for its server below the page's own address first. Harmless, and known.
KNOWN_404 = re.compile(r"/[a-z_]+/_stcore/(health|host-config)$")

# The question that each page asks first, by the path of its address: what an empty or another page does not show.
QUESTIONS = {
    "/" if file.stem == "start" else f"/{file.stem}": found[1]
    for file in sorted((ROOT / "pages").glob("*.py"))
    if (found := re.search(r'heading\(\s*"([^"]+)"', file.read_text(encoding="utf-8")))
}

# True once the page at the present address has stood still for a while: right after a click nothing runs *yet*, and when the
# server turns to another page the address changes before that page is drawn.
SETTLED = """(questions) => {
    const app = document.querySelector('[data-testid=stApp]');
    const asked = document.querySelector('[data-testid=stMain] h1');
    const question = questions[location.pathname];
    const still = app
        && asked && (question === undefined || asked.innerText.trim() === question)
        && app.getAttribute('data-test-connection-state') === 'CONNECTED'
        && app.getAttribute('data-test-script-state') === 'notRunning'
        && !document.querySelector('[data-testid=stSkeleton]')
        && [...document.querySelectorAll('.js-plotly-plot')].every(plot => plot.querySelector('.main-svg'));
    const now = performance.now();
    if (!still) { window.__stillSince = undefined; return false; }
    window.__stillSince ??= now;
    if (now - window.__stillSince < 400) return false;
    window.__stillSince = undefined;
    return true;
}"""


TOO_WIDE = """() => {
    const main = document.querySelector("[data-testid=stMain]");
    return main.scrollWidth - main.clientWidth;
}"""


class Visitor:
    """One visit in a browser context of its own; `complaints` must be empty when it ends."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.context = context
        self.server = server
        self.url = server.url
        self.complaints: list[str] = []
        context.on("request", self._on_request)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.complaints.append(f"script error: {error.error}"))
        context.on("page", self._on_page)
        self.page = self.open_tab()

    # What should not happen

    def _on_page(self, page: Page) -> None:
        page.on("websocket", self._on_websocket)
        page.on("dialog", self._on_dialog)

    def _on_dialog(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _is_ours(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme in ("data", "blob", "about") or parts.netloc == urlsplit(self.url).netloc

    def _on_request(self, request: Request) -> None:
        if not self._is_ours(request.url):
            self.complaints.append(f"request that leaves the machine: {request.url}")

    def _on_websocket(self, socket: WebSocket) -> None:
        if not self._is_ours(socket.url):
            self.complaints.append(f"websocket that leaves the machine: {socket.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        where = message.location.get("url", "")
        if "404" in message.text and KNOWN_404.search(urlsplit(where).path):
            return
        self.complaints.append(f"console error: {message.text} ({where})")

    def no_traceback(self) -> None:
        """Fail if the page shows an exception or a page that does not exist."""
        for name in ("stException", "stAppErrorBoundary"):
            shown = self.page.locator(f"[data-testid={name}]")
            if shown.count():
                said = "\n".join(self.server.said().splitlines()[-30:])
                raise AssertionError(
                    f"{self.page.url} shows an exception: {shown.first.inner_text()}\nThe server says:\n{said}"
                )
        body = self.page.locator("[data-testid=stApp]").inner_text()
        for words in ("Traceback (most recent call last)", "Page not found"):
            assert words not in body, f"{self.page.url} shows {words!r}"

    # What one does

    def open_tab(self) -> Page:
        """Open another tab of the same browser and go on there."""
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        return self.page

    def go(self, path: str = "/") -> None:
        """Type an address (a deep link) and wait for the page."""
        self.page.goto(self.url + path)
        self.settle()

    def settle(self, seconds: float = 60) -> None:
        """Wait until the script has run and everything is drawn, the question of the page at this address first of all."""
        try:
            self.page.wait_for_function(SETTLED, arg=QUESTIONS, timeout=seconds * 1000, polling=100)
        except PlaywrightTimeout:
            self.no_traceback()
            shown = self.page.locator("[data-testid=stMain]").all_inner_texts()
            raise AssertionError(f"{self.page.url} does not settle within {seconds} seconds; it shows {shown}") from None
        self.no_traceback()

    def refresh(self) -> None:
        """Press F5."""
        self.page.reload()
        self.settle()

    def turn_to(self, path: str) -> None:
        """Click a page in the sidebar; `path` is its url_path, "" for Start."""
        # Streamlit writes the whole address into the link; the query string may follow.
        links = self.page.locator("[data-testid=stSidebarNavLink]")
        pattern = re.compile(rf"^({re.escape(self.url)})?/{path}(\?|$)")
        for index in range(links.count()):
            if pattern.match(links.nth(index).get_attribute("href") or ""):
                links.nth(index).click()
                break
        else:
            raise AssertionError(f"The sidebar has no page /{path}")
        self.page.wait_for_url(re.compile(rf"{re.escape(self.url)}/{path}(\?.*)?$"))
        self.settle()

    def by_key(self, key: str) -> Locator:
        """Find the widget or container that the page made with this key."""
        return self.page.locator(f".st-key-{self._class(key)}")

    @staticmethod
    def _class(key: str) -> str:
        # As Streamlit writes keys into class names.
        return re.sub(r"[^a-zA-Z0-9_-]", "-", key.strip())

    def press(self, key: str) -> None:
        """Click the button, download button or page link with this key."""
        self.by_key(key).locator("button, a").first.click()
        self.settle()

    def choose(self, key: str, option: str) -> None:
        """Choose an option of the select box or radio group with this key."""
        widget = self.by_key(key)
        box = widget.locator("[data-testid=stSelectbox] input, [role=combobox]").first
        if box.count():
            self._open_list(box, option).click()
        else:
            widget.get_by_text(option, exact=True).first.click()
        self.settle()

    def _open_list(self, box: Locator, option: str) -> Locator:
        """Open a select box; one that was drawn anew under the click is clicked again, as people do."""
        wanted = self.page.get_by_role("option", name=option, exact=True)
        for _ in range(3):
            box.click()
            try:
                wanted.wait_for(timeout=5_000)
            except PlaywrightTimeout:
                continue
            return wanted
        raise AssertionError(f"The list never offered {option!r}: {self.text()}")

    def write_number(self, key: str, value: str) -> None:
        """Type into the number field whose key ends with `key`, and leave it."""
        field = self.page.locator(f"[class*='{self._class(key)} '], [class$='{self._class(key)}']").locator("input").first
        field.fill(value)
        field.press("Enter")
        self.settle()

    def unfold(self, key: str) -> None:
        """Open the expander with this key, unless it is open."""
        details = self.by_key(key).locator("details").first
        if details.get_attribute("open") is None:
            details.locator("summary").click()
            self.settle()

    def wait_for(self, path: str, *, seconds: float) -> None:
        """Wait until the page turns to `path` by itself."""
        self.page.wait_for_url(re.compile(rf"{re.escape(self.url)}/{path}(\?.*)?$"), timeout=seconds * 1000)
        self.settle()

    def wait_for_results(self, seconds: float) -> None:
        """Wait until the study has ended, and look at its accuracy."""
        # The page turns by itself when somebody saw the study run; one that ended before the first look offers links.
        ended = "The study (is finished|could not be finished|was interrupted|was stopped)"
        end = self.page.get_by_text(re.compile(f"^{ended}"))
        self.page.wait_for_function(
            f"() => location.pathname === '/accuracy' || /{ended}/.test(document.body.innerText)",
            timeout=seconds * 1000,
            polling=200,
        )
        self.settle()
        if "/accuracy" not in self.page.url:
            assert end.inner_text() == "The study is finished", self.text()
            self.page.locator("[data-testid=stMain] a[href*='accuracy?run=']").first.click()
        self.wait_for("accuracy", seconds=30)

    def upload(self, name: str, content: bytes) -> None:
        """Hand a file to the page's first uploader."""
        self.page.locator("[data-testid=stFileUploaderDropzoneInput]").first.set_input_files(
            files=[{"name": name, "mimeType": "application/octet-stream", "buffer": content}]
        )
        self.settle()

    def text(self) -> str:
        """Return what the main part of the page says."""
        return self.page.locator("[data-testid=stMain]").inner_text()

    def shoot(self, name: str) -> None:
        """Keep a picture for people to look at, light, dark and as wide as a telephone."""
        SHOTS.mkdir(exist_ok=True)
        size = self.page.viewport_size
        for look, scheme, width in (("light", "light", 1280), ("dark", "dark", 1280), ("390px", "light", 390)):
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            # Streamlit scrolls inside the page: a tall window shows the whole of it.
            self.page.set_viewport_size({"width": width, "height": 1600})
            self.settle()
            self.page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
            self.page.screenshot(path=SHOTS / f"{name}-{look}.png")
            beyond = self.page.evaluate(TOO_WIDE)
            assert beyond <= 0, f"{name} is {beyond} px too wide at {width} px"
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(size or {"width": 1280, "height": 900})
        self.settle()
