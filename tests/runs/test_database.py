import multiprocessing
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from mac_core.errors import InputError
from mac_core.runs import database
from mac_core.runs.database import SCHEMA_VERSION, Database, metadata, open_database


def test_the_file_and_its_journal_are_private_and_in_wal_mode(home):
    kept = open_database()
    with kept.writing() as connection:
        connection.execute(database.meta.insert().values(key="x", value="y"))
        for setting, value in [("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1), ("secure_delete", 1)]:
            assert connection.exec_driver_sql(f"PRAGMA {setting}").scalar() == value
        names = {path.name for path in home.iterdir()}
        assert {"mac.db", "mac.db-wal"} <= names
        assert all(stat.S_IMODE((home / name).stat().st_mode) == 0o600 for name in names)


def test_one_engine_per_address():
    assert open_database() is open_database()


def test_a_failed_transaction_keeps_nothing():
    kept = open_database()
    with pytest.raises(ZeroDivisionError), kept.writing() as connection:
        connection.execute(database.meta.insert().values(key="x", value="y"))
        _ = 1 / 0
    with kept.reading() as connection:
        assert connection.execute(sa.select(database.meta.c.key)).scalars().all() == ["schema_version"]


def test_a_newer_database_is_refused_and_left_alone(tmp_path):
    url = f"sqlite:///{tmp_path}/new.db"
    with Database(url).writing() as connection:
        connection.execute(database.meta.update().values(value=str(SCHEMA_VERSION + 1)))
    before = (tmp_path / "new.db").read_bytes()
    with pytest.raises(InputError, match="newer version") as caught:
        Database(url)
    assert caught.value.code == "database_newer"
    assert (tmp_path / "new.db").read_bytes() == before


def test_a_damaged_file_is_refused_and_kept(tmp_path):
    path = tmp_path / "bad.db"
    path.write_bytes(b"SQLite format 3\0" + b"garbage" * 1000)
    with pytest.raises(InputError, match="damaged") as caught:
        Database(f"sqlite:///{path}")
    assert caught.value.code == "database_damaged"
    assert path.read_bytes() == b"SQLite format 3\0" + b"garbage" * 1000


def test_a_busy_database_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.1)
    kept = Database(f"sqlite:///{tmp_path}/busy.db")
    other = sqlite3.connect(tmp_path / "busy.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(InputError, match="busy"), kept.writing():
        pass
    other.rollback()
    other.close()


def test_a_full_disk_says_so(tmp_path):
    kept = Database(f"sqlite:///{tmp_path}/full.db")
    with pytest.raises(InputError) as caught, kept.writing() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")
        connection.execute(database.meta.insert().values(key="big", value="x" * 10_000_000))
    assert caught.value.code == "database_full"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("no address at all", "database_address"),
        ("postgresql+pg8000://user:s3cret@127.0.0.1/x", "database_driver"),
        ("sqlite:////proc/nowhere/mac.db", "database_readonly"),
    ],
)
def test_an_address_that_cannot_be_used(url, code):
    with pytest.raises(InputError) as caught:
        Database(url)
    assert caught.value.code == code
    assert "s3cret" not in str(caught.value)


def test_a_password_is_never_shown():
    url = "postgresql+psycopg://user:s3cret@127.0.0.1:1/nothing"
    with pytest.raises(InputError) as caught:
        Database(url)
    assert "s3cret" not in str(caught.value)


def test_the_tables_can_be_made_in_postgresql():
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(sa.schema.CreateTable(table).compile(dialect=postgresql.dialect()))


def _write(url, number):
    kept = open_database(url)
    for step in range(20):
        with kept.writing() as connection:
            connection.execute(database.meta.insert().values(key=f"{number}-{step}", value=""))


def test_many_processes_write_at_once(tmp_path):
    url = f"sqlite:///{tmp_path}/many.db"
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_write, args=(url, number)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with Database(url).reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(database.meta)).scalar() == 81


def test_killed_in_the_middle_of_a_transaction_nothing_is_half_kept(tmp_path):
    url = f"sqlite:///{tmp_path}/killed.db"
    Database(url)
    code = (
        "import sys, time\nfrom mac_core.runs.database import meta, open_database\n"
        f"with open_database({url!r}).writing() as c:\n"
        "    c.execute(meta.insert().values(key='half', value='x' * 5_000_000))\n    print('in', flush=True); time.sleep(60)"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=env)
    process.stdout.readline()
    time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with Database(url).reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.execute(sa.select(database.meta.c.key)).scalars().all() == ["schema_version"]
