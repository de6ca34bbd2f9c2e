"""What clinicians would have chosen, recorded before the model's answer was shown; kept as it was written.

Whoever sees the model's answer first leans towards it. Where it is asked for (`asks_first`), the own choice and its reason are
kept with the model's answer of that moment. No value of the patient is kept: patients are told apart by a keyed hash.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from mac_core.errors import refuse
from mac_core.runs.database import open_database, own_choices
from mac_core.runs.home import signing_key

__all__ = ["ModelAnswer", "OwnChoice", "OwnChoices", "asks_first", "patient_key", "patient_keys"]

MOST_WORDS = 500  # characters of a reason
_YES = ("1", "true", "yes", "on")


@dataclass(frozen=True)
class ModelAnswer:
    """What the model said at that moment.

    Attributes
    ----------
    verdict : str
        As in `TreatmentComparison.advise`; "" where no treatments are compared.
    arm : str
        The arm that the verdict names; "" for none.
    expected : mapping of str to float
        The expected outcome per arm (None where unsupported), or the prediction by class or as "prediction".
    """

    verdict: str
    arm: str
    expected: Mapping[str, float | None]


@dataclass(frozen=True)
class OwnChoice:
    """One record. `patient` is `patient_key`'s hash, `created` the time (ISO, UTC)."""

    id: str
    run_id: str
    patient: str
    created: str
    choice: str
    reason: str
    answer: ModelAnswer


def asks_first() -> bool:
    """Whether this server asks for the own choice first: the environment variable `MAC_ASK_FIRST`, by default not.

    Examples
    --------
    >>> asks_first()
    False
    """
    return os.environ.get("MAC_ASK_FIRST", "").strip().lower() in _YES


def patient_key(run_id: str, patient: pd.DataFrame, row: int | None = None) -> str:
    """Name a patient without saying anything about the patient: a hash with this machine's secret key.

    Parameters
    ----------
    run_id : str
    patient : DataFrame, shape (1, p)
        As the models read it.
    row : int, optional
        Position in the run's table.
    """
    return _hash(signing_key(), run_id, row, dict(patient.iloc[0].items()))


def patient_keys(run_id: str, patients: pd.DataFrame) -> pd.Series:
    """Name the patients of a file as `patient_key` names each of them.

    Parameters
    ----------
    run_id : str
    patients : DataFrame, shape (m, p)
        As the models read them.

    Returns
    -------
    Series of str, shape (m,)
    """
    secret, names = signing_key(), list(patients.columns)
    rows = zip(*(patients[name] for name in names), strict=True)
    keys = [_hash(secret, run_id, None, dict(zip(names, row, strict=True))) for row in rows]
    return pd.Series(keys, index=patients.index, dtype="str")


def _hash(secret: bytes, run_id: str, row: int | None, patient: Mapping[Any, Any]) -> str:
    values = [[str(name), None if pd.isna(value) else str(value)] for name, value in patient.items()]
    content = json.dumps(["own choice", run_id, row, values], ensure_ascii=False).encode()
    return hmac.new(secret, content, hashlib.sha256).hexdigest()


class OwnChoices:
    """The records of a database. There is no way to change one; they go when their run is deleted.

    Parameters
    ----------
    url : str or None
        As of `RunStore`.
    """

    def __init__(self, url: str | None = None) -> None:
        self._database = open_database(url)

    def record(
        self, run_id: str, patient: str, *, choice: str, reason: str, answer: ModelAnswer, owner: str = "local"
    ) -> OwnChoice:
        """Keep a choice.

        Parameters
        ----------
        run_id : str
            Of a run that is kept.
        patient : str
            From `patient_key`.
        choice, reason : str
            The reason is cut at 500 characters.
        answer : ModelAnswer
        owner : str

        Raises
        ------
        InputError
            If the choice or the reason is empty, or the run is not kept here.
        """
        choice, reason = choice.strip(), reason.strip()[:MOST_WORDS]
        if not choice or not reason:
            raise refuse("own_choice_incomplete")
        made = OwnChoice(
            secrets.token_hex(8), run_id, patient, datetime.now(UTC).isoformat(timespec="microseconds"), choice, reason, answer
        )
        row = {field.name: getattr(made, field.name) for field in fields(made)}
        said = {"verdict": answer.verdict, "arm": answer.arm, "expected": dict(answer.expected)}
        row |= {"owner": owner, "answer": json.dumps(said, ensure_ascii=False, allow_nan=False)}
        try:
            with self._database.writing() as connection:
                connection.execute(own_choices.insert().values(row))
        except sa.exc.IntegrityError:
            raise refuse("run_unknown", id=run_id) from None
        return made

    def of_patient(self, run_id: str, patient: str, *, owner: str = "local") -> list[OwnChoice]:
        """The records of one patient, the first one first."""
        return [made for made in self.of_run(run_id, owner=owner) if made.patient == patient]

    def of_run(self, run_id: str, *, owner: str = "local") -> list[OwnChoice]:
        """All records of a run, the first one first."""
        query = sa.select(own_choices).where(own_choices.c.run_id == run_id, own_choices.c.owner == owner)
        with self._database.reading() as connection:
            found = connection.execute(query.order_by(own_choices.c.created, own_choices.c.id)).all()
        return [
            OwnChoice(
                each.id,
                each.run_id,
                each.patient,
                each.created,
                each.choice,
                each.reason,
                ModelAnswer(**json.loads(each.answer)),
            )
            for each in found
        ]

    def table(self, run_id: str, *, owner: str = "local") -> pd.DataFrame:
        """The records of a run as a table to download: what was chosen, why, and what the model said.

        Returns
        -------
        DataFrame
            recorded, patient (the first 12 signs of the hash), own choice, reason, verdict, verdict for, and a column
            `expected ...` per arm or class.
        """
        rows = [
            {
                "recorded": made.created,
                "patient": made.patient[:12],
                "own choice": made.choice,
                "reason": made.reason,
                "verdict": made.answer.verdict,
                "verdict for": made.answer.arm,
                **{f"expected {name}": value for name, value in made.answer.expected.items()},
            }
            for made in self.of_run(run_id, owner=owner)
        ]
        return pd.DataFrame(rows, columns=None if rows else ["recorded", "patient", "own choice", "reason"])
