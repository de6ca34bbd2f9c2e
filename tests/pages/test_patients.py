"""Patients: a file of new patients in, predictions out, in a file that no spreadsheet takes for formulas."""

from __future__ import annotations

import hashlib

from mac_core.runs.store import RunStore
from tests.pages.words import said


def upload(at, run_id, name, content):
    at.file_uploader(key=f"new_patients_{run_id}").set_value((name, content, "text/csv")).run()
    assert not at.exception
    return at


def test_empty(visit):
    assert "No study is open yet." in said(visit("patients"))


def test_ready(visit, trial):
    words = said(visit("patients", run=RunStore().save(trial)))
    assert "It needs these columns" in words
    assert "age, risk, gender" in words


def test_a_file_of_patients(visit, trial):
    run_id = RunStore().save(trial)
    content = trial.rows.head(30).to_csv(index=False).encode()
    at = upload(visit("patients", run=run_id), run_id, "new.csv", content)
    assert "30 patients" in said(at)
    table = at.dataframe[0].value
    assert len(table) == 30
    assert table["line"].tolist() == list(range(2, 32))
    assert (table["probability of 0"] + table["probability of 1"]).round(9).eq(1).all()
    assert "outcome under 0_placebo" in table


def test_downloads_are_named_after_their_content(visit, trial, monkeypatch):
    import streamlit as st

    named = {}

    def note(label, data, file_name=None, **rest):
        named[file_name] = data
        return False

    monkeypatch.setattr(st, "download_button", note)
    run_id = RunStore().save(trial)
    upload(visit("patients", run=run_id), run_id, "new.csv", trial.rows.head(5).to_csv(index=False).encode())
    assert any(name.startswith(f"predictions-{run_id}-") for name in named)
    for name, data in named.items():
        assert name.endswith(f"-{hashlib.sha256(data).hexdigest()[:12]}.csv")


def test_a_missing_column_is_named(visit, trial):
    run_id = RunStore().save(trial)
    content = trial.rows.head(30).drop(columns="age").to_csv(index=False).encode()
    at = upload(visit("patients", run=run_id), run_id, "less.csv", content)
    assert len(at.error) == 1
    assert "age" in at.error[0].value
    assert not at.dataframe


def test_the_treatment_question_is_not_dressed_up(visit, article):
    assert "They do not say which works best." in said(visit("patients", run=RunStore().save(article)))
