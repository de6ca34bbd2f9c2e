"""What a session remembers: which draft, run and job are open. Nobody else names session keys.

The ids stand in the page's address too (`?run=...`), so that a link, a refresh and a second browser find the same things.
A click in the sidebar drops the query string; the session then fills it in again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    import pandas as pd

    from mac_core.runs.batch import Batch
    from mac_core.runs.patient import PatientReport
    from mac_core.treatment.preliminary_overlap import PreliminaryOverlap

__all__ = [
    "address_of",
    "batch",
    "batch_file",
    "decision",
    "draft_id",
    "entry_id",
    "follow",
    "followed",
    "fingerprint",
    "forget",
    "forget_patient",
    "give_patient",
    "given_patient",
    "job_id",
    "keep_batch",
    "keep_decision",
    "keep_overlap_before",
    "keep_prediction",
    "new_version",
    "overlap_before",
    "owner",
    "predicted_key",
    "prediction",
    "reveal",
    "revealed",
    "row",
    "run_id",
    "set_draft",
    "set_entry",
    "set_job",
    "set_row",
    "set_run",
    "started_with",
    "take_line",
    "version",
]

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Each page shows, in its own address, only the ids that it is about.
_ABOUT = {
    "data": ("draft", "job"),
    "subtasks": ("run",),
    "learners": ("run",),
    "accuracy": ("run",),
    "patient": ("run",),
    "patients": ("run",),
}


def owner() -> str:
    """Whose data are shown. One user works on this machine until there is a login."""
    return "local"


def run_id() -> str | None:
    """The id of the run that is open, from the address or else from the session."""
    return _read("run")


def draft_id() -> str | None:
    """The id of the table that is being prepared."""
    return _read("draft")


def job_id() -> str | None:
    """The id of the study that was started last."""
    return _read("job")


def entry_id() -> str | None:
    """The name under which the server remembers what was typed about a patient; never a value."""
    return _read("entry")


def set_entry(value: str) -> None:
    """Name what was typed in the address, so that a refresh finds it."""
    _write("entry", value)


def started_with(key: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the form of this key started with in this session: fields whose first value changed would forget what is in them."""
    kept: dict[str, Mapping[str, Any]] = st.session_state.setdefault("started_with", {})
    return kept.setdefault(key, values)


def set_run(value: str) -> None:
    """Open a run."""
    _write("run", value)


def set_draft(value: str) -> None:
    """Open a draft; the job of another draft is not shown with it."""
    if st.session_state.get("id_draft") != value:
        forget("job")
    _write("draft", value)


def set_job(value: str) -> None:
    """Follow a study."""
    _write("job", value)


def follow(job: str) -> None:
    """Remember that somebody looks on while this study runs."""
    st.session_state["followed"] = job


def followed(job: str) -> bool:
    """Whether somebody looked on when this study ran; says so once."""
    if st.session_state.get("followed") != job:
        return False
    del st.session_state["followed"]
    return True


def row() -> int | None:
    """The position of the patient of the run's table that the address names (`?row=`), if it is a number."""
    text = st.query_params.get("row", "")
    return int(text) if re.fullmatch(r"\d{1,9}", text) else None


def set_row(value: int | None) -> None:
    """Name a patient of the run's table in the address; None takes it out."""
    if value is None:
        st.query_params.pop("row", None)
    else:
        st.query_params["row"] = str(value)


def version(draft_id: str) -> int:
    """Which generation of widgets shows the draft; part of their keys."""
    number: int = st.session_state.get(f"version_{draft_id}", 0)
    return number


def new_version(draft_id: str) -> None:
    """Make the widgets anew from the draft, after it changed behind them (Undo)."""
    st.session_state[f"version_{draft_id}"] = version(draft_id) + 1


def keep_prediction(key: str, predictions: PatientReport | None) -> None:
    """Remember the last prediction, for this session only; one at a time. None forgets it."""
    st.session_state["prediction"] = None if predictions is None else (key, predictions)


def prediction(key: str) -> PatientReport | None:
    """The last prediction, if it was made under the same key."""
    kept = st.session_state.get("prediction")
    return kept[1] if kept is not None and kept[0] == key else None


