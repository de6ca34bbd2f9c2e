"""What can be wrong with what came in, and how it is said.

Everything a user can read about bad input stands in one table, `CATALOGUE`: the sentence, and what to do about it. Code
raises with `refuse(code, ...)` and reports with `notice(code, ...)`; tests compare with the same table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

__all__ = ["CATALOGUE", "Entry", "InputError", "Notice", "Place", "notice", "refuse"]

Severity = Literal["fixed", "warning", "question"]


class Place(NamedTuple):
    """Where in the file: physical line (or sheet row), counted from 1 with the header, and column name. Either may be None."""

    row: int | None = None
    column: str | None = None


class InputError(ValueError):
    """Bad input, in one clear sentence. The only exception that bad input can cause.

    It is a `ValueError`, as scikit-learn's contract asks of estimators.

    Parameters
    ----------
    code : str
        Stable name of the fault, a key of `CATALOGUE`.
    message : str
        What is wrong, in words.
    place : Place
        Where it is wrong.
    fix : str
        What to do about it.

    Examples
    --------
    >>> raise refuse("empty_file")
    Traceback (most recent call last):
    ...
    mac_core.errors.InputError: The file is empty. Export the table again and upload the new file.
    """

    def __init__(self, code: str, message: str, place: Place = Place(), fix: str = "") -> None:
        super().__init__(f"{message} {fix}".strip())
        self.code = code
        self.message = message
        self.place = place
        self.fix = fix

    def __reduce__(self) -> tuple[Any, ...]:
        # A fit's worker process hands its errors over pickled; the default would rebuild with one argument.
        return type(self), (self.code, self.message, self.place, self.fix)


@dataclass(frozen=True)
class Notice:
    """Something found in a table: what was done about it, or what should be decided."""

    code: str
    severity: Severity
    place: Place
    value: str | None
    message: str
    fix: str


class Entry(NamedTuple):
    """One fault of the catalogue; `{names}` are filled in where it is raised."""

    severity: Literal["refused", "fixed", "warning", "question"]
    message: str
    fix: str


CATALOGUE: dict[str, Entry] = {
    # The file
    "empty_file": Entry("refused", "The file is empty.", "Export the table again and upload the new file."),
    "no_rows": Entry("refused", "The file has a header but no patients.", "Export the table again, with its rows."),
    "too_few_rows": Entry("refused", "The table has {rows} rows; a study needs at least {needed}.", "Add more patients."),
    # Roles
    "no_target": Entry(
        "refused", "Neither a treatment nor an outcome column is chosen.", "Choose at least one of the two on the Data page."
    ),
}


def refuse(code: str, place: Place | None = None, **values: object) -> InputError:
    """Make the catalogue's error; the caller raises it."""
    entry = CATALOGUE[code]
    return InputError(code, entry.message.format(**values), place or Place(), entry.fix.format(**values))


def notice(code: str, place: Place | None = None, value: object = None, **values: object) -> Notice:
    """Make the catalogue's notice.

    Raises
    ------
    ValueError
        If the catalogue says that this fault is refused, not noticed.
    """
    entry = CATALOGUE[code]
    if entry.severity == "refused":
        raise ValueError(f"{code} is a fault that is refused; raise refuse({code!r}) instead")
    text = None if value is None else str(value)
    return Notice(code, entry.severity, place or Place(), text, entry.message.format(**values), entry.fix.format(**values))
