"""One door to the database: SQLite by default, PostgreSQL by its address; the same tables and the same SQL for both."""

from __future__ import annotations

import functools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url

from mac_core.errors import refuse
from mac_core.runs.home import default_url, private_folder

__all__ = ["SCHEMA_VERSION", "Database", "draft_tables", "draft_versions", "drafts", "jobs", "open_database", "own_choices",
           "run_additions", "run_frames", "run_models", "runs"]  # fmt: skip

SCHEMA_VERSION = 1
_BUSY_SECONDS = 10

metadata = sa.MetaData()
meta = sa.Table(
    "meta", metadata, sa.Column("key", sa.String(40), primary_key=True), sa.Column("value", sa.Text, nullable=False)
)


def _of(parent: str) -> sa.Column[Any]:
    return sa.Column(f"{parent}_id", sa.String(32), sa.ForeignKey(f"{parent}s.id", ondelete="CASCADE"), primary_key=True)


runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(200), nullable=False, index=True),
    sa.Column("created", sa.String(40), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("question", sa.String(20), nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("patients", sa.Integer, nullable=False),
    sa.Column("honest_error", sa.Double),
    sa.Column("baseline_error", sa.Double),
    sa.Column("loss", sa.String(20), nullable=False),
    sa.Column("verdict", sa.String(20), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
run_frames = sa.Table(
    "run_frames",
    metadata,
    _of("run"),
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
run_models = sa.Table(
    "run_models",
    metadata,
    _of("run"),
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("signature", sa.String(64), nullable=False),
)
# Never changed: what was thought before the answer was shown. It goes with its run.
own_choices = sa.Table(
    "own_choices",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("patient", sa.String(64), nullable=False),
    sa.Column("created", sa.String(40), nullable=False),
    sa.Column("choice", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
)
sa.event.listen(
    own_choices,
    "after_create",
    sa.DDL(
        "CREATE TRIGGER own_choices_stay BEFORE UPDATE ON own_choices "
        "BEGIN SELECT RAISE(ABORT, 'a recorded choice is never changed'); END"
    ).execute_if(dialect="sqlite"),
)
run_additions = sa.Table(
    "run_additions",
    metadata,
    _of("run"),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(40), nullable=False),
    # What tells one addition of a kind from another: the same is never kept twice.
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("created", sa.String(40), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.UniqueConstraint("run_id", "kind", "key"),
)
# What was added stays as it was: it can only go with its run.
_UNCHANGED = (
    "CREATE TRIGGER IF NOT EXISTS run_additions_unchanged BEFORE UPDATE ON run_additions "
    "BEGIN SELECT RAISE(ABORT, 'additions are never changed'); END"
)
sa.event.listen(run_additions, "after_create", sa.DDL(_UNCHANGED).execute_if(dialect="sqlite"))
drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(200), nullable=False, index=True),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("expires", sa.Double, nullable=False, index=True),
    sa.Column("raw", sa.LargeBinary),
)
draft_tables = sa.Table(
    "draft_tables",
    metadata,
    _of("draft"),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("frame", sa.LargeBinary, nullable=False),
    sa.Column("lines", sa.LargeBinary, nullable=False),
)
draft_versions = sa.Table(
    "draft_versions",
    metadata,
    _of("draft"),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("table_number", sa.Integer, nullable=False),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("settings", sa.Text, nullable=False),
)
jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(200), nullable=False, index=True),
    sa.Column("draft_id", sa.String(32), nullable=False),
    sa.Column("table_number", sa.Integer, nullable=False),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("settings", sa.Text, nullable=False),
    # Set while the job is queued or running, NULL afterwards: the constraint makes a double start impossible.
    sa.Column("live_key", sa.String(64), unique=True),
    sa.Column("runner", sa.String(200), nullable=False, index=True),
    sa.Column("pid", sa.Integer),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("done", sa.Integer, nullable=False, default=0),
    sa.Column("total", sa.Integer, nullable=False, default=0),
    sa.Column("subtask", sa.Text, nullable=False, default=""),
    sa.Column("learner", sa.Text, nullable=False, default=""),
    sa.Column("seconds_left", sa.Double),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("started", sa.Double),
    sa.Column("ended", sa.Double),
    sa.Column("error", sa.Text, nullable=False, default=""),
    # Of the run that a study made; of a learning curve, the run that it is about.
    sa.Column("run_id", sa.String(32)),
    sa.Column("kind", sa.String(20), nullable=False, server_default="study"),
)


class Database:
    """An open database whose tables stand. `reading()` and `writing()` give a connection and speak plainly when it fails."""

    def __init__(self, url: str) -> None:
        self.url = _parse(url)
        self.engine = _engine(self.url)
        with self._in_words():
            self._prepare()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection that only reads."""
        with self._in_words(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction: all of it is kept, or nothing."""
        with self._in_words(), self.engine.execution_options(mac_writes=True).begin() as connection:
            yield connection

    def tidy(self) -> None:
        """After a deletion: leave nothing of it in SQLite's journal either (`secure_delete` has overwritten the pages)."""
        if self.engine.dialect.name == "sqlite":
            with self._in_words():
                connection = self.engine.raw_connection()  # a checkpoint cannot run inside a transaction
                try:
                    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    connection.close()

    def _prepare(self) -> None:
        with self.engine.connect() as connection:
            version = self._version(connection)
        if version is None:
            with self.engine.execution_options(mac_writes=True).begin() as connection:
                metadata.create_all(connection)
                if self._version(connection) is None:
                    connection.execute(meta.insert().values(key="schema_version", value=str(SCHEMA_VERSION)))
        elif version > SCHEMA_VERSION:
            raise refuse("database_newer", found=version, known=SCHEMA_VERSION)
        elif not self._complete():
            with self.engine.execution_options(mac_writes=True).begin() as connection:
                metadata.create_all(connection)
                # Another process may just have done the same.
                if "kind" not in {column["name"] for column in sa.inspect(connection).get_columns("jobs")}:
                    connection.execute(sa.text("ALTER TABLE jobs ADD COLUMN kind VARCHAR(20) NOT NULL DEFAULT 'study'"))

    def _complete(self) -> bool:
        """Whether tables and columns that came later are there; a program of before does not mind them."""
        with self.engine.connect() as connection:
            found = sa.inspect(connection)
            there = set(metadata.tables) <= set(found.get_table_names())
            return there and "kind" in {column["name"] for column in found.get_columns("jobs")}

    @staticmethod
    def _version(connection: Connection) -> int | None:
        if not sa.inspect(connection).has_table("meta"):
            return None
        value = connection.execute(sa.select(meta.c.value).where(meta.c.key == "schema_version")).scalar()
        return None if value is None else int(value)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        # The driver's own words may hold the address with its password, or values of a row; so does the chained traceback.
        try:
            yield
        except sa.exc.IntegrityError:
            raise  # the caller's to handle
        except sa.exc.DBAPIError as error:
            said = str(error.orig).lower()
            where = self.url.render_as_string(hide_password=True)
            if "not a database" in said or "malformed" in said:
                raise refuse("database_damaged", where=where) from None
            if "locked" in said or "busy" in said:
                raise refuse("database_busy") from None
            if "full" in said or "disk i/o" in said or "too large" in said:
                raise refuse("database_full", where=where) from None
            if "readonly" in said or "read-only" in said:
                raise refuse("database_readonly", where=where) from None
            if isinstance(error, sa.exc.OperationalError) or error.connection_invalidated:
                raise refuse("database_unreachable", where=where) from None
            raise


def open_database(url: str | None = None) -> Database:
    """Open a database by its address, once per process.

    Parameters
    ----------
    url : str or None
        As SQLAlchemy writes it (`sqlite:///file`, `postgresql+psycopg://...`); None: `default_url()`.

    Raises
    ------
    InputError
        If the address cannot be read, or the database is damaged, newer than this program, or not there.
    """
    # The process id is part of the key: a connection must never be shared across a fork.
    return _opened(url or default_url(), os.getpid())


@functools.lru_cache(maxsize=32)
def _opened(url: str, process: int) -> Database:
    return Database(url)


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except sa.exc.ArgumentError:
        # Not chained and not quoted: it may hold a password.
        raise refuse("database_address") from None


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        try:
            return sa.create_engine(url, pool_pre_ping=True, hide_parameters=True)
        except ModuleNotFoundError:
            raise refuse("database_driver", driver=url.get_driver_name()) from None
    if url.database and url.database != ":memory:":
        _make_private(Path(url.database))
    engine = sa.create_engine(url, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False})

    @sa.event.listens_for(engine, "connect")
    def _settle(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        for setting in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {setting}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its lock at once and waits for it; one that reads first would fail instead of waiting.
        writes = connection.get_execution_options().get("mac_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _make_private(path: Path) -> None:
    if not path.exists():
        try:
            if not path.parent.exists():
                private_folder(path.parent)
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        except OSError:
            raise refuse("database_readonly", where=path.name) from None
    elif path.is_file() and os.name == "posix" and path.stat().st_mode & 0o077 and os.access(path, os.W_OK):
        path.chmod(0o600)  # SQLite gives its journal files the same mode
