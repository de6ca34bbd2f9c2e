"""Jobs with real processes; the studies are small, and made long by many subtasks where something must happen meanwhile."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from mac_core.data.roles import Roles
from mac_core.errors import InputError, refuse
from mac_core.evidence.learning_curve import LearningCurve
from mac_core.runs.additions import Additions
from mac_core.runs.drafts import Drafts
from mac_core.runs.jobs import JobRunner
from mac_core.runs.settings import Settings
from mac_core.runs.store import RunStore

ROLES = Roles(outcome="relapse", event="yes", ignore=("seen", "drug"))
QUICK = Settings(learners=("logistic_regression",), n_subtasks=5)
LONG = Settings(learners=("random_forest", "extra_trees"), n_subtasks=2000, n_jobs=1)


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory):
    # One home and one runner for all tests of this file: to start the launcher takes seconds.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAC_HOME", str(tmp_path_factory.mktemp("home")))
        patch.delenv("MAC_DATABASE_URL", raising=False)
        yield Path(os.environ["MAC_HOME"])


@pytest.fixture(scope="module")
def runner(home):
    made = JobRunner()
    made.warm()
    yield made
    made.shutdown()


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def ended(runner, job):
    return wait_for(lambda: (status := runner.status(job)) is not None and not status.live and status)


def working(runner, job):
    return wait_for(lambda: (status := runner.status(job)) is not None and status.done and status)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def pid_of(job):
    import sqlalchemy as sa

    from mac_core.runs.database import jobs, open_database

    with open_database().reading() as connection:
        return connection.execute(sa.select(jobs.c.pid).where(jobs.c.id == job)).scalar()


def group_of(pid):
    """Every process of a job."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                if int((entry / "stat").read_text().rpartition(")")[2].split()[2]) == pid and alive(int(entry.name)):
                    found.append(int(entry.name))
    return found


def test_a_study_finishes_and_its_run_opens(runner, table, home):
    draft = Drafts().save(table, ROLES, QUICK)
    job = runner.start(draft)
    status = ended(runner, job)
    assert (status.state, status.error, status.draft_id) == ("done", "", draft)
    assert status.done == status.total > 0
    assert status.subtask == "saving the run"
    run = RunStore().open(status.run_id)
    assert run.source_sha256 == table.sha256
    assert run.model.predict_proba(run.rows).shape == (60, 2)
    assert status.run_id in set(RunStore().list("local")["id"])
    assert runner.active("local") == []
    # The launcher clears up behind the job's process, which ends after it has said that it is done.
    wait_for(lambda: not list((home / "jobs").iterdir()))
    assert (home / "logs" / "jobs.log").stat().st_mode & 0o077 == 0


def test_a_learning_curve_has_a_process_of_its_own_and_starts_once(runner, run, home):
    run_id = RunStore().save(run)
    job = runner.start_learning_curve(run_id)
    assert runner.start_learning_curve(run_id) == job
    status = ended(runner, job)
    assert (status.state, status.kind, status.run_id, status.error) == ("done", "learning_curve", run_id, "")
    assert status.subtask == "saving the curve"
    (curve,) = Additions().list(run_id, LearningCurve)
    assert curve.points[-1].patients == len(run.rows)
    wait_for(lambda: not list((home / "jobs").iterdir()))  # the launcher tidies up once the process has gone


def test_the_server_imports_no_scikit_learn(table):
    draft = Drafts().save(table, ROLES, LONG)
    code = f"""
import sys, time
from mac_core.runs.jobs import JobRunner
runner = JobRunner()
job = runner.start({draft!r})
while not runner.status(job).done: time.sleep(0.02)
print([name for name in ("sklearn", "scipy", "streamlit", "mac_core.runs.study") if name in sys.modules])
runner.shutdown()
"""
    said = subprocess.run([sys.executable, "-c", code], env=_environment(), capture_output=True, text=True, check=True)
    assert (said.stdout, said.stderr) == ("[]\n", "")


def test_the_job_imports_no_streamlit():
    modules = "mac_core.ensemble.estimator, mac_core.treatment.comparison, mac_core.runs.job, mac_core.runs.launcher, skops.io"
    code = f"import sys, {modules}\nprint('streamlit' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], env=_environment(), capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"


def test_stop_works_within_two_seconds_and_keeps_nothing(runner, table, home):
    before = len(RunStore().list())
    job = runner.start(Drafts().save(table, ROLES, replace(LONG, n_jobs=2)))
    working(runner, job)
    pid = pid_of(job)
    assert len(group_of(pid)) >= 3  # the job and its two workers
    begun = time.monotonic()
    runner.stop(job)
    assert runner.status(job).state == "stopped"
    wait_for(lambda: not group_of(pid), 2)
    assert time.monotonic() - begun < 2
    assert len(RunStore().list()) == before
    wait_for(lambda: not list((home / "jobs").iterdir()))
    runner.stop(job)  # no effect any more
    with pytest.raises(InputError, match="no study"):
        runner.stop("unknown")


def test_a_killed_job_fails_in_words_and_the_next_one_works(runner, table):
    drafts, before = Drafts(), len(RunStore().list())
    job = runner.start(drafts.save(table, ROLES, LONG))
    working(runner, job)
    os.kill(pid_of(job), signal.SIGKILL)
    status = ended(runner, job)
    assert (status.state, status.error) == ("failed", str(refuse("job_crashed")))
    assert "stopped unexpectedly" in status.error
    assert ended(runner, runner.start(drafts.save(table, ROLES, QUICK))).state == "done"
    assert len(RunStore().list()) == before + 1


