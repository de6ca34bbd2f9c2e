"""Pages under test: each test has a data folder of its own and starts with nothing loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mac_core.data.examples import example, open_example
from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.runs.drafts import Drafts
from mac_core.runs.run import Run
from mac_core.runs.settings import DEFAULT, Settings
from mac_core.runs.store import RunStore
from mac_core.runs.study import run_study

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


LIGHT = Settings(learners=("logistic_regression", "decision_tree"), n_subtasks=5, n_jobs=1)


@pytest.fixture(scope="session")
def trial() -> Run:
    """Study the bundled trial with light settings, once."""
    return run_study(open_example("indo_rct"), example("indo_rct").roles, settings=LIGHT)


@pytest.fixture(scope="session")
def article() -> Run:
    """Study the article's file: which treatment did patients like this one get?"""
    return run_study(open_example("patient_treatment"), example("patient_treatment").roles, settings=LIGHT)


@pytest.fixture(scope="session")
def amount() -> Run:
    """Study a numeric outcome in routine care, with an arm that no old patient got, a category and gaps."""
    random = Random(3)
    rows = ["age,sex,drug,pressure"]
    for i in range(150):
        age = random.randint(30, 80)
        drug = random.choice("AB" if age > 65 else "ABC")
        sex = "" if i % 9 == 0 else random.choice("fm")
        rows.append(f"{age},{sex},{drug},{100 + age / 2 + 4 * (drug == 'B') + random.gauss(0, 5):.1f}")
    roles = Roles(treatment="drug", outcome="pressure", outcome_unit="mmHg", higher_is_better=False, design="routine")
    return run_study(read_table("\n".join(rows).encode(), name="pressure.csv"), roles, settings=LIGHT)


@pytest.fixture
def made_run_id(own_home: Path) -> str:
    """Keep a run made by hand, without models."""
    from tests.figures.made_run import made_run

    return RunStore().save(made_run())
