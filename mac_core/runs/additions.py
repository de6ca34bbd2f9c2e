"""What was added to a run after its study: checks on patients from elsewhere, a learning curve. Appended, never changed."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mac_core.errors import refuse
from mac_core.runs import records
from mac_core.runs.database import Database, open_database, run_additions, runs

__all__ = ["Additions"]

T = TypeVar("T")


class Additions:
    """Keeps what is added to runs, beside them; it goes when its run is deleted.

    Parameters
    ----------
    url : str or None
        The database, as `RunStore` has it.
    """

    def __init__(self, url: str | None = None) -> None:
        self._database: Database = open_database(url)

    def add(
        self,
        run_id: str,
        value: Any,
        *,
        key: str,
        owner: str | None = None,
        and_then: Callable[[Connection], None] | None = None,
    ) -> bool:
        """Append to a run.

        Parameters
        ----------
        run_id : str
        value : frozen dataclass
            With a field `created`, which is set to the present time.
        key : str
            What tells it from others of its kind, such as a file's hash.
        owner : str or None
            If given, the run must be this owner's.
        and_then : callable or None
            Called inside the same transaction; if it raises, nothing is kept.

        Returns
        -------
        bool
            False if the same was there already; it then stays as it was.

        Raises
        ------
        InputError
            If there is no such run.
        """
        created = datetime.now(UTC).isoformat(timespec="seconds")
        kind = _kind(type(value))
        with self._database.writing() as connection:
            query = sa.select(runs.c.id).where(runs.c.id == run_id)
            if connection.execute(query if owner is None else query.where(runs.c.owner == owner)).scalar() is None:
                raise refuse("run_unknown", id=run_id)
            mine = run_additions.c.run_id == run_id
            hashed = hashlib.sha256(key.encode()).hexdigest()
            there = sa.select(run_additions.c.number).where(mine, run_additions.c.kind == kind, run_additions.c.key == hashed)
            new = connection.execute(there).scalar() is None
            if new:
                last = connection.execute(sa.select(sa.func.max(run_additions.c.number)).where(mine)).scalar()
                row = {
                    "run_id": run_id,
                    "number": 1 if last is None else last + 1,
                    "kind": kind,
                    "key": hashed,
                    "created": created,
                    "body": records.to_json(dataclasses.replace(value, created=created)),
                }
                connection.execute(run_additions.insert().values(row))
            if and_then is not None:
                and_then(connection)
        return new

    def list(self, run_id: str, cls: type[T], *, owner: str | None = None) -> tuple[T, ...]:
        """Give what was added to a run of one kind, the oldest first; nothing of a run that is not there, or another's."""
        query = (
            sa.select(run_additions.c.body)
            .join(runs, runs.c.id == run_additions.c.run_id)
            .where(run_additions.c.run_id == run_id, run_additions.c.kind == _kind(cls))
            .order_by(run_additions.c.number)
        )
        with self._database.reading() as connection:
            found = connection.execute(query if owner is None else query.where(runs.c.owner == owner)).scalars().all()
        return tuple(records.from_json(cls, body) for body in found)

    def counts(self, cls: type, *, owner: str | None = None) -> dict[str, int]:
        """How many of one kind each run has; runs without any are left out."""
        query = (
            sa.select(run_additions.c.run_id, sa.func.count())
            .join(runs, runs.c.id == run_additions.c.run_id)
            .where(run_additions.c.kind == _kind(cls))
            .group_by(run_additions.c.run_id)
        )
        with self._database.reading() as connection:
            found = connection.execute(query if owner is None else query.where(runs.c.owner == owner)).all()
        return {str(run_id): int(count) for run_id, count in found}


def _kind(cls: type) -> str:
    return cls.__name__
