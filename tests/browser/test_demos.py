"""Three demonstrations, as the README tells them: a trial, a trial of four arms, and a table without a treatment."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import expect

from mac_core import RunStore
from tests.browser.server import ROOT, Server
from tests.browser.visitor import Visitor

LOW, HIGH = 382, 146  # patients of the trial, by their row in the file, of low and of high risk


def predict(visitor: Visitor, run_id: str, line: int) -> list[tuple[int, str]]:
    """Predict for a patient of the table; for each arm's card, the number in 100 and all that it says."""
    run = RunStore(f"sqlite:///{visitor.server.home / 'mac.db'}").open(run_id)
    row = int((run.lines == line).to_numpy().nonzero()[0][0])
    visitor.write_number(f"line_{run_id}", str(line))
    visitor.press(f"patient_{run_id}_{row}_predict")
    cards = [visitor.by_key(f"arm_{position}") for position in range(len(run.arms))]
    return [(int(re.findall(r"\d+", card.locator("h3").inner_text())[0]), card.inner_text()) for card in cards]


def run_of(visitor: Visitor) -> str:
    found = re.search(r"run=([\w-]+)", visitor.page.url)
    assert found
    return found[1]


def picture(visitor: Visitor, name: str) -> None:
    """Keep what is in sight for the README, when `make screenshot` asks for it."""
    if os.environ.get("MAC_SCREENSHOT"):
        visitor.page.set_viewport_size({"width": 1150, "height": 620})
        visitor.settle()
        visitor.page.screenshot(path=ROOT / "docs" / f"tour-{name}.png")
        visitor.page.set_viewport_size({"width": 1280, "height": 900})
        visitor.settle()


def open_more(visitor: Visitor, key: str) -> None:
    visitor.go("/")
    visitor.unfold("more_examples")
    visitor.press(key)
    visitor.wait_for("data", seconds=30)


@pytest.mark.timeout(300)
def test_does_indomethacin_prevent_pancreatitis(visitor: Visitor) -> None:
    visitor.go("/")
    visitor.press("run_indo_rct")
    visitor.wait_for_results(200)
    run_id = run_of(visitor)
    said = visitor.text()
    # About 17 against 9 in 100, and the study's own first sentence: nothing is shown to be learned about single patients.
    assert "is not shown to predict pancreatitis after ERCP better than giving everybody the same prediction" in said
    observed = visitor.page.get_by_label(re.compile("16.9")).first
    expect(observed).to_have_attribute("aria-label", re.compile("9.15"))
    assert re.search(r"On average pancreatitis after ERCP was 8 lower \(per 100 patients\) with 1_indomethacin", said)
    assert "95 % interval 13.3 lower to 2.68 lower, 602 patients" in said
    assert re.search(r"On average significant bleeding was .* lower .*The interval includes no difference", said)

    # The same arm for a patient of low and one of high risk, with another absolute gain; bleeding beside it.
    visitor.turn_to("patient")
    gains, verdicts = [], []
    for line in (LOW, HIGH):
        (placebo, beside), (indomethacin, card) = predict(visitor, run_id, line)
        gains.append(placebo - indomethacin)
        assert f"{gains[-1]} fewer compared with 0_placebo" in card
        assert "significant bleeding" in card and "significant bleeding" in beside
        verdicts.append(re.findall(r"\S+, as far as this table can tell", visitor.text()))
    assert verdicts[0] == verdicts[1] == ["1_indomethacin, as far as this table can tell"]
    assert gains == [8, 11], "the README says so"
    visitor.by_key("arm_0").scroll_into_view_if_needed()
    picture(visitor, "indo_rct")

    # A whole file, and one of its patients opened.
    rows = RunStore(f"sqlite:///{visitor.server.home / 'mac.db'}").open(run_id).rows
    visitor.turn_to("patients")
    visitor.upload("new.csv", rows.iloc[[380, 144]].to_csv(index=False).encode())
    expect(visitor.page.get_by_role("heading", name="2 patients")).to_be_visible()
    visitor.write_number("open_line_", "3")
    visitor.press("open_patient")
    visitor.wait_for("patient", seconds=30)
    assert "This patient is from line 3 of the file on the Patients page." in visitor.text()
    visitor.page.locator("[class*='_predict'] button").first.click()
    visitor.settle()
    # The same patient in a file is predicted the same.
    assert f"{gains[1]} fewer compared with 0_placebo" in visitor.by_key("arm_1").inner_text()


@pytest.mark.timeout(300)
def test_four_treatments_and_a_surrogate(visitor: Visitor) -> None:
    open_more(visitor, "open_actg175_cd4")
    visitor.press("start_study")
    visitor.wait_for_results(250)
    said = visitor.text()
    assert "is a surrogate: it stands in for AIDS or death" in said
    # As the README has it.
    assert "its errors are 38 % smaller" in said and "2,139" in said
    assert re.search(r"was 71\.1 higher \(cells/mm3\) with ZDV\+ddI than with ZDV: 95 % interval 57\.3 higher to 84\.9", said)
    assert "depends on the patient (p = 0.42" in said
    assert "There is no sign beyond chance that the difference between the arms depends on the patient" in said
    visitor.turn_to("patient")
    run_id = run_of(visitor)
    cards = predict(visitor, run_id, 12)
    assert len(cards) == 4
    assert "is a surrogate" in visitor.text() and "No treatment is advised for this one patient." in visitor.text()
    # In the order of their names; the difference is the average one, 71.1, the same for everybody. A card takes it between the
    # two whole numbers that it shows, so that they add up.
    assert re.search(r"7[01] cells/mm3 higher compared with ZDV", cards[2][1])
    visitor.by_key("arm_2").scroll_into_view_if_needed()
    picture(visitor, "actg175_cd4")


@pytest.mark.timeout(300)
def test_no_treatment_and_a_hospital_that_the_model_does_not_carry_over_to(visitor: Visitor, server: Server) -> None:
    open_more(visitor, "open_heart_4site")
    assert "No column is the treatment, so that treatments cannot be compared" in visitor.text()
    visitor.unfold("settings")
    visitor.page.locator("[class*='_draw']").get_by_role("combobox").click()
    visitor.page.get_by_role("option", name="One per site", exact=True).click()
    visitor.settle()
    visitor.press("start_study")
    visitor.wait_for_results(200)
    lead = visitor.page.locator("[data-testid=stMain] [data-testid=stMarkdown]").first
    expect(lead).to_have_text(re.compile("^The averaged model does not carry over to switzerland"))
    expect(lead).to_have_text(re.compile("178 % larger .* 27 % smaller"))
    picture(visitor, "heart_4site")
    visitor.turn_to("subtasks")
    assert "switzerland" in visitor.text()
    visitor.turn_to("patient")
    visitor.press(f"patient_{run_of(visitor)}_new_predict")
    assert "No column is the treatment, so that treatments cannot be compared" in visitor.text()
    assert not visitor.by_key("arm_1").count()
