"""The questions that reading can ask, and what may be answered."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CHOICES", "answer_to"]

# The first choice is what reading assumes until it is answered.
CHOICES: dict[str, tuple[str, ...]] = {
    "header_missing": ("data", "names"),
    "numbers_mixed": ("text", "missing", "limit"),
    "sentinel": ("keep", "missing"),
    "date_order": ("text", "day_first", "month_first"),
    "comma_meaning": ("text", "thousands", "decimal"),
}


def answer_to(answers: Mapping[str, str], code: str, column: str | None = None) -> str | None:
    """Look up an answer: first for this column (key `code:column`), then for the whole table (key `code`).

    Examples
    --------
    >>> answer_to({"sentinel": "missing", "sentinel:age": "keep"}, "sentinel", "age")
    'keep'
    """
    specific = answers.get(f"{code}:{column}") if column is not None else None
    return specific if specific is not None else answers.get(code)
