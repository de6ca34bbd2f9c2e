"""One patient in a browser: form, own choice, verdict, why, what if; by keyboard alone; a wide table on a telephone."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.runs.prediction import predict_patients
from mac_core.runs.run import Run
from mac_core.runs.settings import Settings
from mac_core.runs.store import RunStore
from mac_core.runs.study import run_study
from tests.browser.server import Server
from tests.browser.visitor import TOO_WIDE, Visitor

LIGHT = Settings(learners=("linear_regression",), n_subtasks=5, n_jobs=1)


@pytest.fixture
def keep(server: Server, monkeypatch: pytest.MonkeyPatch) -> Callable[[Run], Run]:
    """Keep a run where the server finds it, signed with the server's key."""
    monkeypatch.setenv("MAC_HOME", str(server.home))
    monkeypatch.delenv("MAC_DATABASE_URL", raising=False)

    def save(run: Run) -> Run:
        return RunStore().open(RunStore().save(run))

    return save


@pytest.fixture(scope="module")
def trial() -> Run:
    """Study a trial in which the better of two treatments depends on the age."""
    random = np.random.default_rng(1)
    n = 600
    frame = pd.DataFrame({"age": random.normal(60, 10, n).round(), "weight": random.normal(80, 12, n).round()})
    frame["drug"] = random.choice(["A", "B"], n)
    older = (frame["age"] - 60) / 10
    frame["pain"] = (50 + 3 * older - 8 * older * (frame["drug"] == "B") + random.normal(0, 5, n)).round(1)
    roles = Roles(treatment="drug", outcome="pain", outcome_unit="points", higher_is_better=False, design="randomised")
    return run_study(read_table(frame.to_csv(index=False).encode(), name="pain.csv"), roles, settings=LIGHT)


@pytest.fixture(scope="module")
def wide() -> Run:
    """Study a table of 60 columns with long names."""
    random = np.random.default_rng(2)
    frame = pd.DataFrame(
        {
            f"serum concentration of a protein with a long name, visit {i + 1}": random.normal(size=90).round(2)
            for i in range(60)
        }
    )
    frame["died or was readmitted within thirty days"] = np.where(frame.iloc[:, 0] + random.normal(size=90) > 0, "yes", "no")
    roles = Roles(outcome="died or was readmitted within thirty days", event="yes", higher_is_better=False)
    light = Settings(learners=("logistic_regression",), n_subtasks=5, n_jobs=1)
    return run_study(read_table(frame.to_csv(index=False).encode(), name="wide.csv"), roles, settings=light)


def test_from_the_form_to_the_verdict_to_what_if(
    visitor: Visitor, server: Server, trial: Run, keep: Callable[[Run], Run]
) -> None:
    run = keep(trial)
    page = visitor.page
    visitor.go(f"/patient?run={run.id}")
    # The own choice first, by keyboard alone once the age is entered.
    visitor.by_key("ask_first").locator("label").first.click()
    visitor.settle()
    visitor.write_number(f"patient_{run.id}_new_0", "78")
    visitor.by_key(f"patient_{run.id}_new_predict").locator("button").focus()
    page.keyboard.press("Enter")
    visitor.settle()
    expect(page.get_by_text("Your own choice first", exact=True)).to_be_visible()
    assert "Expected under each treatment" not in visitor.text()
    page.get_by_role("radio", name="A", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_label("Why", exact=True).fill("habit")
    page.get_by_role("button", name="Record it and show the answer").focus()
    page.keyboard.press("Enter")
    visitor.settle()

    # Both stand side by side; the verdict is the engine's, to the digit.
    patient = pd.DataFrame({"age": [78.0], "weight": [np.nan]})
    found = predict_patients(run, patient)
    assert found.advice is not None and found.outcomes is not None
    assert found.advice["arm"].iloc[0] == "B"
    expect(page.get_by_text(re.compile("before the answer was shown: A. Your reason: habit"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"^B, as far as this table can tell\."))).to_be_visible()
    shown = found.outcomes["outcome"].droplevel(0)
    for place, arm in enumerate("AB"):
        expect(visitor.by_key(f"arm_{place}").locator("h3")).to_contain_text(f"{shown[arm]:.1f}")
    expect(
        page.get_by_text(re.compile("^age 78, higher than the typical .* towards lower pain with B than with A"))
    ).to_be_visible()

    # What if the patient were young?
    key = f"patient_{run.id}_new_what_if_0_0"
    visitor.write_number(key, "40")
    young = predict_patients(run, patient.assign(age=40.0)).outcomes
    assert young is not None
    expect(page.get_by_text("With age 40 instead of 78:")).to_be_visible()
    expect(page.get_by_text(re.compile(rf"^B: {young['outcome'].droplevel(0)['B']:.1f} points instead of"))).to_be_visible()
    # No value of the patient in the address, and F5 keeps what was typed all the same.
    assert re.fullmatch(rf"{re.escape(server.url)}/patient\?run={run.id}&entry=[0-9a-f]{{16}}", page.url)
    visitor.refresh()
    expect(visitor.by_key(f"patient_{run.id}_new_0").locator("input")).to_have_value(re.compile(r"^78(\.0+)?$"))


def test_a_wide_table_on_a_telephone_shows_the_answer_before_the_form(
    visit: Callable[..., Visitor], server: Server, wide: Run, keep: Callable[[Run], Run]
) -> None:
    run = keep(wide)
    visitor = visit(server, viewport={"width": 390, "height": 844}, color_scheme="dark")
    visitor.go(f"/patient?run={run.id}&row=3")
    fields = visitor.by_key("wide_form").locator("input[type=number]")
    expect(fields.nth(20)).to_be_visible()
    visitor.press(f"patient_{run.id}_3_predict")
    expect(visitor.page.get_by_text(re.compile("^Of 100 patients like this one")).first).to_be_visible()
    # Folded, so that the answer is not below sixty fields; and nothing stands out on the right.
    expect(fields.nth(20)).not_to_be_visible()
    assert visitor.page.evaluate(TOO_WIDE) <= 0
    visitor.page.locator(".js-plotly-plot .main-svg").first.scroll_into_view_if_needed()
    visitor.unfold("form_folded")
    expect(fields.nth(20)).to_be_visible()
