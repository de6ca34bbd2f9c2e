"""A file of new patients in a browser: to one of them, a check that is kept, a learning curve, two runs beside each other."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.runs.settings import Settings
from mac_core.runs.store import RunStore
from mac_core.runs.study import run_study
from tests.browser.server import Server
from tests.browser.visitor import TOO_WIDE, Visitor

LIGHT = Settings(learners=("logistic_regression",), n_subtasks=5, n_jobs=1)


def patients(n: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"age": random.normal(60, 10, n).round(), "weight": random.normal(80, 12, n).round()})
    frame["sex"] = random.choice(["f", "m"], n)
    frame["drug"] = random.choice(["A", "B"], n)
    risk = 1 / (1 + np.exp(-(frame["age"] - 60) / 8 + 1.2 * (frame["drug"] == "B")))
    frame["relapse"] = np.where(random.random(n) < risk, "yes", "no")
    return frame


def csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


@pytest.mark.timeout(400)
def test_from_a_file_to_a_patient_a_check_and_a_learning_curve(
    visitor: Visitor, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Signed with the server's key, so that it opens the models.
    monkeypatch.setenv("MAC_HOME", str(server.home))
    monkeypatch.delenv("MAC_DATABASE_URL", raising=False)
    roles = Roles(treatment="drug", outcome="relapse", event="yes", higher_is_better=False, design="randomised")
    run = run_study(read_table(csv(patients(240, 0)), name="ward.csv"), roles, settings=LIGHT)
    run_id = RunStore().save(run)
    RunStore().save(replace(run, name="again.csv", created="2020-01-01T00:00:00+00:00"))
    page = visitor.page

    # Weights in pounds: nothing is predicted before somebody has looked.
    new = patients(60, 1).drop(columns="drug")
    visitor.go(f"/patients?run={run_id}")
    visitor.upload("pounds.csv", csv(new.assign(weight=(2.2046 * new["weight"]).round())))
    expect(page.get_by_text("weight looks as if it were in lb instead of kg")).to_be_visible()
    expect(page.get_by_text("The predictions are held back")).to_be_visible()
    assert not visitor.by_key("batch_table").count()

    # The file as it should be, with outcomes: a filter, groups, and one of them opened.
    visitor.upload("elsewhere.csv", csv(new))
    expect(visitor.by_key("batch_table").locator("[data-testid=stDataFrame]")).to_be_visible()
    visitor.choose("by_flag", "nothing odd")
    expect(page.get_by_text(re.compile(r"^\d+ of 60 patients; the downloads hold all of them"))).to_be_visible()
    visitor.choose("group_by", "sex")
    expect(page.get_by_text("To whom is a treatment named?")).to_be_visible()
    visitor.shoot("patients-file")
    visitor.press("keep_check")
    expect(page.get_by_text("This check is kept with the run")).to_be_visible()
    visitor.press("open_patient")
    expect(page).to_have_url(re.compile(rf"/patient\?run={run_id}$"))
    expect(page.get_by_text(re.compile(r"line \d+ of the file"))).to_be_visible()

    # Accuracy shows the check; the learning curve starts, shows how far it is, ends, and stays.
    visitor.turn_to("accuracy")
    expect(page.get_by_text("elsewhere.csv").first).to_be_visible()
    assert not page.get_by_text("has not been tested on patients from elsewhere").count()
    visitor.choose("accuracy_by", "sex")
    visitor.press("start_learning_curve")
    expect(page.get_by_text(re.compile("^(Probably|Not shown)"))).to_be_visible(timeout=90_000)
    visitor.settle()
    visitor.refresh()
    expect(page.get_by_text("It took")).to_be_visible()

    # Runs: the check is counted, the two runs stand side by side.
    visitor.turn_to("runs")
    expect(page.get_by_text("tested on one other file").first).to_be_visible()
    visitor.choose("compare_second", "again.csv, 01 January 2020, 00:00 UTC")
    expect(page.get_by_text("Compare two runs")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 900})
    visitor.settle()
    assert page.evaluate(TOO_WIDE) <= 0
