"""What stands in a patient's table stays out of every log: of the server, of the reading, of the studies."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.server import Server
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

CANARY = "ZZCANARY"


def table() -> bytes:
    """A table that needs repairs and answers, with the marker in names and cells; one cell cannot be right."""
    rows = [f"{CANARY}_id,age,crp,{CANARY}_col,arm,died"]
    for i in range(60):
        crp = f"{CANARY} see note" if i == 7 else f"{5 + i * 7 % 31}.5"
        rows.append(
            f"{CANARY}{i:03},{1200 if i == 3 else 40 + i * 7 % 31},{crp},{CANARY}{i % 3},{'AB'[i % 2]},{int(i * 5 % 7 < 3)}"
        )
    return "\n".join(rows).encode()


def test_no_cell_name_or_file_name_is_logged(visit: Callable[..., Visitor], fresh_server: Callable[..., Server]) -> None:
    server = fresh_server()
    visitor = visit(server)
    page = visitor.page
    visitor.go()
    broken = f"{CANARY},arm\n40,A,{CANARY}\n".encode()
    for content, shown in ((broken, "more fields than the header"), (table(), "Can my table be trusted?")):
        file = {"name": f"{CANARY}.csv", "mimeType": "text/csv", "buffer": content}
        page.locator("input[type=file]").set_input_files(file)
        expect(page.locator("[data-testid=stMain]").get_by_text(shown).first).to_be_visible()
    page.get_by_role("button", name="They are missing", exact=True).first.click()
    visitor.settle()
    page.get_by_role("button", name="Start the study").click()
    expect(
        page.get_by_text("Open the result").or_(page.get_by_text("How far can the averaged model be trusted?"))
    ).to_be_visible(timeout=120_000)
    # The marker did go through everything: the page shows it, and the database, which is no log, holds it.
    logs = {path: path.read_bytes() for path in [server.log, *sorted((server.home / "logs").iterdir())]}
    assert len(logs) >= 3
    assert any(CANARY.encode() in path.read_bytes() for path in server.home.glob("mac.db*"))
    assert [path.name for path, content in logs.items() if CANARY.encode() in content] == []
