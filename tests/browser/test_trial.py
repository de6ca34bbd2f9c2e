"""A bundled real trial, from Start to one patient's prediction."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from mac_core import RunStore
from mac_core.runs.prediction import predict_patients
from tests.browser.server import ROOT, Server
from tests.browser.visitor import SHOTS, Visitor

LINE = 12  # a patient, by the row in the file


def run_of(server: Server, visitor: Visitor) -> str:
    """The id of the run in the page's address, and only there: no patient's value stands in it."""
    found = re.fullmatch(rf"{re.escape(server.url)}/\w+\?run=([A-Za-z0-9_-]+)", visitor.page.url)
    assert found, visitor.page.url
    return found[1]


@pytest.mark.timeout(400)
def test_from_start_to_a_patient(visitor: Visitor, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    # The run is opened here too, models included, to compare with what the page shows.
    monkeypatch.setenv("MAC_HOME", str(server.home))
    page = visitor.page
    visitor.go("/")
    visitor.shoot("start")
    visitor.press("open_indo_rct")

    # Data: the table, what its columns are for, and a change that is undone
    expect(page).to_have_url(re.compile(r"/data\?draft="))
    expect(page.locator("[data-testid=stDataFrame]").first).to_be_visible()
    expect(visitor.by_key("undo").locator("button")).to_be_disabled()
    visitor.shoot("data")
    visitor.write_number("smallest_share", "7")
    expect(visitor.by_key("undo").locator("button")).to_be_enabled()
    visitor.press("undo")
    expect(visitor.by_key("undo").locator("button")).to_be_disabled()
    visitor.press("start_study")
    expect(page.get_by_text(re.compile(r"\d+ of \d+ models trained"))).to_be_visible(timeout=60_000)

    # Accuracy, when the study ends
    visitor.wait_for_results(240)
    run_id = run_of(server, visitor)
    run = RunStore().open(run_id)
    expect(page.get_by_text(run.verdict.sentence).first).to_be_visible()
    for name in ("accuracy", "subtasks", "learners"):
        visitor.turn_to(name)
        assert run_of(server, visitor) == run_id
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
        visitor.shoot(name)

    # Patient: a patient of the table fills the form; the page shows what the engine says, to the digit
    visitor.turn_to("patient")
    visitor.write_number(f"line_{run_id}", str(LINE))
    row = int((run.lines == LINE).to_numpy().nonzero()[0][0])
    visitor.press(f"patient_{run_id}_{row}_predict")
    predicted = predict_patients(run, run.rows.iloc[[row]])
    assert predicted.outcomes is not None and run.target.event is not None
    share = round(100 * predicted.expected.iloc[0][run.target.event])
    expect(page.get_by_text(re.compile(rf"about {share} are expected to have .* whatever the treatment"))).to_be_visible()
    shown = predicted.outcomes.droplevel(0)
    assert len(shown) == 2
    for position, (arm, outcome) in enumerate(shown.iterrows()):
        card = visitor.by_key(f"arm_{position}")
        expect(card).to_contain_text(str(arm))
        expect(card.locator("h3")).to_contain_text(str(round(100 * outcome["outcome"])))
    expect(page.get_by_text("No treatment is advised for this one patient.")).to_be_visible()
    # Nothing about the patient but the row's position is in the address, and a random name of what was typed.
    place, _, query = page.url.partition("?")
    asked = parse_qs(query, strict_parsing=True)
    assert (place, asked.pop("run"), asked.pop("row")) == (f"{server.url}/patient", [run_id], [str(row)])
    assert re.fullmatch("[0-9a-f]{16}", asked.pop("entry")[0]) and not asked
    visitor.shoot("patient")
    if os.environ.get("MAC_SCREENSHOT"):
        (ROOT / "docs").mkdir(exist_ok=True)
        shutil.copyfile(SHOTS / "patient-light.png", ROOT / "docs" / "screenshot.png")

    # The rest of the house, with a run open; then the same patient by the link alone, in a second browser tab
    address = page.url
    for name in ("patients", "runs", "method", ""):
        visitor.turn_to(name)
        visitor.shoot(name or "start-with-runs")
    visitor.open_tab()
    visitor.go(address.removeprefix(server.url))
    expect(visitor.page.get_by_label(re.compile("^Start from a patient"))).to_have_value(str(LINE))


def test_a_whole_file_of_patients(visitor: Visitor, server: Server, tmp_path: Path) -> None:
    """The run of the journey above predicts a file; without that run this test makes no sense and says so."""
    runs = RunStore(f"sqlite:///{server.home / 'mac.db'}").list()
    chosen = runs[runs["question"] == "both"]
    assert len(chosen), "the journey before this test leaves a run"
    run = RunStore(f"sqlite:///{server.home / 'mac.db'}").open(str(chosen["id"].iloc[0]))
    visitor.go(f"/patients?run={run.id}")
    visitor.upload("new.csv", run.rows.head(30).to_csv(index=False).encode())
    expect(visitor.page.locator("[data-testid=stDataFrame]:visible").first).to_be_visible()
    with visitor.page.expect_download() as downloading:
        visitor.by_key("download").locator("button").click()
    path = tmp_path / "predictions.csv"
    downloading.value.save_as(path)
    assert len(path.read_text(encoding="utf-8-sig").strip().splitlines()) >= 31
    # A file that lacks a column: one sentence names it, and the page stays whole.
    visitor.upload("less.csv", run.rows.head(30).iloc[:, 1:].to_csv(index=False).encode())
    expect(visitor.page.locator("[data-testid=stAlert]").filter(has_text=str(run.rows.columns[0]))).to_be_visible()
