"""What can be wrong with what came in: how it is raised and reported.

Everything a user can read about it stands in one table, `mac_core.catalogue.CATALOGUE`: the sentence, and what to do about it.
Code raises with `refuse(code, ...)` and reports with `notice(code, ...)`; tests compare with the same table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from mac_core.catalogue import CATALOGUE, Severity

__all__ = ["CATALOGUE", "InputError", "Notice", "Place", "notice", "refuse"]


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
    place : Place, optional
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

    def __init__(self, code: str, message: str, place: Place | None = None, fix: str = "") -> None:
        super().__init__(f"{message} {fix}".strip())
        self.code = code
        self.message = message
        self.place = place or Place()
        self.fix = fix

    def __reduce__(self) -> tuple[Any, ...]:
        # A fit's worker process hands its errors over pickled; the default would rebuild with one argument.
        return type(self), (self.code, self.message, self.place, self.fix)


@dataclass(frozen=True)
class Notice:
    """Something found in a table: what was done about it, or what should be decided.

    `choices` are possible answers, where they differ from table to table (the names of a workbook's sheets).
    """

    code: str
    severity: Severity
    place: Place
    value: str | None
    message: str
    fix: str
    choices: tuple[str, ...] = ()


def refuse(code: str, place: Place | None = None, **values: object) -> InputError:
    """Make the catalogue's error; the caller raises it.

    Parameters
    ----------
    code : str
        A key of `CATALOGUE` whose severity is "refused".
    place : Place, optional
    values
        What the sentence names.

    Examples
    --------
    >>> refuse("too_large", limit=500).message
    'The file is larger than the 500 MB that can be read.'
    """
    message, fix = CATALOGUE[code].fill(**values)
    return InputError(code, message, place or Place(), fix)


def notice(
    code: str, place: Place | None = None, value: object = None, *, choices: tuple[str, ...] = (), **values: object
) -> Notice:
    """Make the catalogue's notice.

    Parameters
    ----------
    code : str
        A key of `CATALOGUE`.
    place : Place, optional
    value : optional
        The cell in question, which the sentence can name as `{value}`.
    choices : tuple of str
        Possible answers, where they differ from table to table.
    values
        What else the sentence names.

    Raises
    ------
    ValueError
        If the catalogue says that this fault is refused, not noticed.

    Examples
    --------
    >>> notice("separator", separator="semicolons").severity
    'fixed'
    """
    entry = CATALOGUE[code]
    if entry.severity == "refused":
        raise ValueError(f"{code} is a fault that is refused; raise refuse({code!r}) instead")
    text = None if value is None else str(value)
    message, fix = entry.fill(**{"value": text, **values})
    return Notice(code, entry.severity, place or Place(), text, message, fix, choices)
