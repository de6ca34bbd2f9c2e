"""Finished runs, kept whole: what pages read as JSON and Arrow, models as signed files; one transaction or nothing."""

from __future__ import annotations

import dataclasses
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mac_core.errors import InputError, Notice, notice, refuse
from mac_core.runs import frames, model_files, records
from mac_core.runs.database import Database, open_database, run_additions, run_frames, run_models, runs
from mac_core.runs.run import Run

__all__ = ["RunStore"]

_MODELS = ("model", "comparison")
_LISTED = ("id", "name", "created", "question", "target", "patients", "honest_error", "baseline_error", "loss", "verdict")


class RunStore:
    """Keeps finished runs.

    Parameters
    ----------
    url : str or None
        The database's address, as SQLAlchemy writes it; None: SQLite in `MAC_HOME`.

    Raises
    ------
    InputError
        If the database cannot be opened; the sentence says why and what to do.
    """

    def __init__(self, url: str | None = None) -> None:
        self._database: Database = open_database(url)

    def save(self, run: Run, *, owner: str = "local", and_then: Callable[[Connection, str], None] | None = None) -> str:
        """Keep a run.

        Parameters
        ----------
        run : Run
        owner : str
            Who may open it.
        and_then : callable or None
            Called with the connection and the new id inside the same transaction; if it raises, nothing is kept.

        Returns
        -------
        str
            The run's id.
        """
        new = secrets.token_hex(8)
        models: dict[str, bytes] = {}
        notices = list(run.notices)
        for part in _MODELS:
            if getattr(run, part) is None:
                continue
            try:
                models[part] = model_files.write_model(getattr(run, part))
            except TypeError as error:
                notices.append(notice("model_not_kept", value=part, reason=str(error)))
        tables, plain = _split(dataclasses.replace(run, notices=tuple(notices), model=None, comparison=None, id=new))
        row = {
            "id": new,
            "owner": owner,
            "created": run.created,
            "name": run.name,
            "question": run.question,
            "target": run.target.name,
            "patients": run.n_patients,
            "honest_error": _number(run.honest_error.value),
            "baseline_error": _number(run.baseline_error),
            "loss": run.loss,
            "verdict": run.verdict.code,
            "body": records.to_json(plain),
        }
        with self._database.writing() as connection:
            connection.execute(runs.insert().values(row))
            parts = [{"run_id": new, "name": name, "content": content} for name, content in tables.items()]
            connection.execute(run_frames.insert(), parts)
            for part, content in models.items():
                signature = model_files.sign(content, label=f"{new}/{part}")
                connection.execute(run_models.insert().values(run_id=new, name=part, content=content, signature=signature))
            if and_then is not None:
                and_then(connection, new)
        return new

    def open(self, id: str, *, owner: str | None = None, with_model: bool = True) -> Run:
        """Open a run.

        Parameters
        ----------
        id : str
        owner : str or None
            If given, the run must be this owner's; another's is answered as one that is not there.
        with_model : bool
            False leaves `model` and `comparison` out, which is much faster: enough for everything but predicting.

        Raises
        ------
        InputError
            If there is no such run. A damaged model does not raise: the run opens without it and says so in `notices`.
        """
        with self._database.reading() as connection:
            body = connection.execute(self._of(sa.select(runs.c.body), id, owner)).scalar()
            if body is None:
                raise refuse("run_unknown", id=id)
            tables = connection.execute(
                sa.select(run_frames.c.name, run_frames.c.content).where(run_frames.c.run_id == id)
            ).all()
            models = connection.execute(sa.select(run_models).where(run_models.c.run_id == id)).all() if with_model else []
        run = _join(body, dict(tuple(row) for row in tables))
        loaded: dict[str, Any] = {}
        notices: list[Notice] = list(run.notices)
        for part in models:
            try:
                loaded[part.name] = model_files.read_model(part.content, part.signature, label=f"{id}/{part.name}")
            except InputError:
                notices.append(notice("model_unreadable", value=part.name))
        return dataclasses.replace(run, notices=tuple(notices), **loaded) if models else run

    def predicts(self, id: str, *, owner: str | None = None) -> bool:
        """Whether the run's models are kept, without reading them: a damaged one shows only when it is opened."""
        query = sa.select(run_models.c.name).join(runs, runs.c.id == run_models.c.run_id).where(run_models.c.name == _MODELS[0])
        with self._database.reading() as connection:
            return connection.execute(self._of(query, id, owner)).first() is not None

    def list(self, owner: str | None = None) -> pd.DataFrame:
        """List the runs, newest first, without opening them; an owner sees only their own."""
        query = sa.select(*(runs.c[name] for name in _LISTED)).order_by(runs.c.created.desc(), runs.c.id)
        if owner is not None:
            query = query.where(runs.c.owner == owner)
        with self._database.reading() as connection:
            found = connection.execute(query).all()
        return pd.DataFrame([tuple(row) for row in found], columns=list(_LISTED)).astype(
            {"honest_error": float, "baseline_error": float, "patients": int}
        )

    def delete(self, id: str, *, owner: str | None = None) -> None:
        """Delete a run with all its tables and models; the space that they took is overwritten.

        Raises
        ------
        InputError
            If there is no such run.
        """
        with self._database.writing() as connection:
            if connection.execute(self._of(sa.select(runs.c.id), id, owner)).scalar() is None:
                raise refuse("run_unknown", id=id)
            for table in (run_additions, run_frames):
                connection.execute(table.delete().where(table.c.run_id == id))
            connection.execute(run_models.delete().where(run_models.c.run_id == id))
            connection.execute(runs.delete().where(runs.c.id == id))
        self._database.tidy()

    @staticmethod
    def _of(query: sa.Select[Any], id: str, owner: str | None) -> sa.Select[Any]:
        query = query.where(runs.c.id == id)
        return query if owner is None else query.where(runs.c.owner == owner)


