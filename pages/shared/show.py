"""How pages show things: the question and its answer, a figure with its words, what was noticed in a table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from mac_core.errors import InputError, Notice, Place

__all__ = [
    "NO_TREATMENT",
    "answer",
    "escape_markdown",
    "fit_names",
    "heading",
    "literal_figure",
    "notice_in_words",
    "place_in_words",
    "show_figure",
    "show_input_error",
    "show_notices",
]

_SEVERITIES = {  # worst first: word, words for many, icon
    "question": ("Question for you", "Questions for you", ":material/help:"),
    "warning": ("Warning", "Warnings", ":material/warning:"),
    "fixed": ("Repaired", "Repaired", ":material/build:"),
}
NO_TREATMENT = (
    "No column is the treatment, so that treatments cannot be compared: this says what to expect, and nothing about what to do."
)
_SHOWN_PER_CODE = 3
_LONGEST = 200
_LONG_NAME, _WIDTH = 28, 200  # signs, pixels
# What plotly would take for markup, but for line breaks and the box of a hint, which our labels need.
_MARKUP = re.compile(r"&|<(?!br>|/?extra>)")
# Invisible, and enough to keep Streamlit from reading `:red[`, `:material/x:`, `http://` and `a@b` in a patient's data.
_JOINER = "\u2060"


def heading(question: str, answer: str | None = None) -> None:
    """Print the page's question as its title and, in words, its answer."""
    st.title(question, anchor=False)
    if answer is not None:
        _lead(answer)


def answer(sentence: str) -> None:
    """Print the answer to the page's question, once the page's gate is passed."""
    _lead(sentence)


def show_figure(figure: Figure, key: str) -> None:
    """Draw a figure of `mac_core.figures`, with its text for readers who cannot see it and one sentence on how to read it."""
    from plotly.graph_objects import Figure

    meta = figure.layout.meta or {}
    st.plotly_chart(
        # A figure again: Streamlit takes no plain one without data, and some only say why there is nothing to draw.
        Figure(literal_figure(figure)),
        key=key,
        width="stretch",
        alt=meta.get("alt", ""),
        config={"displaylogo": False, "displayModeBar": False},
    )
    # A picture that only says why there is none says it once.
    if (reading := meta.get("reading")) and reading != meta.get("alt"):
        st.caption(escape_markdown(reading, longest=1000))


def literal_figure(figure: Figure) -> dict[str, Any]:
    """Make a figure whose texts appear as they are: plotly would read <b> and <a href> in the name of an arm.

    Only the marks that our own labels need stay: line breaks, and the box beside a hint.

    Examples
    --------
    >>> from plotly.graph_objects import Figure
    >>> literal_figure(Figure(layout={"title": {"text": "<b>A</b><br>B"}}))["layout"]["title"]["text"]
    '&lt;b>A&lt;/b><br>B'
    """
    found: dict[str, Any] = _literal(figure.to_dict())
    return found


def _literal(part: Any) -> Any:
    if isinstance(part, str):
        return _MARKUP.sub(lambda sign: "&amp;" if sign[0] == "&" else "&lt;", part)
    if isinstance(part, dict):
        # The text for readers who cannot see is no markup.
        return {key: value if key in ("meta", "template") else _literal(value) for key, value in part.items()}
    if isinstance(part, (list, tuple)):
        return [_literal(item) for item in part]
    return [_literal(item) for item in part.tolist()] if str(getattr(part, "dtype", "")) in ("object", "str") else part


def fit_names(frame: pd.DataFrame) -> dict[str, Any]:
    """Widths for a table's columns: a long name or text must not push every other column off the screen."""
    widths: dict[str, Any] = {}
    for name in frame.columns:
        texts = [] if pd.api.types.is_numeric_dtype(frame[name]) else [str(value) for value in frame[name].dropna()]
        if max(map(len, [str(name), *texts])) > _LONG_NAME:
            widths[str(name)] = st.column_config.Column(width=_WIDTH)
    return widths


