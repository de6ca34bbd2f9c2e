"""The dashboard's server: `streamlit run app.py`.

It holds the server only. The script that each visit runs is `pages/navigation.py`, which stands beside its pages: with a
folder `pages/` beside the script that calls `st.navigation`, a first deep link would skip that script.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

# The pages' script runs with its own folder on the path; `pages.shared` and `mac_core` are found from here.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from pages.shared.headers import SecurityHeaders  # noqa: E402
from pages.shared.resources import job_runner, upload_reader  # noqa: E402
from pages.shared.stale_timers import ignore_stale_timers  # noqa: E402

ignore_stale_timers()


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Start what reads uploads and what starts studies, so that the first need not wait; end all when the server ends."""
    runner, reader = job_runner(), upload_reader()
    runner.warm()
    reader.warm()
    try:
        yield
    finally:
        runner.shutdown()
        reader.close()


# Streamlit checks the host of its websocket only; a foreign name that resolves to this machine gets no page either.
_HOSTS = list(st.get_option("server.allowedHosts")) or ["*"]

app = st.App(
    "pages/navigation.py",
    lifespan=lifespan,
    middleware=[Middleware(SecurityHeaders), Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)],
)
