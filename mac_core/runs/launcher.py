"""The process that starts jobs: `python -m mac_core.runs.launcher`, owned by a `JobRunner`.

It imports the engine once and forks a process per job, so that a job starts at once and never imports the pages or Streamlit.
Requests come as JSON lines on standard input, events go out on standard output. When the input ends, its owner has died: it
kills every job and goes. When it dies itself, a watchdog in each job kills that job's whole process group.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import threading
from typing import Any, TextIO

__all__ = ["main"]


def main() -> None:
    """Import the engine, say "ready", and serve until the owner has gone."""
    # Nothing that a library prints may get between the events.
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    import skops.io  # noqa: F401

    import mac_core.ensemble.estimator
    import mac_core.runs.job
    import mac_core.treatment.comparison  # noqa: F401

    _tell(events, ready=True)
    if hasattr(os, "fork"):
        _ForkingLauncher(events).serve()
    else:
        _SpawningLauncher(events).serve()


def _tell(events: TextIO, **event: object) -> None:
    # The owner may just have died; the end of the input will say so.
    with contextlib.suppress(BrokenPipeError):
        events.write(json.dumps(event) + "\n")
        events.flush()


def _clean_up(job_id: str) -> None:
    from mac_core.runs.job import temporary_folder

    shutil.rmtree(temporary_folder(job_id), ignore_errors=True)


class _ForkingLauncher:
    """One thread, one loop: what forks must not have threads."""

    def __init__(self, events: TextIO) -> None:
        self._events = events
        self._jobs: dict[int, str] = {}  # process (and group) id -> job
        self._buffer = b""
        # Held open by this process alone: a job's watchdog reads its other end, and reads its end when this process dies.
        self._watched, self._held = os.pipe()

    def serve(self) -> None:
        woken, wake = os.pipe()
        os.set_blocking(woken, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda signum, frame: None)  # a handler is needed for the wake-up
        signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(0))
        self._private = (woken, wake, self._held, self._events.fileno())
        with selectors.DefaultSelector() as selector:
            selector.register(0, selectors.EVENT_READ)
            selector.register(woken, selectors.EVENT_READ)
            try:
                while True:
                    for key, _ in selector.select():
                        if key.fd == woken:
                            os.read(woken, 4096)
                            self._collect()
                        elif not self._listen():
                            return
            finally:
                for process in list(self._jobs):
                    self._kill(process)
                    _clean_up(self._jobs[process])

    def _listen(self) -> bool:
        content = os.read(0, 65536)
        self._buffer += content
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            request: dict[str, Any] = json.loads(line)
            if "start" in request:
                self._start(request["start"], request["url"])
            else:
                for process in [process for process, job in self._jobs.items() if job == request["stop"]]:
                    self._kill(process)
        return bool(content)

    def _start(self, job_id: str, url: str) -> None:
        process = os.fork()
        if process:
            self._jobs[process] = job_id
            return
        status = 1
        try:
            self._become_a_job()
            from mac_core.runs.job import work

            work(url, job_id)
            status = 0
        finally:
            os._exit(status)  # never back into the launcher's loop

    def _become_a_job(self) -> None:
        os.setsid()  # a group of its own: the job's workers die with it
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for handle in self._private:
            os.close(handle)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        # The thread only ever waits in a system call, so that forking workers beside it is safe.
        threading.Thread(target=_die_with, args=(self._watched,), daemon=True).start()

    def _kill(self, process: int) -> None:
        try:
            os.killpg(process, signal.SIGKILL)
        except ProcessLookupError:
            # Not yet a group of its own, or gone already.
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _collect(self) -> None:
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if process == 0:
                return
            job = self._jobs.pop(process, None)
            if job is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process, signal.SIGKILL)  # workers that outlived their job
                _clean_up(job)
                _tell(self._events, ended=job, status=os.waitstatus_to_exitcode(status))


def _die_with(watched: int) -> None:
    """Wait until the launcher has gone, then kill this job with all its workers."""
    os.read(watched, 1)
    os.killpg(0, signal.SIGKILL)


class _SpawningLauncher:
    """For systems without fork (Windows): a fresh interpreter per job, which takes seconds to start and has no process group.

    Workers of a killed job end by themselves when joblib's loky notices that their parent has gone.
    """

    def __init__(self, events: TextIO) -> None:
        self._events = events
        self._jobs: dict[str, subprocess.Popen[bytes]] = {}

    def serve(self) -> None:
        try:
            for line in sys.stdin:
                request: dict[str, Any] = json.loads(line)
                if "start" in request:
                    self._start(request["start"], request["url"])
                elif request["stop"] in self._jobs:
                    self._jobs[request["stop"]].kill()
        finally:
            for process in list(self._jobs.values()):
                process.kill()

    def _start(self, job_id: str, url: str) -> None:
        code = "import sys; from mac_core.runs.job import work; work(*sys.stdin.read().split('\\n'))"
        # The address goes through a pipe: a command line is public, and the address may hold a password.
        process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", code], stdin=subprocess.PIPE)
        self._jobs[job_id] = process
        assert process.stdin is not None
        process.stdin.write(f"{url}\n{job_id}".encode())
        process.stdin.close()
        threading.Thread(target=self._await, args=(job_id, process), daemon=True).start()

    def _await(self, job_id: str, process: subprocess.Popen[bytes]) -> None:
        status = process.wait()
        self._jobs.pop(job_id, None)
        _clean_up(job_id)
        _tell(self._events, ended=job_id, status=status)


if __name__ == "__main__":
    main()
