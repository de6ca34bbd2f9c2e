"""Tables on their way to a study: what was uploaded and decided so far, kept for a day so that a refresh loses nothing."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from mac_core.data.roles import Roles
from mac_core.data.table import PatientTable
from mac_core.errors import refuse
from mac_core.runs import records
from mac_core.runs.database import Database, draft_tables, draft_versions, drafts, open_database
from mac_core.runs.settings import Settings
from mac_core.runs.tables import Packed, number_of_base, pack, pack_change, unpack, unpack_change

__all__ = ["HOURS_KEPT", "Draft", "Drafts"]

HOURS_KEPT = 24
_OPENED = 4  # tables in memory; the ones before and after an answer share their unchanged columns


@dataclass(frozen=True)
class Draft:
    """A table with the decisions about it.

    Attributes
    ----------
    id, owner : str
    table : PatientTable
    roles : Roles
    settings : Settings
    history : tuple of (Roles, Settings)
        What stood before, oldest first; `Drafts.undo` steps back.
    created, expires : datetime
        In UTC. Every change starts the day anew.
    table_number : int
        Which of the draft's tables this is: answering a question of the reading makes a new one.
    """

    id: str
    table: PatientTable
    roles: Roles
    settings: Settings
    history: tuple[tuple[Roles, Settings], ...]
    created: datetime
    expires: datetime
    owner: str = "local"
    table_number: int = 0

    @property
    def fingerprint(self) -> str:
        """Name this table with these roles and settings: two studies of the same fingerprint are the same study."""
        made_from = [self.id, self.table_number, self.roles, self.settings]
        return hashlib.sha256(records.to_json(made_from).encode()).hexdigest()


class Drafts:
    """Keeps drafts in the database; opening it sweeps out the expired ones."""

    def __init__(self, url: str | None = None) -> None:
        self._database: Database = open_database(url)
        self._lock = threading.Lock()
        self._opened: OrderedDict[tuple[str, int], PatientTable] = OrderedDict()
        self._sweep()

    def save(
        self, table: PatientTable, roles: Roles, settings: Settings, *, raw: bytes | None = None, owner: str = "local"
    ) -> str:
        """Keep a new draft and give its id. `raw`, the uploaded bytes, are kept only if they are handed over here."""
        self._sweep()
        new, now = secrets.token_hex(8), time.time()
        with self._database.writing() as connection:
            connection.execute(
                drafts.insert().values(id=new, owner=owner, created=now, expires=now + HOURS_KEPT * 3600, raw=raw)
            )
            _insert_table(connection, new, 0, table, pack(table))
            _insert_version(connection, new, 0, 0, records.to_json(roles), records.to_json(settings))
        return new

    def open(self, id: str, owner: str | None = None) -> Draft:
        """Open a draft.

        Raises
        ------
        InputError
            If there is none, if it has expired, or if it is another owner's; the sentence is the same.
        """
        with self._database.reading() as connection:
            head = _head(connection, id, owner)
            versions = _versions(connection, id)
            table = self._table(connection, id, versions[-1].table_number)
        decided = tuple((records.from_json(Roles, v.roles), records.from_json(Settings, v.settings)) for v in versions)
        return Draft(
            id=id,
            table=table,
            roles=decided[-1][0],
            settings=decided[-1][1],
            history=decided[:-1],
            created=datetime.fromtimestamp(head.created, UTC),
            expires=datetime.fromtimestamp(head.expires, UTC),
            owner=head.owner,
            table_number=versions[-1].table_number,
        )

    def raw(self, id: str, owner: str | None = None) -> bytes | None:
        """Give the uploaded bytes, if they were kept."""
        with self._database.reading() as connection:
            _head(connection, id, owner)
            content: bytes | None = connection.execute(sa.select(drafts.c.raw).where(drafts.c.id == id)).scalar()
        return content

    def table(self, id: str, number: int) -> PatientTable:
        """Give one of a draft's tables; a job asks for the one that it was started with."""
        with self._database.reading() as connection:
            return self._table(connection, id, number)

    def update(
        self,
        id: str,
        *,
        roles: Roles | None = None,
        settings: Settings | None = None,
        table: PatientTable | None = None,
        owner: str | None = None,
    ) -> None:
        """Change what is given; what stood before can be brought back by `undo`. No change, no new entry in the history."""
        with self._database.writing() as connection:
            _head(connection, id, owner)
            last = _versions(connection, id)[-1]
            table_number = last.table_number
            if table is not None:
                newest = sa.select(sa.func.max(draft_tables.c.number)).where(draft_tables.c.draft_id == id)
                before, table_number = table_number, int(connection.execute(newest).scalar_one()) + 1
                # An answer changes a column or none: only that is written, beside the table that it was given to.
                change = pack_change(table, self._table(connection, id, before), before)
                _insert_table(connection, id, table_number, table, change)
                self._remember(id, table_number, table)
            new = (records.to_json(roles) if roles else last.roles, records.to_json(settings) if settings else last.settings)
            if (*new, table_number) != (last.roles, last.settings, last.table_number):
                _insert_version(connection, id, last.number + 1, table_number, *new)
            _prolong(connection, id)

    def undo(self, id: str, owner: str | None = None) -> Draft:
        """Take the last change back.

        Raises
        ------
        InputError
            If nothing was changed.
        """
        with self._database.writing() as connection:
            _head(connection, id, owner)
            versions = _versions(connection, id)
            if len(versions) < 2:
                raise refuse("nothing_to_undo")
            # The table stays until the draft goes: a queued job may have been started with it.
            connection.execute(
                draft_versions.delete().where(draft_versions.c.draft_id == id, draft_versions.c.number == versions[-1].number)
            )
            _prolong(connection, id)
        return self.open(id, owner)

    def list(self, owner: str) -> pd.DataFrame:
        """List an owner's drafts, newest first: id, name, rows, created, expires (UTC)."""
        others = draft_tables.alias()
        latest = sa.select(sa.func.max(others.c.number)).where(others.c.draft_id == drafts.c.id).scalar_subquery()
        query = (
            sa.select(drafts.c.id, draft_tables.c.name, draft_tables.c.rows, drafts.c.created, drafts.c.expires)
            .where(draft_tables.c.draft_id == drafts.c.id, draft_tables.c.number == latest)
            .where(drafts.c.owner == owner, drafts.c.expires > time.time())
            .order_by(drafts.c.created.desc(), drafts.c.id)
        )
        with self._database.reading() as connection:
            found = connection.execute(query).all()
        listed = pd.DataFrame([tuple(row) for row in found], columns=["id", "name", "rows", "created", "expires"])
        for column in ("created", "expires"):
            listed[column] = pd.to_datetime(listed[column].astype(float), unit="s", utc=True)
        return listed

    def delete(self, id: str, owner: str | None = None) -> None:
        """Delete a draft with its tables and raw bytes."""
        with self._database.writing() as connection:
            _head(connection, id, owner)
            _delete(connection, [id])
        self._forget([id])
        self._database.tidy()

    def _table(self, connection: Connection, id: str, number: int) -> PatientTable:
        """One of a draft's tables; the ones used last are kept in memory, since every click of a page opens its draft."""
        with self._lock:
            if (known := self._opened.get((id, number))) is not None:
                self._opened.move_to_end((id, number))
                return known
        found = connection.execute(
            sa.select(draft_tables).where(draft_tables.c.draft_id == id, draft_tables.c.number == number)
        ).one_or_none()
        if found is None:
            raise refuse("draft_unknown", id=id, hours=HOURS_KEPT)
        packed = Packed(found.body, found.frame, found.lines)
        base = number_of_base(packed)
        table = unpack(packed) if base is None else unpack_change(packed, self._table(connection, id, base))
        self._remember(id, number, table)
        return table

    def _remember(self, id: str, number: int, table: PatientTable) -> None:
        with self._lock:
            self._opened[id, number] = table
            while len(self._opened) > _OPENED:
                self._opened.popitem(last=False)

    def _forget(self, ids: Iterable[str]) -> None:
        gone = set(ids)
        with self._lock:
            for key in [key for key in self._opened if key[0] in gone]:
                del self._opened[key]

    def _sweep(self) -> None:
        expired = sa.select(drafts.c.id).where(drafts.c.expires <= time.time())
        with self._database.reading() as connection:
            old = list(connection.execute(expired).scalars())
        if old:
            with self._database.writing() as connection:
                _delete(connection, old)
            self._forget(old)
            self._database.tidy()


