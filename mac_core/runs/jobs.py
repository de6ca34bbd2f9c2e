"""Studies in processes of their own: start, watch, stop. The state is in the database, so that no page has to stay open.

The server process only passes ids: it neither fits nor imports scikit-learn. See `launcher` for the processes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from mac_core.errors import refuse
from mac_core.runs import records
from mac_core.runs.database import Database, jobs, open_database
from mac_core.runs.drafts import Drafts
from mac_core.runs.home import default_url
from mac_core.runs.own_process import start_process

__all__ = ["JobRunner", "JobStatus"]

_LIVE = ("queued", "running")


@dataclass(frozen=True)
class JobStatus:
    """How a job is, as its row says.

    Attributes
    ----------
    state : {"queued", "running", "done", "failed", "stopped", "interrupted"}
    done, total : int
        Fits; `total` is 0 until the study has begun.
    subtask, learner : str
        What was finished last, in words.
    seconds_left : float or None
        None until known.
    seconds : float
        Since the job began to run.
    error : str
        A sentence, or "".
    run_id : str or None
        Of the run that a study made; of a learning curve, the run that it is about.
    kind : {"study", "learning_curve"}
    """

    id: str
    draft_id: str
    state: Literal["queued", "running", "done", "failed", "stopped", "interrupted"]
    done: int
    total: int
    subtask: str
    learner: str
    seconds_left: float | None
    seconds: float
    error: str
    run_id: str | None
    kind: str = "study"

    @property
    def live(self) -> bool:
        """Whether it still waits or works."""
        return self.state in _LIVE


# Inside the class, `list` is its method.
Statuses = list[JobStatus]


class JobRunner:
    """Runs studies, and learning curves of finished ones, for one server process.

    Parameters
    ----------
    url : str or None
        The database; None: `default_url()`.
    max_jobs : int
        How many jobs work at once; further ones wait.

    Notes
    -----
    Thread-safe. Jobs of a server that has died are marked "interrupted" when a runner is made.
    """

    def __init__(self, url: str | None = None, *, max_jobs: int = 2) -> None:
        self._url = url or default_url()
        self._database: Database = open_database(self._url)
        self._max_jobs = max_jobs
        self._name = _process_name(os.getpid()) + "/" + secrets.token_hex(4)
        self._lock = threading.RLock()
        self._launcher: subprocess.Popen[str] | None = None
        self._follower: threading.Thread | None = None
        self._ready = False
        self._closing = False
        self._waiting: list[str] = []
        self._working: set[str] = set()
        self._interrupt_orphans()

    def warm(self) -> None:
        """Start the process that starts jobs, if it does not stand yet; returns at once, its imports go on by themselves."""
        with self._lock:
            if self._launcher is not None or self._closing:
                return
            self._launcher = start_process(
                "mac_core.runs.launcher",
                log="jobs.log",
                environment={"MAC_FORK_WORKERS": "1"} if hasattr(os, "fork") else None,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
            self._follower = threading.Thread(target=self._follow, args=(self._launcher,), daemon=True, name="mac-jobs")
            self._follower.start()

    def start(self, draft_id: str, *, owner: str = "local") -> str:
        """Start a study of a draft; if this very study is already waiting or working, give that job's id.

        Raises
        ------
        InputError
            If there is no such draft.
        """
        draft = Drafts(self._url).open(draft_id, owner)
        key = hashlib.sha256(f"{owner}\0{draft.fingerprint}".encode()).hexdigest()
        about = {
            "draft_id": draft_id,
            "table_number": draft.table_number,
            "roles": records.to_json(draft.roles),
            "settings": records.to_json(draft.settings),
        }
        return self._start(key, owner=owner, **about)

    def start_learning_curve(self, run_id: str, *, owner: str = "local") -> str:
        """Start the learning curve of a run of this owner; if it is already waiting or working, give that job's id."""
        key = hashlib.sha256(f"{owner}\0learning curve\0{run_id}".encode()).hexdigest()
        nothing = {"draft_id": "", "table_number": 0, "roles": "{}", "settings": "{}"}
        return self._start(key, owner=owner, kind="learning_curve", run_id=run_id, **nothing)

    def _start(self, key: str, **values: object) -> str:
        new = secrets.token_hex(8)
        while True:
            try:
                with self._database.writing() as connection:
                    row = {"id": new, "live_key": key, "runner": self._name, "state": "queued", "created": time.time()}
                    connection.execute(jobs.insert().values(**row, **values))
                break
            except sa.exc.IntegrityError:
                with self._database.reading() as connection:
                    live = connection.execute(sa.select(jobs.c.id).where(jobs.c.live_key == key)).scalar()
                if live is not None:
                    return str(live)
                # It ended in between: try again.
        with self._lock:
            self._waiting.append(new)
            self._hand_out()
        return new

    def status(self, job_id: str, *, owner: str | None = None) -> JobStatus | None:
        """Say how a job is; None if there is none, or if it is another owner's."""
        query = sa.select(jobs).where(jobs.c.id == job_id)
        with self._database.reading() as connection:
            row = connection.execute(query if owner is None else query.where(jobs.c.owner == owner)).one_or_none()
        return None if row is None else _status(row)

    def active(self, owner: str | None = None) -> Statuses:
        """List the jobs that wait or work, oldest first."""
        query = sa.select(jobs).where(jobs.c.state.in_(_LIVE)).order_by(jobs.c.created)
        with self._database.reading() as connection:
            rows = connection.execute(query if owner is None else query.where(jobs.c.owner == owner)).all()
        return [_status(row) for row in rows]

    def list(self, owner: str | None = None, *, most: int = 50) -> Statuses:
        """List the jobs of whatever state, the newest first; at most `most`."""
        query = sa.select(jobs).order_by(jobs.c.created.desc(), jobs.c.id).limit(most)
        with self._database.reading() as connection:
            rows = connection.execute(query if owner is None else query.where(jobs.c.owner == owner)).all()
        return [_status(row) for row in rows]

    def stop(self, job_id: str, *, owner: str | None = None) -> None:
        """Stop a job with all its workers; no effect on one that has ended.

        Raises
        ------
        InputError
            If there is no such job.
        """
        if self.status(job_id, owner=owner) is None:
            raise refuse("job_unknown", id=job_id)
        # The row first: a job that ends in this moment finds it and keeps nothing.
        self._end(job_id, "stopped")
        with self._lock:
            if job_id in self._waiting:
                self._waiting.remove(job_id)
            if job_id in self._working:
                self._ask(stop=job_id)

    def shutdown(self) -> None:
        """Kill every job of this runner and the launcher, at once; the jobs are marked "interrupted"."""
        with self._lock:
            self._closing = True
            launcher, ready = self._launcher, self._ready
        if launcher is not None:
            if ready and launcher.stdin is not None:
                with contextlib.suppress(OSError):
                    launcher.stdin.close()  # it kills its jobs and goes
                with contextlib.suppress(subprocess.TimeoutExpired):
                    launcher.wait(0.5)
            launcher.kill()  # while it still imports it has no jobs; later, their watchdogs see it die
            launcher.wait()
        if self._follower is not None:
            self._follower.join(1)
        with self._database.writing() as connection:
            _interrupt(connection, jobs.c.runner == self._name)

    def _hand_out(self) -> None:
        if self._waiting:
            self.warm()
        while self._waiting and len(self._working) < self._max_jobs:
            job_id = self._waiting.pop(0)
            self._working.add(job_id)
            self._ask(start=job_id, url=self._url)

    def _ask(self, **request: str) -> None:
        if self._launcher is not None and self._launcher.stdin is not None:
            # If it has just died, `_follow` sees to its jobs.
            with contextlib.suppress(BrokenPipeError, ValueError):
                self._launcher.stdin.write(json.dumps(request) + "\n")
                self._launcher.stdin.flush()

    def _follow(self, launcher: subprocess.Popen[str]) -> None:
        assert launcher.stdout is not None
        for line in launcher.stdout:
            event: dict[str, Any] = json.loads(line)
            if "ready" in event:
                self._ready = True
            else:
                # A job that ended well has said so itself; then this changes nothing.
                self._end(event["ended"], "failed", str(refuse("job_crashed")))
                with self._lock:
                    self._working.discard(event["ended"])
                    self._hand_out()
        launcher.wait()
        launcher.stdout.close()
        if launcher.stdin is not None:
            with contextlib.suppress(OSError):  # requests that it did not read
                launcher.stdin.close()
        with self._lock:
            if self._closing:
                return
            # It died; the watchdogs have killed its jobs. Waiting jobs get a new one, unless it never came up at all.
            lost, self._working = self._working, set()
            if not self._ready:
                lost, self._waiting = lost | set(self._waiting), []
            code = "job_crashed" if self._ready else "job_no_launcher"
            self._launcher, self._ready = None, False
        for job_id in lost:
            self._end(job_id, "failed", str(refuse(code)))
        with self._lock:
            self._hand_out()

    def _end(self, job_id: str, state: str, error: str = "") -> None:
        with self._database.writing() as connection:
            connection.execute(
                jobs.update()
                .where(jobs.c.id == job_id, jobs.c.state.in_(_LIVE))
                .values(state=state, live_key=None, error=error, ended=time.time())
            )

    def _interrupt_orphans(self) -> None:
        with self._database.writing() as connection:
            runners = connection.execute(sa.select(jobs.c.runner).where(jobs.c.state.in_(_LIVE)).distinct()).scalars().all()
            for runner in runners:
                if _has_gone(runner):
                    _interrupt(connection, jobs.c.runner == runner)


def _interrupt(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    connection.execute(
        jobs.update()
        .where(which, jobs.c.state.in_(_LIVE))
        .values(state="interrupted", live_key=None, error=str(refuse("job_interrupted")), ended=time.time())
    )


def _status(row: Any) -> JobStatus:
    end = row.ended if row.ended is not None else time.time()
    return JobStatus(
        id=row.id,
        draft_id=row.draft_id,
        state=row.state,
        done=row.done,
        total=row.total,
        subtask=row.subtask,
        learner=row.learner,
        seconds_left=row.seconds_left,
        seconds=0.0 if row.started is None else max(0.0, end - row.started),
        error=row.error,
        run_id=row.run_id,
        kind=row.kind,
    )


def _process_name(process: int) -> str:
    """Name a process for good: its number alone is given again to others."""
    try:
        # The 22nd field: when it began. The name in brackets may hold blanks, hence the split behind it.
        began = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        began = "-"
    return f"{socket.gethostname()}:{process}:{began}"


def _has_gone(runner: str) -> bool:
    name = runner.partition("/")[0]
    host, process, began = name.rsplit(":", 2)
    if host != socket.gethostname():
        return False  # of another machine on the same database: not ours to judge
    if began != "-":
        return _process_name(int(process)) != name
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
