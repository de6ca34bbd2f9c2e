"""The colours, symbols and patterns of every figure: safe for colour-blind readers, legible on light and on dark grounds.

The hues are those of Okabe and Ito, without the black, the white and the yellow that would vanish on one of the grounds.
No colour is ever the only sign: a symbol, a pattern or a word goes with it.

References
----------
Okabe M, Ito K. Color Universal Design: how to make figures and presentations that are friendly to colorblind people. 2008.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = [
    "BAND",
    "BASELINE",
    "BLUE",
    "GREEN",
    "GREY",
    "HEAT",
    "LINE",
    "ORANGE",
    "PURPLE",
    "SKY",
    "VERMILION",
    "Style",
    "arm_styles",
    "pattern",
    "styles",
]

BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
GREY = "#8A8A8A"  # 3.5 to 1 against white, 5.5 to 1 against the dark ground
BAND = "rgba(213, 94, 0, 0.18)"  # the vermilion, for bands on both grounds
LINE = "rgba(138, 138, 138, 0.7)"
BASELINE = GREY
# Opaque at both ends: plotly picks the text's colour from the cell's, and would take a transparent cell for a white one.
HEAT = ((0.0, "#E6F0F7"), (0.5, "#6BAED6"), (1.0, "#08457E"))

_HUES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "triangle-down")
_PATTERNS = ("", "/", "x", ".", "-", "|", "+")


class Style(NamedTuple):
    """How one arm, class or learner is drawn wherever it appears: a colour, a marker's symbol, a bar's pattern."""

    colour: str
    symbol: str
    pattern: str


def styles(names: Iterable[str]) -> dict[str, Style]:
    """Give every name its style, by the order in which the names come.

    Hues repeat after six names and symbols after seven, so that the pair is unique for the first 42.

    Examples
    --------
    >>> styles(["a", "b"])["b"]
    Style(colour='#D55E00', symbol='square', pattern='/')
    """
    return {
        name: Style(_HUES[i % len(_HUES)], _SYMBOLS[i % len(_SYMBOLS)], _PATTERNS[i % len(_PATTERNS)])
        for i, name in enumerate(dict.fromkeys(names))
    }


def pattern(shape: str | list[str]) -> dict[str, object]:
    """Lay a bar's pattern over its colour; plotly's own default draws the pattern on a clear ground instead.

    Examples
    --------
    >>> pattern("/")["fillmode"]
    'overlay'
    """
    return {"shape": shape, "fillmode": "overlay", "fgcolor": "rgba(255, 255, 255, 0.6)", "size": 7, "solidity": 0.25}


def arm_styles(arms: Iterable[object]) -> dict[str, Style]:
    """Give every arm its style by sorted order, so that it looks the same in every figure of a run.

    Examples
    --------
    >>> arm_styles(["B", "A"]) == arm_styles(["A", "B"])
    True
    """
    return styles(sorted({str(arm) for arm in arms}))
