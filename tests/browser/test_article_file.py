"""The article's example: a comma-separated file without a header, uploaded, run as in the article and with our defaults."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mac_core import RunStore
from tests.browser.server import ROOT, Server
from tests.browser.visitor import Visitor

FILE = ROOT / "mac_core" / "data" / "examples" / "patient_treatment.txt"


@pytest.mark.timeout(400)
def test_as_in_the_article_and_with_defaults(visitor: Visitor, server: Server) -> None:
    content = FILE.read_bytes()
    rows = len(content.strip().splitlines())
    visitor.go("/")
    visitor.upload(FILE.name, content)
    expect(visitor.page).to_have_url(re.compile(r"/data\?draft="))
    # No row was taken for a header, and the page says that there was none.
    assert f"{rows} rows and 4 columns" in visitor.text()
    assert "column_4" in visitor.text()
    visitor.shoot("article-data")

    store = RunStore(f"sqlite:///{server.home / 'mac.db'}")
    made = {}
    for preset in ("preset_article", "preset_default"):
        visitor.turn_to("data")
        visitor.unfold("settings")
        visitor.press(preset)
        visitor.press("start_study")
        visitor.wait_for_results(120)
        run_id = re.search(r"run=([\w-]+)", visitor.page.url)
        assert run_id
        made[preset] = store.open(run_id[1])
        expect(visitor.page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    article, default = made["preset_article"], made["preset_default"]
    assert article.id != default.id
    for run in (article, default):
        assert run.question == "treatment" and run.target.name == "column_4" and len(run.rows) == rows

    # The article's: consecutive blocks of five rows, one logistic regression each, and blocks of one class do not crash.
    assert (article.settings.draw, article.settings.subtask_size, article.settings.loss) == ("block", 5, "zero_one")
    assert article.settings.learners == ("logistic_regression",)
    assert len(article.errors) == rows // 5 and article.single_class_subtasks > 0
    assert default.settings.draw == "kfold" and len(default.ranking) >= 8

    visitor.turn_to("patient")
    visitor.press(f"patient_{default.id}_new_predict")
    assert "does not say which works best" in visitor.text()
