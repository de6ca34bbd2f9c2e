"""The job's own steps, in this process; `test_jobs.py` has them in processes of their own."""

import time

import pytest

from mac_core.data.roles import Roles
from mac_core.evidence.learning_curve import LearningCurve
from mac_core.runs import job as module
from mac_core.runs import records
from mac_core.runs.additions import Additions
from mac_core.runs.database import jobs, open_database
from mac_core.runs.drafts import Drafts
from mac_core.runs.home import default_url
from mac_core.runs.run import Progress
from mac_core.runs.settings import Settings
from mac_core.runs.store import RunStore


@pytest.fixture
def queued(table, monkeypatch):
    monkeypatch.setattr(module.os, "nice", lambda by: None)  # the tests' own process keeps its rank
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", "")
    draft = Drafts().save(table, Roles(outcome="relapse"), Settings())
    row = {"id": "j", "owner": "ann", "draft_id": draft, "table_number": 0, "runner": "r", "created": time.time()}
    plain = {"roles": records.to_json(Roles(outcome="relapse")), "settings": records.to_json(Settings())}
    with open_database().writing() as connection:
        connection.execute(jobs.insert().values(**row, **plain, state="queued", live_key="k"))


def row():
    with open_database().reading() as connection:
        return connection.execute(jobs.select()).one()


def change(**values):
    with open_database().writing() as connection:
        connection.execute(jobs.update().values(**values))


def test_the_run_belongs_to_the_jobs_owner(queued, run, monkeypatch):
    monkeypatch.setattr(module, "run_study", lambda *given, **options: run)
    module.work(default_url(), "j")
    assert (row().state, row().live_key) == ("done", None)
    assert RunStore().open(row().run_id, owner="ann").name == "trial.csv"


def test_a_job_that_was_stopped_while_it_finished_keeps_no_run(queued, run, monkeypatch):
    def study(*given, **options):
        change(state="stopped")
        return run

    monkeypatch.setattr(module, "run_study", study)
    module.work(default_url(), "j")
    assert row().state == "stopped"
    assert RunStore().list().empty


def test_saving_is_told(queued, run, monkeypatch):
    monkeypatch.setattr(module, "run_study", lambda *given, **options: run)
    told = []
    monkeypatch.setattr(module.RunStore, "save", lambda *given, **options: told.append((row().state, row().subtask)))
    module.work(default_url(), "j")
    assert told == [("running", "saving the run")]


def test_a_job_that_was_stopped_before_it_began_does_nothing(queued, monkeypatch):
    monkeypatch.setattr(module, "run_study", lambda *given, **options: pytest.fail("it began"))
    change(state="stopped")
    module.work(default_url(), "j")
    assert row().state == "stopped"


def test_progress_is_written_a_few_times_a_second_and_at_the_end(queued, run, monkeypatch):
    written = []

    def study(*given, on_progress, **options):
        for done in range(1, 1001):
            on_progress(Progress(done, 1000, "subtask 1 of 1", "Forest", 1.0))
            if row().done not in written[-1:]:
                written.append(row().done)
        return run

    monkeypatch.setattr(module, "run_study", study)
    begun = time.monotonic()
    module.work(default_url(), "j")
    assert written[0] == 1
    assert written[-1] == 1000
    assert len(written) <= 4 * (time.monotonic() - begun) + 3


def test_too_little_memory_is_said(queued, monkeypatch):
    def study(*given, **options):
        raise MemoryError

    monkeypatch.setattr(module, "run_study", study)
    module.work(default_url(), "j")
    assert "more memory" in row().error


@pytest.fixture
def asked(run, monkeypatch):
    """A run of ann's, and the job that is to make its learning curve."""
    monkeypatch.setattr(module.os, "nice", lambda by: None)
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", "")
    run_id = RunStore().save(run, owner="ann")
    row = {"id": "j", "owner": "ann", "draft_id": "", "table_number": 0, "roles": "{}", "settings": "{}", "runner": "r"}
    with open_database().writing() as connection:
        connection.execute(
            jobs.insert().values(**row, created=time.time(), state="queued", live_key="k", kind="learning_curve", run_id=run_id)
        )
    return run_id


def test_a_learning_curve_is_kept_beside_its_run(asked):
    module.work(default_url(), "j")
    found = row()
    assert (found.state, found.run_id, found.error) == ("done", asked, "")
    assert found.done == found.total > 0
    (curve,) = Additions().list(asked, LearningCurve)
    assert curve.points[-1].patients == 60 and curve.learners == ("logistic_regression",) and curve.seconds > 0
    assert len(RunStore().list()) == 1


def test_a_learning_curve_that_was_stopped_while_it_finished_keeps_nothing(asked, monkeypatch):
    monkeypatch.setattr(module._Reporter, "saving", lambda self, words: change(state="stopped"))
    module.work(default_url(), "j")
    assert row().state == "stopped" and Additions().list(asked, LearningCurve) == ()


def test_a_learning_curve_of_a_deleted_run_says_so(asked):
    RunStore().delete(asked)
    module.work(default_url(), "j")
    assert row().state == "failed" and "There is no run" in row().error