def _number(value: float) -> float | None:
    # PostgreSQL sorts NaN as the largest number; a missing one says what it is.
    return None if np.isnan(value) else float(value)


def _split(run: Run) -> tuple[dict[str, bytes], dict[str, Any]]:
    tables: dict[str, bytes] = {}
    plain: dict[str, Any] = {}
    for field in dataclasses.fields(run):
        value = getattr(run, field.name)
        if isinstance(value, (pd.DataFrame, pd.Series)):
            tables[field.name] = frames.to_bytes(value)
        elif isinstance(value, Mapping):
            # A frame inside a mapping (a policy's table, say) is kept beside the others under "field/key".
            inner = {key: item for key, item in value.items() if isinstance(item, (pd.DataFrame, pd.Series))}
            tables.update({f"{field.name}/{key}": frames.to_bytes(item) for key, item in inner.items()})
            plain[field.name] = {key: item for key, item in value.items() if key not in inner}
        else:
            plain[field.name] = value
    return tables, plain


def _join(body: str, tables: dict[str, bytes]) -> Run:
    from mac_core.ensemble.honesty import Estimate

    plain = json.loads(body)
    # run.py names the types of the models for type checkers only: importing them would import scikit-learn.
    names = {"MACClassifier": Any, "MACRegressor": Any, "TreatmentComparison": Any, "Estimate": Estimate}
    hints = records.hints(Run, names)
    whole: dict[str, Any] = {}
    for name, content in tables.items():
        kept_in, _, key = name.partition("/")
        if key:
            whole.setdefault(kept_in, {})[key] = frames.from_bytes(content)
        else:
            whole[kept_in] = frames.from_bytes(content)
    for field in dataclasses.fields(Run):
        if field.name in plain:
            value = records.from_plain(hints[field.name], plain[field.name])
            whole[field.name] = {**value, **whole[field.name]} if field.name in whole else value
    return Run(**whole)
