"""Routine care: no page, picture, help, table or file that speaks of a study says that a treatment causes anything."""

from __future__ import annotations

import random
import re

import pytest

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.errors import CATALOGUE
from mac_core.runs.drafts import Drafts
from mac_core.runs.settings import DEFAULT, Settings
from mac_core.runs.store import RunStore
from mac_core.runs.study import run_study

CAUSAL = re.compile(
    r"\b(effects?|caus(e|es|ed|al|ality)|will benefit|benefits? from|because of (the )?treatment|favours?|works? better)\b",
    re.IGNORECASE,
)
# About programs and about what the page refuses to say.
ALLOWED = ("does not say which works best", "because of a fault in this program")
ROLES = Roles(
    treatment="drug",
    outcome="died",
    event="1",
    higher_is_better=False,
    design="routine",
    harm="bleeding",
    reference="A",
    smallest_difference=0.02,
    site="site",
)


def _table():
    chance = random.Random(5)
    rows = ["age,sex,site,drug,died,bleeding"]
    for i in range(260):
        age = chance.randint(30, 85)
        drug = chance.choice("AB" if age > 65 else "ABC")
        died = "" if i % 23 == 0 else int(chance.random() < 0.02 * (age - 25) / (2 if drug == "B" else 1))
        site, sex = chance.choice(["north", "south"]), chance.choice("fm")
        rows.append(f"{age},{sex},{site},{drug},{died},{int(chance.random() < 0.1)}")
    return "\n".join(rows).encode()


@pytest.fixture(scope="module")
def routine():
    light = Settings(learners=("logistic_regression", "decision_tree"), n_subtasks=5, n_jobs=1)
    return run_study(read_table(_table(), name="drugs.csv"), ROLES, settings=light)


def everything(at):
    """All that the page sends to the browser: words, help, options, charts with their texts, and tables."""
    parts = [str(getattr(element, "proto", "")) for element in at.main]
    parts += [frame.value.to_csv() for frame in at.main.dataframe]
    return re.sub(r"\\[0-7]{3}", "", " ".join(parts)).replace("\\", "")


def causal(text):
    for phrase in ALLOWED:
        text = text.replace(phrase, "")
    return sorted({text[max(0, found.start() - 60) : found.end() + 30] for found in CAUSAL.finditer(text)})


def test_the_test_would_find_it():
    assert causal("B has an effect") and causal("A will benefit") and causal("it was caused by B")
    assert not causal("effective sample size, net benefit; the wording is 'expected under'")


@pytest.mark.parametrize("page", ["accuracy", "subtasks", "learners", "runs", "patients"])
def test_pages_of_a_run(visit, routine, page):
    run_id = RunStore().save(routine)
    at = visit(page, run=run_id)
    if page == "patients":
        content = routine.rows.head(30).to_csv(index=False).encode()
        at.file_uploader(key=f"new_patients_{run_id}").set_value(("new.csv", content, "text/csv")).run()
        assert not at.exception
    text = everything(at)
    assert len(text) > 2000 and causal(text) == []
    if page == "accuracy":
        for shown in ("Could something that nobody measured", "Mean probability of", "bleeding", "by rule, over", "Balance of"):
            assert shown in text


def test_data_before_the_study(visit):
    draft = Drafts().save(read_table(_table(), name="drugs.csv"), ROLES, DEFAULT)
    at = visit("data", draft=draft)
    text = everything(at)
    assert "Differences between the arms will be worded as what is expected under each treatment" in text
    assert "Could the patients of different arms be compared?" in text
    assert causal(text) == []


@pytest.mark.parametrize("row", [0, 1])
def test_the_patient_in_every_view(visit, routine, row):
    run_id = RunStore().save(routine)
    ages = routine.rows["age"]
    position = int(ages.argmax() if row else ages.argmin())
    at = visit("patient", run=run_id, row=str(position))
    next(button for button in at.main.button if button.label == "Predict").click().run()
    assert not at.exception
    text = everything(at)
    for view in ("Chart", "Sentences", "Table"):
        at.radio(key="view").set_value(view).run()
        assert not at.exception
        text += everything(at)
    assert "bleeding" in text and causal(text) == []
    assert ("No number for C" in text) == bool(row)


def test_files_that_leave_the_page(routine):
    from mac_core.runs.batch import predict_batch
    from mac_core.runs.safe_csv import to_safe_csv

    batch = predict_batch(routine, read_table(routine.rows.head(40).to_csv(index=False).encode(), name="new.csv"))
    content = to_safe_csv(batch.patients)
    text = content if isinstance(content, str) else content.decode("utf-8-sig")
    assert "verdict" in text and causal(text) == []
    assert causal(" ".join(found.message + found.fix for found in (*routine.notices, *batch.notices))) == []
    assert causal(f"{routine.advice} {routine.heterogeneity}") == []


def test_every_sentence_of_the_catalogue_but_those_about_causes():
    assert causal(" ".join(f"{entry.message} {entry.fix}" for entry in CATALOGUE.values())) == []


def test_the_command_line(routine):
    from mac_core.runs.plain_text import say_run

    text = say_run(routine)
    assert "differences between the groups, whatever their reason" in text and causal(text) == []
