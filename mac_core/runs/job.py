"""One study in its own process: read the draft, run the study, write progress, keep the run or say what went wrong.

The same for a learning curve, which is kept beside the run that it is about.

This module is only ever used in a job's own process; the server process never imports it.
"""

from __future__ import annotations

import os
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mac_core.data.roles import Roles
from mac_core.errors import InputError, refuse
from mac_core.runs import records
from mac_core.runs.additions import Additions
from mac_core.runs.database import Database, jobs, open_database
from mac_core.runs.drafts import Drafts
from mac_core.runs.home import mac_home, private_folder
from mac_core.runs.learning_curve import run_learning_curve
from mac_core.runs.own_process import log_fault
from mac_core.runs.run import Progress
from mac_core.runs.settings import Settings
from mac_core.runs.store import RunStore
from mac_core.runs.study import run_study

__all__ = ["temporary_folder", "work"]

_WRITES_A_SECOND = 4
_NICENESS = 10


class _Stopped(Exception):
    """The job's row says that it was stopped: by another server process, or in the moment before it was kept."""


def work(url: str, job_id: str) -> None:
    """Do the job, from its row to its run. Every ending is written to the row."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)  # the server's pages come first
    os.environ["JOBLIB_TEMP_FOLDER"] = str(private_folder(temporary_folder(job_id)))
    database = open_database(url)
    job = _claim(database, job_id)
    if job is None:
        return
    reporter = _Reporter(database, job_id)
    try:
        if job.kind == "learning_curve":
            _keep_curve(url, job, reporter)
        else:
            _keep_study(url, job, reporter)
    except _Stopped:
        return
    except InputError as error:
        _fail(database, job_id, str(error))
    except BrokenProcessPool:
        _fail(database, job_id, str(refuse("job_crashed")))
    except MemoryError:
        _fail(database, job_id, str(refuse("job_memory")))
    except Exception as error:
        _fail(database, job_id, str(refuse("job_fault", id=log_fault(f"job {job_id}", error))))


def _keep_study(url: str, job: Any, reporter: _Reporter) -> None:
    run = run_study(
        Drafts(url).table(job.draft_id, job.table_number),
        records.from_json(Roles, job.roles),
        settings=records.from_json(Settings, job.settings),
        on_progress=reporter,
    )
    reporter.saving("saving the run")
    RunStore(url).save(run, owner=job.owner, and_then=lambda connection, run_id: _finish(connection, job.id, run_id))


def _keep_curve(url: str, job: Any, reporter: _Reporter) -> None:
    run = RunStore(url).open(job.run_id, owner=job.owner, with_model=False)
    curve = run_learning_curve(run, on_progress=reporter)
    reporter.saving("saving the curve")
    # One curve a run: it is the same whenever it is made.
    Additions(url).add(
        job.run_id, curve, key="", owner=job.owner, and_then=lambda connection: _finish(connection, job.id, job.run_id)
    )


def temporary_folder(job_id: str) -> Path:
    """Where the job's workers may share large arrays; removed by the launcher when the job has ended, however it ended."""
    return private_folder(mac_home() / "jobs") / job_id


class _Reporter:
    """Writes progress to the job's row, a few times a second at most, and notices there that the job was stopped."""

    def __init__(self, database: Database, job_id: str) -> None:
        self._database, self._job_id, self._next = database, job_id, 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now < self._next and progress.done < progress.total:
            return
        self._next = now + 1 / _WRITES_A_SECOND
        with self._database.writing() as connection:
            _change(connection, self._job_id, **progress._asdict())

    def saving(self, words: str) -> None:
        """The last step, which may take seconds on a slow disk."""
        with self._database.writing() as connection:
            _change(connection, self._job_id, subtask=words, learner="", seconds_left=None)


def _claim(database: Database, job_id: str) -> Any:
    with database.writing() as connection:
        claimed = connection.execute(
            jobs.update()
            .where(jobs.c.id == job_id, jobs.c.state == "queued")
            .values(state="running", pid=os.getpid(), started=time.time())
        )
        if claimed.rowcount == 0:
            return None
        return connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).one()


def _change(connection: Connection, job_id: str, **values: object) -> None:
    changed = connection.execute(jobs.update().where(jobs.c.id == job_id, jobs.c.state == "running").values(**values))
    if changed.rowcount == 0:
        raise _Stopped


def _finish(connection: Connection, job_id: str, run_id: str) -> None:
    # In the transaction that keeps the run: a stopped job leaves no run behind, a kept run no unfinished job.
    _change(connection, job_id, state="done", live_key=None, run_id=run_id, ended=time.time(), seconds_left=0.0)


def _fail(database: Database, job_id: str, sentence: str) -> None:
    try:
        with database.writing() as connection:
            _change(connection, job_id, state="failed", live_key=None, error=sentence, ended=time.time())
    except _Stopped:
        return
