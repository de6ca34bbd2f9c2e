"""The dashboard's server: `streamlit run app.py`.

It holds the server only. The script that each visit runs is `pages/navigation.py`, which stands beside its pages: with a
folder `pages/` beside the script that calls `st.navigation`, a first deep link would skip that script.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

# The pages' script runs with its own folder on the path; `pages.shared` and `mac_core` are found from here.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from pages.shared.headers import SecurityHeaders  # noqa: E402
from pages.shared.resources import job_runner  # noqa: E402


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Warm the launcher of studies beside the first visit; end every study's process when the server ends."""
    runner = job_runner()
    warming = asyncio.create_task(asyncio.to_thread(runner.warm))
    try:
        yield
    finally:
        runner.shutdown()
        warming.cancel()


app = st.App("pages/navigation.py", lifespan=lifespan, middleware=[Middleware(SecurityHeaders)])
