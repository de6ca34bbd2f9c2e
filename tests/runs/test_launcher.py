"""The launcher's own steps, with jobs that only wait or end; `test_jobs.py` has it with the engine and the database."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mac_core.runs import launcher as module

# A launcher whose jobs write their process's number and then wait, crash or end, as their name says; nothing heavy is imported.
STAND_IN = """
import os, sys, time, types
from pathlib import Path
home = Path(sys.argv[1])
def work(url, job_id):
    (home / f"{job_id}.pid").write_text(str(os.getpid()))
    print("a library prints")
    if job_id.startswith("wait"):
        time.sleep(60)
    if job_id.startswith("crash"):
        os._exit(3)
job = types.ModuleType("mac_core.runs.job")
job.work, job.temporary_folder = work, lambda job_id: home / job_id
sys.modules["mac_core.runs.job"] = job
from mac_core.runs import launcher
events = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
launcher._ForkingLauncher(events).serve()
"""
FORKS = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up as Linux lists them")


@pytest.fixture
def launched(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", STAND_IN, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def ask(process, **request):
    process.stdin.write(json.dumps(request) + "\n")
    process.stdin.flush()


def wait_for(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
    return found


def begun(folder, job):
    """The process of a job that has begun."""
    path = folder / f"{job}.pid"
    return int(wait_for(lambda: path.exists() and path.read_text()))


def gone(process):
    stat = Path(f"/proc/{process}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


@FORKS
def test_every_ending_is_told_once_and_cleans_up(launched, tmp_path):
    (tmp_path / "wait").mkdir()
    for job in ("end", "crash", "wait"):
        ask(launched, start=job, url="sqlite://")
    begun(tmp_path, "wait")
    ask(launched, stop="wait")
    ask(launched, stop="never started")
    told = [json.loads(launched.stdout.readline()) for _ in range(3)]
    # What a library prints does not get between the events.
    assert {event["ended"]: event["status"] for event in told} == {"end": 0, "crash": 3, "wait": -signal.SIGKILL}
    assert not (tmp_path / "wait").exists()


@FORKS
def test_when_its_owner_has_gone_it_kills_its_jobs_and_goes(launched, tmp_path):
    ask(launched, start="wait", url="sqlite://")
    job = begun(tmp_path, "wait")
    launched.stdin.close()
    assert launched.wait(20) == 0
    wait_for(lambda: gone(job))


@FORKS
def test_when_it_dies_its_jobs_die_with_it(launched, tmp_path):
    ask(launched, start="wait", url="sqlite://")
    job = begun(tmp_path, "wait")
    launched.send_signal(signal.SIGKILL)
    wait_for(lambda: gone(job))


def test_without_fork_a_job_is_an_interpreter_of_its_own(monkeypatch, tmp_path):
    started, real = [], subprocess.Popen

    def popen(command, **options):
        started.append(command)
        # It reads what it is told, and then ends or waits.
        code = "import sys, time; url, job = sys.stdin.read().split('\\n'); time.sleep(60 * (job == 'wait'))"
        return real([sys.executable, "-c", code], **options)

    monkeypatch.setattr(module.subprocess, "Popen", popen)
    monkeypatch.setattr(module, "_clean_up", lambda job: None)
    requests = [{"start": "wait", "url": "postgresql://u:secret@h"}, {"start": "end", "url": "sqlite://"}, {"stop": "wait"}]
    monkeypatch.setattr(module.sys, "stdin", io.StringIO("".join(json.dumps(each) + "\n" for each in requests)))
    events = io.StringIO()
    launcher = module._SpawningLauncher(events)
    monkeypatch.setattr(launcher, "_jobs", jobs := {})
    launcher.serve()
    wait_for(lambda: not jobs and len(events.getvalue().splitlines()) == 2)
    assert {json.loads(line)["ended"] for line in events.getvalue().splitlines()} == {"wait", "end"}
    # A command line is public.
    assert not any("secret" in part for command in started for part in command)


def test_an_owner_that_has_just_died_stops_nothing():
    class Broken(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    module._tell(Broken(), ready=True)
