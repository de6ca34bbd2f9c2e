"""The questions that reading can ask, and what may be answered."""

from __future__ import annotations

from collections.abc import Mapping

from mac_core.errors import Notice

__all__ = ["CHOICES", "answer_to", "choices_of", "key_of"]

# The first choice is what reading assumes until it is answered; choosing it accepts what was done.
CHOICES: dict[str, tuple[str, ...]] = {
    # The file
    "header_missing": ("data", "names"),
    "title_lines": ("skip", "keep"),
    "total_row": ("drop", "keep"),
    "footnote": ("drop", "keep"),
    "comment_lines": ("drop", "keep"),
    "encoded_twice": ("mend", "keep"),
    # Columns
    "renamed_column": ("both", "first", "last"),
    "similar_names": ("both", "first", "last"),
    "unnamed_column": ("keep", "drop"),
    # Values
    "missing_words": ("missing", "keep"),
    "decimal_comma": ("number", "text"),
    "thousands": ("number", "text"),
    "unit_in_cells": ("number", "text"),
    "pair_split": ("split", "text"),
    "spellings_merged": ("merge", "apart"),
    "numbers_mixed": ("text", "missing", "limit", "half"),
    "units_mixed": ("text", "convert"),
    "fraction_meaning": ("text", "divide"),
    "comma_meaning": ("text", "thousands", "decimal"),
    "sentinel": ("keep", "missing"),
    "infinite": ("missing", "text"),
    "date_order": ("text", "day_first", "month_first"),
    "dates_mixed": ("text", "day_first", "month_first"),
    "dates_odd": ("text", "missing"),
    "short_years": ("text", "day_first", "month_first"),
    "compact_dates": ("number", "date"),
    "excel_dates": ("number", "date"),
    "coded_category": ("amount", "category"),
    "impossible_value": ("keep", "missing"),
    "duplicate_rows": ("keep", "drop"),
    "personal": ("ignore", "use"),
    # Roles: reading does not change, but the question is settled
    "after_treatment": ("known", "ignore"),
    "leak": ("known", "ignore"),
    "leak_gap": ("known", "ignore"),
    "leak_sibling": ("known", "ignore"),
    "leak_words": ("known", "ignore"),
    "afterwards_ignored": ("ignore", "use"),
    "alike_arms": ("apart", "join"),
}


def choices_of(found: Notice) -> tuple[str, ...]:
    """What may be answered to a notice; empty if it can only be seen.

    Examples
    --------
    >>> from mac_core.errors import Place, notice
    >>> choices_of(notice("sentinel", Place(7, "age"), "999", count=1, column="age"))
    ('keep', 'missing')
    """
    return found.choices or CHOICES.get(found.code, ())


def key_of(found: Notice) -> str:
    """Under which key the answer to a notice is kept.

    Examples
    --------
    >>> from mac_core.errors import Place, notice
    >>> key_of(notice("sentinel", Place(7, "age"), "999", count=1, column="age"))
    'sentinel:age'
    """
    return found.code if found.place.column is None else f"{found.code}:{found.place.column}"


def answer_to(answers: Mapping[str, str], code: str, column: str | None = None) -> str | None:
    """Look up an answer: first for this column (key `code:column`), then for the whole table (key `code`).

    Examples
    --------
    >>> answer_to({"sentinel": "missing", "sentinel:age": "keep"}, "sentinel", "age")
    'keep'
    """
    specific = answers.get(f"{code}:{column}") if column is not None else None
    return specific if specific is not None else answers.get(code)
