"""Start: one click opens the bundled trial, an upload becomes a draft, bad files are refused in a sentence."""

from __future__ import annotations

import pytest

from mac_core.data.examples import examples
from mac_core.runs.drafts import Drafts
from mac_core.runs.settings import ARTICLE
from tests.pages.words import said

TABLE = "age,arm,died\n" + "\n".join(f"{40 + i % 37},{'AB'[i % 2]},{'yes' if i % 5 == 0 else 'no'}" for i in range(60))


def upload(at, name, content):
    at.file_uploader(key="upload").set_value((name, content, "text/csv")).run()
    assert not at.exception
    return at


def test_empty(visit):
    at = visit()
    words = said(at)
    assert "What it must not be used for" in words
    assert "a medical device: it is none" in words
    assert "Your last runs" not in words
    for example in examples():
        assert example.title in words
        assert example.licence in words


def test_last_runs(visit, made_run_id):
    words = said(visit())
    assert "Your last runs" in words
    assert "Made by hand" in words


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.slug)
def test_open_an_example(visit, example):
    at = visit()
    at.button(key=f"open_{example.slug}").click().run()
    assert not at.exception
    assert at.title[0].value == "Can my table be trusted?"
    draft = Drafts().open(at.query_params["draft"], owner="local")
    assert draft.roles == example.roles
    assert (draft.settings == ARTICLE) == (example.settings_name == "article")
    assert not at.error  # a bundled table leads to something that works
    assert not at.button(key="start_study").disabled


def test_run_the_trial_in_one_click(visit):
    at = visit()
    at.button(key="run_indo_rct").click().run()
    assert not at.exception
    assert at.title[0].value == "Can my table be trusted?"
    assert at.query_params["job"]
    assert at.query_params["draft"]
    assert any(state in said(at) for state in ("The study waits", "The study is running"))


def test_upload(visit):
    at = upload(visit(), "mine.csv", TABLE.encode())
    assert at.title[0].value == "Can my table be trusted?"
    draft = Drafts().open(at.query_params["draft"], owner="local")
    assert (draft.roles.treatment, draft.roles.outcome) == ("arm", "died")
    assert "60 rows and 3 columns" in said(at)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "The file is empty."),
        ("header.csv", b"age,arm,died\n", "no patients"),
        ("binary.csv", bytes(range(256)) * 20, ""),
        ("one.csv", b"age\n" + b"1\n2\n" * 30, ""),
        ("fake.xlsx", b"PK\x03\x04 not a workbook", ""),
    ],
)
def test_bad_files_are_refused_in_a_sentence(visit, name, content, sentence):
    at = upload(visit(), name, content)
    assert at.title[0].value == "What can I do here?"
    assert len(at.error) == 1
    assert sentence in at.error[0].value.replace("\\", "")
    assert at.error[0].value.rstrip().endswith(".")
    assert len(Drafts().list("local")) == 0