def _head(connection: Connection, id: str, owner: str | None) -> Any:
    columns = (drafts.c.owner, drafts.c.created, drafts.c.expires)
    found = connection.execute(sa.select(*columns).where(drafts.c.id == id, drafts.c.expires > time.time())).one_or_none()
    if found is None or (owner is not None and found.owner != owner):
        raise refuse("draft_unknown", id=id, hours=HOURS_KEPT)
    return found


def _versions(connection: Connection, id: str) -> list[Row[Any]]:
    return list(
        connection.execute(sa.select(draft_versions).where(draft_versions.c.draft_id == id).order_by(draft_versions.c.number))
    )


def _insert_table(connection: Connection, id: str, number: int, table: PatientTable, packed: Packed) -> None:
    connection.execute(
        draft_tables.insert().values(draft_id=id, number=number, name=table.name, rows=len(table.frame), **packed._asdict())
    )


def _insert_version(connection: Connection, id: str, number: int, table_number: int, roles: str, settings: str) -> None:
    connection.execute(
        draft_versions.insert().values(draft_id=id, number=number, table_number=table_number, roles=roles, settings=settings)
    )


def _prolong(connection: Connection, id: str) -> None:
    connection.execute(drafts.update().where(drafts.c.id == id).values(expires=time.time() + HOURS_KEPT * 3600))


def _delete(connection: Connection, ids: list[str]) -> None:
    for child in (draft_versions, draft_tables):
        connection.execute(child.delete().where(child.c.draft_id.in_(ids)))
    connection.execute(drafts.delete().where(drafts.c.id.in_(ids)))
