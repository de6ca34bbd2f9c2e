"""What other web pages and other machines may not do to a running server."""

from __future__ import annotations

import http.client
import secrets
from base64 import b64encode
from contextlib import closing
from email.message import Message
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from tests.browser.server import Server
from tests.browser.visitor import Visitor


class Answer(NamedTuple):
    status: int
    headers: Message


def ask(server: Server, path: str, *, method: str = "GET", host: str | None = None, **headers: str) -> Answer:
    """Send one request as a program would; `_` in a header's name stands for `-`."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host or f"127.0.0.1:{server.port}")
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    with closing(connection), connection.getresponse() as answer:
        return Answer(answer.status, answer.headers)


def handshake(server: Server, origin: str) -> int:
    """Ask for the websocket that drives the page, from a page of this origin; returns the status."""
    return ask(
        server,
        "/_stcore/stream",
        Origin=origin,
        Connection="Upgrade",
        Upgrade="websocket",
        Sec_WebSocket_Version="13",
        Sec_WebSocket_Key=b64encode(secrets.token_bytes(16)).decode(),
    ).status


def test_a_page_from_elsewhere_cannot_drive_the_dashboard(server: Server) -> None:
    assert handshake(server, server.url) == 101
    assert handshake(server, "http://evil.example") == 403


def test_a_name_that_is_not_ours_is_refused(server: Server) -> None:
    """Against DNS rebinding: a foreign name that resolves to this machine gets nothing."""
    assert ask(server, "/").status == 200
    assert ask(server, "/", host="evil.example").status in (400, 403)


def test_an_upload_needs_the_page_s_token(server: Server) -> None:
    assert ask(server, "/_stcore/upload_file/session/file", method="PUT", Content_Length="0").status == 403


@pytest.mark.parametrize("path", ["/", "/patient", "/_stcore/health"])
def test_every_answer_carries_the_security_headers(server: Server, path: str) -> None:
    headers = ask(server, path).headers
    policy = dict(part.strip().split(" ", 1) for part in (headers.get("Content-Security-Policy") or "").split(";") if part)
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'" and policy["object-src"] == "'none'" and policy["form-action"] == "'self'"
    assert "unsafe" not in policy["script-src"] and "http" not in policy["script-src"]
    assert headers.get("X-Content-Type-Options") == "nosniff"
    assert headers.get("Referrer-Policy") == "no-referrer"


def test_a_program_cannot_be_uploaded(visitor: Visitor) -> None:
    visitor.go("/")
    visitor.upload("trial.exe", b"MZ\x90\x00")
    expect(visitor.page.locator("[data-testid=stFileUploader]").first).to_contain_text("not allowed")
