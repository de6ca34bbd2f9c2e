"""What pages print of a patient's table appears as it is, and loads and links nothing."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from mac_core.errors import Place
from mac_core.figures.outcome_by_arm import draw_outcome_by_arm
from mac_core.runs.run import Target
from pages.shared.show import escape_markdown, fit_names, literal_figure, place_in_words


@pytest.mark.parametrize(
    "hostile",
    [
        "![x](http://elsewhere/p.png)",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "$\\LaTeX$",
        ":red[stop]",
        "`code`",
        "# head",
        "a | b",
        "~~gone~~",
    ],
)
def test_markup_is_escaped(hostile):
    escaped = escape_markdown(hostile)
    for sign in "[]()<>$`#|~!*_":
        positions = [i for i, found in enumerate(escaped) if found == sign]
        assert all(escaped[i - 1] == "\\" for i in positions), escaped
    assert escaped.replace("\\", "").replace("\u2060", "") == hostile.replace("\\", "")


@pytest.mark.parametrize(
    ("text", "broken"), [(":material/x:", ":material"), ("http://h/p", "://"), ("a@b.c", "@b"), ("www.h.c", "www.")]
)
def test_icons_and_addresses_are_broken_up(text, broken):
    assert broken not in escape_markdown(text).replace("\\", "")


def test_plain_words_stay_readable():
    assert escape_markdown("Blood pressure, mmHg") == "Blood pressure, mmHg"


def test_long_text_and_control_signs_are_cut():
    assert len(escape_markdown("a" * 10_000)) == 200
    assert escape_markdown("a\u202eb\nc\x00d") == "ab c d"


@pytest.mark.parametrize(
    ("place", "words"),
    [(Place(12, "age"), "row 12, column age"), (Place(12), "row 12"), (Place(column="age"), "column age"), (Place(), "")],
)
def test_place(place, words):
    assert place_in_words(place) == words


def test_texts_in_charts_are_no_markup():
    hostile = "<a href='http://elsewhere/'>x</a> &lt;b&gt; <b>y</b>"
    observed, given = pd.Series(["no", hostile] * 10), pd.Series([hostile, "B<br>C"] * 10)
    figure = draw_outcome_by_arm(observed, given, Target("y", hostile, "binary", ("no", hostile), "no"))
    drawn = literal_figure(figure)
    texts = []

    def walk(part):
        if isinstance(part, dict):
            for key, value in part.items():
                if key not in ("meta", "template"):
                    walk(value)
        elif isinstance(part, (list, tuple)):
            for item in part:
                walk(item)
        elif isinstance(part, str):
            texts.append(part)

    walk(drawn)
    assert not [text for text in texts if "<a" in text or "<b>" in text or "&lt;b&gt;" in text]
    assert any("&lt;b>y&lt;/b>" in text for text in texts) and any("&amp;lt;b" in text for text in texts)
    # Our own marks stay, as does the text for those who do not see the figure.
    assert any("<br>" in text for text in texts) and any("<extra>" in text for text in texts)
    assert drawn["layout"]["meta"]["alt"] == figure.layout.meta["alt"]


def test_only_long_columns_are_given_a_width():
    frame = pd.DataFrame({"age": [1.0], "a very long name of a column, with its unit": [2.0], "arm": ["x" * 40], "sex": ["f"]})
    frame["note"] = pd.Series([None], dtype="str")
    assert set(fit_names(frame)) == {"a very long name of a column, with its unit", "arm"}


def _two_figures():
    from mac_core.figures.canvas import empty
    from mac_core.figures.ranking import draw_ranking
    from pages.shared.show import show_figure
    from tests.figures.made_run import made_ranking

    show_figure(draw_ranking(made_ranking()), key="drawn")
    show_figure(empty("No learner was ranked."), key="empty")


def test_a_picture_has_its_reading_and_one_that_is_none_says_so_once():
    at = AppTest.from_function(_two_figures).run()
    assert not at.exception
    assert [caption.value.split("\\")[0] for caption in at.caption] == ["Further left is better"]
