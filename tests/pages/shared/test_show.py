"""What pages print of a patient's table appears as it is, and loads and links nothing."""

from __future__ import annotations

import pytest

from mac_core.errors import Place
from pages.shared.show import escape_markdown, place_in_words


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
