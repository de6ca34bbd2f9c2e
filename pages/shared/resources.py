"""What every session shares: the store, the drafts, the runner of studies, and the runs that were opened lately.

Nothing here is keyed on a table: `st.cache_*` compares large tables by a sample only. A run is kept under its owner and id.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING

import streamlit as st

from mac_core.runs.drafts import Drafts
from mac_core.runs.home import default_url
from mac_core.runs.jobs import JobRunner
from mac_core.runs.own_choices import OwnChoices
from mac_core.runs.reader import UploadReader
from mac_core.runs.reader import upload_reader as _upload_reader
from mac_core.runs.run import Run
from mac_core.runs.store import RunStore
from pages.shared.typed_values import TypedValues

if TYPE_CHECKING:
    from mac_core.evidence.neighbours import PatientMap

__all__ = [
    "drafts",
    "forget_run",
    "job_runner",
    "opened_run",
    "own_choices",
    "patient_map",
    "run_store",
    "typed_values",
    "upload_reader",
    "usual_values",
    "warm_up",
]


def run_store() -> RunStore:
    """The finished runs."""
    return _run_store(default_url())


def drafts() -> Drafts:
    """The tables that are being prepared."""
    return _drafts(default_url())


def own_choices() -> OwnChoices:
    """What clinicians would have chosen, recorded before the answer was shown."""
    return OwnChoices(default_url())


def typed_values() -> TypedValues:
    """What was typed about patients within the last hour."""
    return _typed_values(default_url())


def job_runner() -> JobRunner:
    """What starts, watches and stops studies, each in a process of its own."""
    return _job_runner(default_url())


def upload_reader() -> UploadReader:
    """What reads uploads, each in a process of its own with limits."""
    return _upload_reader()


def opened_run(owner: str, run_id: str, *, with_model: bool = False) -> Run:
    """The run, read once per server. Its models are read only for the pages that predict.

    Raises
    ------
    InputError
        If there is no such run, or it belongs to somebody else.
    """
    if with_model:
        # Two threads that load the same libraries can meet each other half way.
        _warming().join()
    return _opened_run(default_url(), owner, run_id, with_model)


def warm_up() -> None:
    """Load the models' libraries behind a page that is about to need them, once per server: a reader types meanwhile."""
    _warming()


def patient_map(owner: str, run: Run) -> PatientMap:
    """The run's patients as points, placed once per server, for who is similar to whom."""
    return _patient_map(default_url(), owner, run.id or "", run)


def usual_values(owner: str, run: Run) -> dict[str, str]:
    """What is usual in the run's table, a sentence per column, found once per server."""
    return _usual_values(default_url(), owner, run.id or "", run)


def forget_run(owner: str, run_id: str) -> None:
    """Drop a deleted run from memory."""
    for with_model in (False, True):
        _opened_run.clear(default_url(), owner, run_id, with_model)
    _patient_map.clear()
    _usual_values.clear()


# The address is an argument, so that a test with a data folder of its own never meets another test's objects.
@st.cache_resource(show_spinner=False)
def _run_store(url: str) -> RunStore:
    return RunStore(url)


@st.cache_resource(show_spinner=False)
def _drafts(url: str) -> Drafts:
    return Drafts(url)


@st.cache_resource(show_spinner=False)
def _typed_values(url: str) -> TypedValues:
    return TypedValues()


@st.cache_resource(show_spinner=False)
def _job_runner(url: str) -> JobRunner:
    return JobRunner(url)


@st.cache_resource(show_spinner="Opening the run", max_entries=8, ttl="1h")
def _opened_run(url: str, owner: str, run_id: str, with_model: bool) -> Run:
    return _run_store(url).open(run_id, owner=owner, with_model=with_model)


@st.cache_resource(show_spinner=False, max_entries=8, ttl="1h")
def _patient_map(url: str, owner: str, run_id: str, _run: Run) -> PatientMap:
    # Read here: it brings scikit-learn, which the pages that only show results do without.
    from mac_core.evidence.neighbours import PatientMap

    return PatientMap(_run.rows, patients=None if _run.patients is None else _run.patients.to_numpy())


@st.cache_resource(show_spinner=False, max_entries=8, ttl="1h")
def _usual_values(url: str, owner: str, run_id: str, _run: Run) -> dict[str, str]:
    from mac_core.evidence.usual_values import usual_values

    return usual_values(_run.rows, _run.schema)


@st.cache_resource(show_spinner=False)
def _warming() -> Thread:
    thread = Thread(target=_load_libraries, name="warm-up", daemon=True)
    thread.start()
    return thread


def _load_libraries() -> None:
    # What fails here fails again, and is said, where it is needed.
    with suppress(Exception):
        import_module("mac_core.runs.patient")
        import_module("mac_core.runs.batch")
        import_module("mac_core.ensemble.estimator")
        import_module("mac_core.treatment.comparison")
        # Reads models, and with it every estimator that there is: half of the wait.
        import_module("skops.io")