def show_notices(notices: Iterable[Notice], *, key: str, rows: bool = True) -> None:
    """List what was noticed, worst first; many of one kind are folded. An icon and a word stand for the severity.

    Parameters
    ----------
    rows : bool
        Whether rows are named; of a patient in a form there is none.
    """
    notices = [found if rows else replace(found, place=found.place._replace(row=None)) for found in notices]
    for severity, (word, words, icon) in _SEVERITIES.items():
        chosen = [notice for notice in notices if notice.severity == severity]
        if not chosen:
            continue
        st.markdown(f"{icon} **{word if len(chosen) == 1 else words} ({len(chosen)})**")
        by_code: dict[str, list[Notice]] = {}
        for notice in chosen:
            by_code.setdefault(notice.code, []).append(notice)
        for code, same in by_code.items():
            st.markdown("\n".join(f"- {notice_in_words(notice)}" for notice in same[:_SHOWN_PER_CODE]))
            if rest := same[_SHOWN_PER_CODE:]:
                with st.expander(f"{len(rest)} more of this kind", key=f"{key}_{severity}_{code}"):
                    st.dataframe(
                        {
                            "row": [notice.place.row for notice in rest],
                            "column": [notice.place.column for notice in rest],
                            "value": [notice.value for notice in rest],
                            "what": [notice.message for notice in rest],
                        },
                        hide_index=True,
                        alt="The other notices of this kind, with their row and column",
                    )


def show_input_error(error: InputError) -> None:
    """Say in one sentence what was wrong with what came in, where, and what to do."""
    place = place_in_words(error.place)
    where = f" ({escape_markdown(place)})" if place else ""
    st.error(
        f"{escape_markdown(error.message, longest=1000)}{where} {escape_markdown(error.fix, longest=1000)}",
        icon=":material/block:",
    )


def place_in_words(place: Place) -> str:
    """Say where in the file.

    Examples
    --------
    >>> from mac_core.errors import Place
    >>> place_in_words(Place(12, "age"))
    'row 12, column age'
    """
    parts = []
    if place.row is not None:
        parts.append(f"row {place.row}")
    if place.column is not None:
        parts.append(f"column {place.column}")
    return ", ".join(parts)


def escape_markdown(text: object, *, longest: int = _LONGEST) -> str:
    r"""Make text from a table safe to print inside Markdown: it appears as it is, and loads and links nothing.

    Examples
    --------
    >>> escape_markdown("a_b *c*")
    'a\\_b \\*c\\*'
    """
    plain = re.sub(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f]", "", str(text))
    plain = " ".join("".join(sign if sign.isprintable() or sign.isspace() else " " for sign in plain).split())
    if len(plain) > longest:
        plain = plain[: longest - 1] + "…"
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", plain)
    # Plain full stops, commas and the like need no backslash; keep the source of a sentence readable.
    escaped = re.sub(r"\\([,;?'%\"/=])", r"\1", escaped)
    escaped = re.sub(r":(?=\S)", f":{_JOINER}", escaped)
    escaped = re.sub(r"@", f"@{_JOINER}", escaped)
    return re.sub(r"(?i)\bwww(?=\\?\.)", lambda found: found[0] + _JOINER, escaped)


def notice_in_words(notice: Notice) -> str:
    """Say what was noticed, where, and what to do, safe to print inside Markdown."""
    row, column = notice.place
    # Not twice: most sentences name their column, and many the row.
    row_said = row is not None and re.search(rf"\b(row|line) {row}\b", notice.message) is not None
    place = place_in_words(
        notice.place._replace(
            row=None if row_said else row, column=None if column is not None and column in notice.message else column
        )
    )
    where = f" ({escape_markdown(place)})" if place else ""
    return f"{escape_markdown(notice.message, longest=1000)}{where} {escape_markdown(notice.fix, longest=1000)}".strip()


def _lead(sentence: str) -> None:
    # Bold, not a heading of a lower level: the outline of the page stays whole for those who hear it.
    st.markdown(f"**{sentence}**")
