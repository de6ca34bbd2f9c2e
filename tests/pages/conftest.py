"""Pages under test: each test has a data folder of its own and starts with nothing loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mac_core.data.examples import example, open_example
from mac_core.runs.drafts import Drafts
from mac_core.runs.settings import DEFAULT
from mac_core.runs.store import RunStore

NAVIGATION = str(Path(__file__).parents[2] / "pages" / "navigation.py")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the test its own MAC_HOME; nothing that a former test cached is met again."""
    from pages.shared import resources

    home = tmp_path / "home"
    monkeypatch.setenv("MAC_HOME", str(home))
    yield home
    if home.exists():
        resources.job_runner().shutdown()
    st.cache_resource.clear()


@pytest.fixture
def visit() -> Callable[..., AppTest]:
    """Open a page as a link does: a fresh session, the page's name, the query string."""

    def open_page(page: str = "start", **query: str) -> AppTest:
        at = AppTest.from_file(NAVIGATION, default_timeout=60)
        for name, value in query.items():
            at.query_params[name] = value
        at.run()
        if page != "start":
            # switch_page drops the query string, as a click in the sidebar does.
            at.switch_page(f"{page}.py")
            for name, value in query.items():
                at.query_params[name] = value
            at.run()
        assert not at.exception, at.exception
        return at

    return open_page


@pytest.fixture
def draft(own_home: Path) -> str:
    """Keep the bundled trial as a draft."""
    trial = example("indo_rct")
    return Drafts().save(open_example("indo_rct"), trial.roles, DEFAULT)


@pytest.fixture
def made_run_id(own_home: Path) -> str:
    """Keep a run made by hand, without models."""
    from tests.figures.made_run import made_run

    return RunStore().save(made_run())
