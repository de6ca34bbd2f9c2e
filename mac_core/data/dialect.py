"""Which character separates the columns of a text file."""

from __future__ import annotations

import csv
import re
from collections import Counter
from io import StringIO
from typing import Any

__all__ = ["DELIMITER_NAMES", "find_delimiter", "records"]

DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_SAMPLE = 64 * 1024
_DECIMAL = re.compile(r"[+-]?\d+,\d+")
_OTHERS = {delimiter: re.compile("[" + "".join(set(";\t|,") - {delimiter}) + "]") for delimiter in DELIMITER_NAMES}


def records(text: str, delimiter: str, *, strict: bool = False) -> Any:
    r"""Read CSV records from text; `line_num` of the result is the physical line that was read last.

    Examples
    --------
    >>> list(records('age;note\n40;"a;b"\n', ";"))
    [['age', 'note'], ['40', 'a;b']]
    """
    return csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=strict)


def find_delimiter(text: str) -> str | None:
    r"""Find the character that cuts the file's first lines into equally many cells of which none could be cut again.

    Returns None when no character separates anything.

    Examples
    --------
    >>> find_delimiter("age;weight\n40;81,5\n52;70,0\n")
    ';'
    """
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        # Not half a line, which would count as one with too few cells.
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    scores = {delimiter: _score(sample, delimiter) for delimiter in DELIMITER_NAMES}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 0 else None


def _score(sample: str, delimiter: str) -> float:
    if delimiter not in sample:
        return 0.0
    rows = []
    try:
        for row in records(sample, delimiter):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) >= 300:
                break
    except csv.Error:
        return 0.0
    widths = Counter(len(row) for row in rows)
    # Titles and remarks have one cell; the most frequent wider record is the table.
    width = max((w for w in widths if w > 1), key=lambda w: (widths[w], w), default=1)
    if width < 2:
        return 0.0
    regular = widths[width] / len(rows)
    cells = [cell for row in rows if len(row) == width for cell in row]
    cut_again = sum(bool(_OTHERS[delimiter].search(cell)) and not _DECIMAL.fullmatch(cell.strip()) for cell in cells)
    return regular * (width - 1) / width * (1 - cut_again / len(cells))