def test_a_killed_worker_fails_the_job(runner, table):
    job = runner.start(Drafts().save(table, ROLES, replace(LONG, n_jobs=2)))
    working(runner, job)
    worker = next(pid for pid in group_of(pid_of(job)) if pid != pid_of(job))
    os.kill(worker, signal.SIGKILL)
    assert ended(runner, job).error == str(refuse("job_crashed"))


def test_a_table_that_makes_a_study_impossible_says_why(runner, table):
    small = replace(table, frame=table.frame.iloc[:5], lines=table.lines[:5])
    job = runner.start(Drafts().save(small, ROLES, QUICK))
    status = ended(runner, job)
    assert status.state == "failed"
    assert status.error == str(refuse("too_few_rows", rows=5, needed=20))


def test_a_fault_of_ours_gives_a_number_and_no_values(runner, table, home):
    # A frame without the column that the schema speaks of cannot come from reading.
    broken = replace(table, frame=table.frame.rename(columns={"age": "ZZCANARY"}))
    status = ended(runner, runner.start(Drafts().save(broken, ROLES, QUICK)))
    assert status.state == "failed"
    number = status.error.split("(error ")[1].split(")")[0]
    log = (home / "logs" / "jobs.log").read_text()
    assert number in log
    assert "ZZCANARY" not in log


def test_starting_twice_gives_one_job_until_the_draft_changes(runner, table):
    drafts = Drafts()
    draft = drafts.save(table, ROLES, LONG)
    job = runner.start(draft)
    assert runner.start(draft) == job
    assert len(runner.active("local")) == 1
    drafts.update(draft, settings=replace(LONG, seed=1))
    assert runner.start(draft) != job
    runner.stop(job)
    drafts.undo(draft)
    again = runner.start(draft)
    assert again != job
    for status in runner.active("local"):
        runner.stop(status.id)


def test_more_jobs_than_allowed_wait(table):
    runner = JobRunner(max_jobs=1)
    try:
        drafts = Drafts()
        first = runner.start(drafts.save(table, ROLES, LONG))
        second = runner.start(drafts.save(table, ROLES, QUICK))
        third = runner.start(drafts.save(table, ROLES, QUICK))
        working(runner, first)
        assert [runner.status(job).state for job in (first, second, third)] == ["running", "queued", "queued"]
        runner.stop(second)
        runner.stop(first)
        assert ended(runner, third).state == "done"
        assert runner.status(second).state == "stopped"
    finally:
        runner.shutdown()


def test_ended_jobs_are_listed_newest_first(runner, table):
    draft = Drafts().save(table, ROLES, QUICK, owner="lister")
    first = runner.start(draft, owner="lister")
    runner.stop(first)
    bad = Drafts().save(table, replace(ROLES, outcome="seen", ignore=("drug",), event=None), QUICK, owner="lister")
    second = runner.start(bad, owner="lister")
    ended(runner, second)
    ended(runner, first)
    assert [status.id for status in runner.list("lister")] == [second, first]
    assert runner.list("lister")[1].state == "stopped"
    assert [status.id for status in runner.list("lister", most=1)] == [second]
    assert runner.list("nobody") == []


def test_another_owner_sees_and_stops_nothing(runner, table):
    draft = Drafts().save(table, ROLES, LONG, owner="ann")
    with pytest.raises(InputError, match="no table"):
        runner.start(draft, owner="bob")
    job = runner.start(draft, owner="ann")
    assert runner.status(job, owner="bob") is None
    assert runner.active("bob") == []
    with pytest.raises(InputError, match="no study"):
        runner.stop(job, owner="bob")
    assert runner.status(job, owner="ann").live
    runner.stop(job, owner="ann")


def test_when_the_launcher_dies_its_jobs_die_and_the_next_start_works(runner, table):
    drafts = Drafts()
    job = runner.start(drafts.save(table, ROLES, replace(LONG, n_jobs=2)))
    working(runner, job)
    pid = pid_of(job)
    runner._launcher.kill()
    assert ended(runner, job).state == "failed"
    wait_for(lambda: not group_of(pid), 2)
    assert ended(runner, runner.start(drafts.save(table, ROLES, QUICK))).state == "done"


def test_shutdown_is_quick_and_leaves_no_process(table):
    runner = JobRunner()
    job = runner.start(Drafts().save(table, ROLES, replace(LONG, n_jobs=2)))
    working(runner, job)
    pid, launcher = pid_of(job), runner._launcher.pid
    begun = time.monotonic()
    runner.shutdown()
    assert time.monotonic() - begun < 1
    wait_for(lambda: not group_of(pid) and not alive(launcher), 2)
    assert runner.status(job).state == "interrupted"
    assert "interrupted" in runner.status(job).error


def test_when_the_server_is_killed_nothing_is_left_and_its_jobs_are_marked(table):
    draft = Drafts().save(table, ROLES, replace(LONG, n_jobs=2))
    code = f"""
import time
from mac_core.runs.jobs import JobRunner
runner = JobRunner()
job = runner.start({draft!r})
while not runner.status(job).done: time.sleep(0.02)
print(job, runner._launcher.pid, flush=True)
time.sleep(100)
"""
    server = subprocess.Popen([sys.executable, "-c", code], env=_environment(), stdout=subprocess.PIPE, text=True)
    job, launcher = server.stdout.readline().split()
    pid = pid_of(job)
    assert group_of(pid)
    assert alive(int(launcher))
    server.kill()
    server.wait()
    server.stdout.close()
    wait_for(lambda: not group_of(pid) and not alive(int(launcher)), 3)
    runner = JobRunner()
    assert runner.status(job).state == "interrupted"
    runner.shutdown()


def _environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
