"""One value written in several ways: Male, male and M; yes, Y and TRUE; A+B and B+A."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from mac_core.data.answers import answer_to
from mac_core.errors import Notice, Place, notice

__all__ = ["merge_spellings"]

_SHORT_FORMS = {"m": "male", "f": "female"}
_YES = frozenset({"yes", "y", "true", "t", "1", "1.0"})
_NO = frozenset({"no", "n", "false", "f", "0", "0.0"})


def merge_spellings(
    name: str, words: list[str | None], counts: np.ndarray, answers: Mapping[str, str]
) -> tuple[list[str | None], list[Notice]]:
    """Give every value its most frequent spelling, unless the user answered that they differ.

    Single letters stay apart, but for sexes and for yes and no: a and A can be two alleles.

    Parameters
    ----------
    name : str
    words : list of str or None
        The column's different values; None for missing.
    counts : ndarray of int
        How often each occurs.

    Examples
    --------
    >>> merge_spellings("sex", ["male", "Male ", "M", "f"], np.array([5, 1, 2, 4]), {})[0]
    ['male', 'male', 'male', 'f']
    >>> merge_spellings("smoker", ["yes", "Y", "no", "FALSE", None], np.array([5, 1, 6, 2, 1]), {})[0]
    ['yes', 'yes', 'no', 'no', None]
    """
    if answer_to(answers, "spellings_merged", name) == "apart":
        return words, []
    groups = _yes_and_no(words) or _same(words)
    merged, notices = list(words), []
    for group in groups:
        if len(group) > 1:
            best = words[max(group, key=lambda i: counts[i])]
            for i in group:
                merged[i] = best
            notices.append(notice("spellings_merged", Place(None, name), best, column=name))
    return merged, notices


def _same(words: list[str | None]) -> list[list[int]]:
    by_key: dict[str, list[int]] = {}
    for i, word in enumerate(words):
        if word is not None and len(word) > 1:
            parts = sorted(" ".join(part.casefold().split()) for part in re.split(r"\s*\+\s*", word))
            by_key.setdefault("+".join(parts), []).append(i)
    for i, word in enumerate(words):
        full = _SHORT_FORMS.get(word.casefold()) if word is not None else None
        if full in by_key:
            by_key[full].append(i)
    return list(by_key.values())


def _yes_and_no(words: list[str | None]) -> list[list[int]] | None:
    """Two groups, when every value says yes or no and there are more than two ways to say it."""
    present = [(i, word.casefold()) for i, word in enumerate(words) if word is not None]
    if len(present) < 3 or not all(word in _YES or word in _NO for _, word in present):
        return None
    return [[i for i, word in present if word in _YES], [i for i, word in present if word not in _YES]]
