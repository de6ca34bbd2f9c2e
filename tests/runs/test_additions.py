from dataclasses import dataclass, replace

import pytest
import sqlalchemy as sa

from mac_core.errors import InputError
from mac_core.evidence.outside_check import Measure, OutsideCheck
from mac_core.runs.additions import Additions
from mac_core.runs.database import open_database
from mac_core.runs.external_validation import ExternalValidation
from mac_core.runs.store import RunStore

NAN = float("nan")
CHECK = OutsideCheck(
    n=40,
    left_out=2,
    loss="log",
    error=0.5,
    low=0.4,
    high=0.6,
    baseline=0.7,
    gain_low=0.1,
    gain_high=0.3,
    predicted=0.2,
    observed=0.25,
    measures=(Measure("concordance", 0.8, 0.7, 0.9), Measure("slope", 1.0, NAN, NAN)),
)
VALIDATION = ExternalValidation("ward.csv", "ab" * 32, 0, 42, CHECK)


@dataclass(frozen=True)
class Remark:
    words: str
    created: str = ""


@pytest.fixture
def run_id(run):
    return RunStore().save(run)


def test_what_was_added_comes_back_with_its_date(run_id):
    assert Additions().list(run_id, ExternalValidation) == ()
    assert Additions().add(run_id, VALIDATION, key=VALIDATION.sha256)
    (found,) = Additions().list(run_id, ExternalValidation)
    assert found.created.startswith("20") and found.created.endswith("+00:00")
    assert repr(replace(found, created="")) == repr(VALIDATION)
    # A run opens as it did before.
    assert RunStore().open(run_id).id == run_id


def test_appended_in_order_and_by_kind(run_id):
    additions = Additions()
    for words in ("first", "second"):
        additions.add(run_id, Remark(words), key=words)
    additions.add(run_id, VALIDATION, key="x")
    assert [one.words for one in additions.list(run_id, Remark)] == ["first", "second"]
    assert additions.counts(Remark) == {run_id: 2} and additions.counts(ExternalValidation) == {run_id: 1}


def test_the_same_is_kept_once_and_nothing_is_ever_changed(run_id):
    additions = Additions()
    assert additions.add(run_id, Remark("first"), key="k")
    assert not additions.add(run_id, Remark("another"), key="k")
    assert [one.words for one in additions.list(run_id, Remark)] == ["first"]
    with pytest.raises(sa.exc.IntegrityError, match="never changed"), open_database().writing() as connection:
        connection.execute(sa.text("UPDATE run_additions SET body = '{}'"))


def test_of_another_owner_or_no_run(run):
    additions, run_id = Additions(), RunStore().save(run, owner="one")
    for missing, owner in ((run_id, "two"), ("nothing", None)):
        with pytest.raises(InputError, match="run"):
            additions.add(missing, VALIDATION, key="k", owner=owner)
    additions.add(run_id, VALIDATION, key="k", owner="one")
    assert additions.list(run_id, ExternalValidation, owner="two") == ()
    assert additions.counts(ExternalValidation, owner="two") == {}
    assert len(additions.list(run_id, ExternalValidation, owner="one")) == 1


def test_it_goes_with_its_run_and_leaves_nothing(run_id, home):
    Additions().add(run_id, replace(VALIDATION, file="ZZCANARY.csv"), key="k")
    RunStore().delete(run_id)
    assert Additions().list(run_id, ExternalValidation) == ()
    assert not any(b"ZZCANARY" in path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_nothing_is_kept_if_the_last_step_fails(run_id):
    def fail(connection):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        Additions().add(run_id, VALIDATION, key="k", and_then=fail)
    assert Additions().list(run_id, ExternalValidation) == ()


def test_a_database_of_before_takes_additions(run, tmp_path):
    url = f"sqlite:///{tmp_path}/old.db"
    run_id = RunStore(url).save(run)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE run_additions")
        connection.exec_driver_sql("ALTER TABLE jobs DROP COLUMN kind")
    engine.dispose()
    from mac_core.runs import database

    database._opened.cache_clear()
    additions = Additions(url)
    assert additions.add(run_id, VALIDATION, key="k") and additions.list(run_id, ExternalValidation)
    columns = {column["name"] for column in sa.inspect(open_database(url).engine).get_columns("jobs")}
    assert "kind" in columns and RunStore(url).open(run_id).name == run.name
