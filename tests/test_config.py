"""The safety settings that ship, and the headers of every answer."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path

import pytest

from pages.shared.headers import HEADERS, SecurityHeaders

ROOT = Path(__file__).parents[1]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("server", "address", "127.0.0.1"),
        ("server", "port", 8501),
        ("server", "allowedHosts", ["localhost", "127.0.0.1"]),
        ("server", "enableXsrfProtection", True),
        ("server", "enableCORS", True),
        ("server", "enableStaticServing", False),
        ("server", "enableAgentApi", False),
        ("server", "scriptHealthCheckEnabled", False),
        ("server", "maxUploadSize", 50),
        ("server", "disconnectedSessionTTL", 60),
        ("client", "showErrorDetails", "none"),
        ("client", "showErrorLinks", False),
        ("client", "toolbarMode", "viewer"),
        ("client", "disableDataExport", True),
        ("browser", "gatherUsageStats", False),
        ("runner", "magicEnabled", False),
        ("runner", "postScriptGC", False),
    ],
)
def test_safety_settings(section, key, value):
    assert CONFIG[section][key] == value


def test_streamlit_knows_every_key():
    from streamlit import config

    known = set(config.get_config_options())

    def keys(table, prefix):
        for name, value in table.items():
            if isinstance(value, dict):
                yield from keys(value, f"{prefix}{name}.")
            else:
                yield f"{prefix}{name}"

    assert set(keys(CONFIG, "")) <= known


def test_nothing_is_loaded_from_elsewhere():
    assert "http" not in (ROOT / ".streamlit" / "config.toml").read_text().replace("over HTTP", "")
    navigation = (ROOT / "pages" / "navigation.py").read_text()
    # A material page icon is the one thing that Streamlit fetches from the internet.
    assert 'page_icon=str(_ASSETS / "icon.png")' in navigation
    for name in ("logo.svg", "icon.png", "icon.svg"):
        assert (ROOT / "pages" / "assets" / name).stat().st_size > 200


def _luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _mixed(colour, ground, share):
    pairs = [(int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * one + (1 - share) * other):02X}" for one, other in pairs)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_contrast(mode):
    theme = CONFIG["theme"][mode]
    grounds = [theme["backgroundColor"], theme["secondaryBackgroundColor"], theme["sidebar"]["backgroundColor"]]
    assert _contrast(theme["primaryColor"], "#FFFFFF") >= 4.5
    for ground in grounds:
        assert _contrast(theme["textColor"], ground) >= 7
        assert _contrast(theme["linkColor"], ground) >= 4.5
    # Streamlit draws captions with 60 % of the text's colour.
    for ground in (theme["backgroundColor"], theme["sidebar"]["backgroundColor"]):
        assert _contrast(_mixed(theme["textColor"], ground, 0.6), ground) >= 4.5


def test_headers_stand_on_every_answer():
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        sent.append(message)

    asyncio.run(SecurityHeaders(app)({"type": "http"}, None, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert headers["content-type"] == "text/html"
    for name, value in HEADERS.items():
        assert headers[name.lower()] == value


def test_policy_allows_no_other_host_and_no_eval():
    policy = HEADERS["Content-Security-Policy"]
    assert "http" not in policy
    assert "unsafe-eval" not in policy
    assert "*" not in policy
