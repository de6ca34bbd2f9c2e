"""axe-core finds nothing of ours to complain about: every page, empty and with a run, light and dark, everything unfolded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from mac_core import RunStore, run_study
from mac_core.data.examples import example, open_example
from mac_core.runs.settings import Settings
from tests.browser.server import Server
from tests.browser.visitor import QUESTIONS, Visitor

PATHS = sorted(QUESTIONS)
WITH_RUN = ("/subtasks", "/learners", "/accuracy", "/patient", "/patients", "/runs")
# Streamlit's own, which no page can mend: its sidebar puts a div between list and items, its uploader is a section with a
# role that it may not have, a data frame's corner has no text, a metric's small chart no name. By rule and by place: the
# same rule anywhere else is ours.
STREAMLITS_OWN = {
    "list": '<ul data-testid="stSidebarNavItems"',
    "listitem": "<li ",
    "presentation-role-conflict": 'data-testid="stFileUploaderDropzone"',
    "empty-table-header": "<th ",
    "svg-img-alt": 'class="marks"',
}
PLACES = {
    "list": "[data-testid=stSidebarNav]",
    "listitem": "[data-testid=stSidebarNav]",
    "presentation-role-conflict": "[data-testid=stFileUploader]",
    "empty-table-header": "[data-testid=stDataFrame]",
    "svg-img-alt": "[data-testid=stMetric]",
}


def keep(server: Server, name: str) -> str:
    """Study a bundled table with light settings, for the shared server; return the run's id."""
    light = Settings(learners=("logistic_regression", "decision_tree"), n_subtasks=5, n_jobs=1)
    run = run_study(open_example(name), example(name).roles, settings=light)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAC_HOME", str(server.home))
        return RunStore(f"sqlite:///{server.home / 'mac.db'}").save(run)


@pytest.fixture
def looker(visit: Callable[..., Visitor], server: Server) -> Iterator[Visitor]:
    # axe is put into the page as a script, which our own policy would refuse.
    yield visit(server, bypass_csp=True)


def complaints(visitor: Visitor) -> list[str]:
    """What axe finds in both looks, without what is Streamlit's own."""
    found = []
    for scheme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        visitor.settle()
        for violation in Axe().run(visitor.page, options={"resultTypes": ["violations"]}).response["violations"]:
            for node in violation["nodes"]:
                if not is_streamlits_own(visitor, violation["id"], node):
                    found.append(f"{visitor.page.url} {scheme}: {violation['id']}: {violation['help']}: {node['html'][:300]}")
    visitor.page.emulate_media(color_scheme="light")
    return found


def is_streamlits_own(visitor: Visitor, rule: str, node: dict) -> bool:
    """Whether Streamlit made this element, in the place where it is known to."""
    if rule not in STREAMLITS_OWN or STREAMLITS_OWN[rule] not in node["html"]:
        return False
    inside = "(element, place) => element.closest(place) !== null"
    return bool(visitor.page.locator(node["target"][0]).first.evaluate(inside, PLACES[rule]))


def unfold_all(visitor: Visitor) -> None:
    """Open every expander: what is folded away is read by somebody, too."""
    folded = visitor.page.locator("[data-testid=stMain] details:not([open]) > summary")
    for _ in range(40):
        if not folded.count():
            break
        folded.first.click()
    visitor.settle()
    assert not folded.count()


@pytest.mark.timeout(200)
def test_pages_that_wait_for_a_table_or_a_run(looker: Visitor) -> None:
    found = []
    looker.go("/")
    for path in PATHS:
        looker.turn_to(path[1:])
        unfold_all(looker)
        found += complaints(looker)
    assert not found, "\n".join(found)


@pytest.mark.timeout(200)
def test_pages_with_a_run(looker: Visitor, server: Server) -> None:
    # One with treatments, and one whose risks are learned well enough for a threshold to be chosen.
    run_id, other = keep(server, "indo_rct"), keep(server, "heart_4site")
    looker.go(f"/accuracy?run={other}")
    expect(looker.page.locator("[data-testid=stSlider]").first).to_be_visible()
    unfold_all(looker)
    found = complaints(looker)
    looker.go(f"/subtasks?run={run_id}")
    for path in WITH_RUN:
        looker.turn_to(path[1:])
        if path == "/patient":
            looker.press(f"patient_{run_id}_new_predict")
        if path == "/patients":
            rows = RunStore(f"sqlite:///{looker.server.home / 'mac.db'}").open(run_id, with_model=False).rows
            looker.upload("new.csv", rows.head(20).to_csv(index=False).encode())
        unfold_all(looker)
        found += complaints(looker)
    assert not found, "\n".join(found)


@pytest.mark.timeout(200)
def test_the_page_of_a_table(looker: Visitor) -> None:
    looker.go("/")
    looker.press("open_indo_rct")
    unfold_all(looker)
    found = complaints(looker)
    looker.turn_to("method")
    looker.by_key("method_example").locator("label").first.click()
    looker.settle()
    found += complaints(looker)
    assert not found, "\n".join(found)


def test_axe_would_find_something(looker: Visitor) -> None:
    """A picture without a text is found: the tests above do look."""
    looker.go("/method")
    looker.page.evaluate("() => document.querySelector('[data-testid=stMain]').append(new Image(20, 20))")
    assert re.search(r"image-alt", "\n".join(complaints(looker)))
