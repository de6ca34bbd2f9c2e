"""Whatever stands in a patient's table is shown as it stands: it loads nothing, links nothing, runs nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

# As column names, values and file name: HTML, Markdown, LaTeX, icons, colours, remote images, direction marks, length.
STRINGS = (
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![](http://192.0.2.1/p.png)",
    "$\\frac{1}{2}$",
    ":material/skull:",
    ":red[x]",
    "`code`",
    "**bold** _it_",
    "http://192.0.2.1/link",
    "a@b.example",
    "{{7*7}}",
)
# What plotly takes for markup.
OUTCOME = "died [x](javascript:alert(1)) <b>y</b>"
ARMS = ("<b>A</b> &lt;i&gt;", "<a href='http://192.0.2.1/'>B</a>")


def table() -> bytes:
    """A table whose every name and level is one of the strings."""
    names = [f'"{text}"' for text in STRINGS] + ["age", "arm", f'"{OUTCOME}"']
    rows = [",".join(names)]
    for i in range(40):
        # Not a column's own name, which would make the first row look like one more patient.
        cells = [f'"{STRINGS[k - 1]}"' if i % 3 else f'"x{k}"' for k in range(len(STRINGS))]
        rows.append(",".join([*cells, str(1200 if i == 3 else 40 + i * 7 % 31), f'"{ARMS[i % 2]}"', str(int(i * 5 % 7 < 3))]))
    return "\n".join(rows).encode()


def test_names_and_values_are_shown_as_they_stand(visitor: Visitor) -> None:
    page = visitor.page
    # The visitor itself complains of any request that leaves the machine, of dialogs and of errors.
    visitor.go()
    page.locator("input[type=file]").set_input_files(
        {"name": "![x](http:__192.0.2.1)<b>\u202ecsv.csv", "mimeType": "text/csv", "buffer": table()}
    )
    expect(page.get_by_role("heading", name="Can my table be trusted?")).to_be_visible()
    expect(page.get_by_role("heading", name="Which patients are used")).to_be_visible()
    for fold in page.locator("[data-testid=stExpander] summary").all():
        fold.click()
    visitor.settle()
    main = page.locator("[data-testid=stMain]")
    said = main.inner_text().replace("\u2060", "")
    assert "![x](http:__192.0.2.1)<b>csv.csv has 40 rows and 14 columns; 40 patients can be used" in said
    # Names in sentences.
    assert f"what is to be expected of {OUTCOME} under each treatment?" in said
    assert "\u202e" not in said
    inside = main.locator("[data-testid=stMarkdownContainer]")
    loaded = "img, script, .katex, b, em, code, a[href*='192.0.2.1'], a[href^='javascript'], a[href^='mailto']"
    assert inside.locator(loaded).count() == 0
    # Inside the charts, too: the arms are called like a bold word and a link.
    drawn = " ".join(main.locator("svg text").all_text_contents())
    assert "<b>A</b>" in drawn and "&lt;i&gt;" in drawn and "<a" in drawn and "'>B</a>" in drawn, drawn
    assert "[x](java" in drawn and "<b>y</b>" in drawn, drawn
    assert main.locator("svg text [style*='font-weight: bold']").count() == 0
    assert main.locator("svg a, svg image[href*='192']").count() == 0