def take_line(run_id: str) -> None:
    """Put the patient that was found into the field for the row in the file."""
    line = st.session_state.get(f"found_{run_id}")
    if line is not None:
        st.session_state[f"line_{run_id}"] = int(line)
        st.session_state[f"found_{run_id}"] = None


def predicted_key() -> str:
    """The key under which the last prediction was made."""
    kept = st.session_state.get("prediction")
    return "" if kept is None else str(kept[0])


def reveal(patient: str) -> None:
    """Remember that the answer for this patient (a hash) was shown in this session."""
    st.session_state.setdefault("revealed", set()).add(patient)


def revealed(patient: str) -> bool:
    """Whether the answer for this patient was shown in this session: an own choice would no longer be one's own."""
    return patient in st.session_state.get("revealed", ())


def keep_batch(key: str, batch: Batch) -> None:
    """Remember the last file's predictions, for this session only; one at a time."""
    st.session_state["batch"] = (key, batch)
    st.session_state["batch_files"] = {}


def batch_file(kind: str, make: Callable[[], bytes]) -> bytes:
    """The last file's predictions as a file to download, made once: a workbook takes seconds."""
    files: dict[str, bytes] = st.session_state.setdefault("batch_files", {})
    if kind not in files:
        files[kind] = make()
    return files[kind]


def batch(key: str) -> Batch | None:
    """The last file's predictions, if they were made under the same key."""
    kept = st.session_state.get("batch")
    return kept[1] if kept is not None and kept[0] == key else None


def keep_decision(key: str, table: pd.DataFrame) -> None:
    """Remember the last class's decision curve, for this session only; one at a time."""
    st.session_state["decision"] = (key, table)


def decision(key: str) -> pd.DataFrame | None:
    """The last decision curve, if it was made under the same key."""
    kept = st.session_state.get("decision")
    return kept[1] if kept is not None and kept[0] == key else None


def keep_overlap_before(key: str, found: PreliminaryOverlap) -> None:
    """Remember the last look at who could have got what, for this session only; one at a time."""
    st.session_state["overlap_before"] = (key, found)


def overlap_before(key: str) -> PreliminaryOverlap | None:
    """The last look at who could have got what, if the table and the roles were the same."""
    kept = st.session_state.get("overlap_before")
    return kept[1] if kept is not None and kept[0] == key else None


def give_patient(run_id: str, line: int, values: dict[str, Any]) -> None:
    """Hand a patient of an uploaded file to the patient page; in this session only, never in an address."""
    st.session_state["given_patient"] = (run_id, line, values)


def given_patient(run_id: str) -> tuple[int, dict[str, Any]] | None:
    """The line and the values of the patient that was handed over for this run."""
    kept = st.session_state.get("given_patient")
    return (kept[1], kept[2]) if kept is not None and kept[0] == run_id else None


def fingerprint(values: dict[str, Any]) -> str:
    """Tell two patients of the same line of two files apart, in the keys of their forms."""
    return hashlib.sha256(repr(sorted(values.items(), key=lambda item: str(item[0]))).encode()).hexdigest()[:12]


def forget_patient() -> None:
    """Take back what `give_patient` handed over."""
    st.session_state.pop("given_patient", None)


def forget(name: str) -> None:
    """Close the run, draft or job, when its id is of no use (any more)."""
    st.session_state.pop(f"id_{name}", None)
    st.query_params.pop(name, None)


def address_of(page: str) -> dict[str, str]:
    """The query string with which a link to `page` opens what is open now."""
    kept = {name: st.session_state.get(f"id_{name}") for name in _ABOUT.get(page, ())}
    return {name: value for name, value in kept.items() if value}


def _read(name: str) -> str | None:
    given = st.query_params.get(name)
    if given is not None:
        # What cannot be an id of ours goes no further than here; the gate then says that there is nothing of that name.
        st.session_state[f"id_{name}"] = given if _ID.fullmatch(given) else "unknown"
    elif kept := st.session_state.get(f"id_{name}"):
        st.query_params[name] = kept
    value: str | None = st.session_state.get(f"id_{name}")
    return value


def _write(name: str, value: str) -> None:
    st.session_state[f"id_{name}"] = value
    st.query_params[name] = value
