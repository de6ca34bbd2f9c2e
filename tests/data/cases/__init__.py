"""Bad input of every kind, a small file each, with what must come of it.

A case is one row of the tables in this folder: its number in the catalogue of bad input that this project was specified with,
the file's bytes, the class of the answer and its code. Classes: R refused with a message, F fixed and said, W accepted with a
warning, Q asked (nothing is blocked until the answer), S accepted in silence. Where the answer is of another class than was
asked for, `instead` says why: `ASKED_FOR` holds those.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mac_core.data.roles import Roles

ROWS = 40

# The classes that were asked for, by number; several letters: any of them, as the case may be.
_ASKED_FOR = (
    "R R R RF R R R QW RQ R F F S FR S F QF Q Q Q Q RF R WR Q S F RQ Q Q F S SF FQ FW F W RF SW S S Q Q Q Q F FQ Q WR QW W "
    "Q FQ WQ Q F S FW QW R R RQ W FW Q W R Q FQ Q W W W R RQ W S RS R W RW WQ RS W W SW RQ"
)
ASKED_FOR = dict(enumerate(_ASKED_FOR.split(), start=1))


@dataclass(frozen=True)
class Case:
    """`code` is the expected one; None with S: nothing at all is said. `roles` asks for the cohort of a study, too."""

    number: int
    what: str
    content: bytes | Callable[[], bytes]
    answer: str
    code: str | None
    roles: Roles | None = None
    name: str | None = None
    instead: str = ""

    @property
    def bytes(self) -> bytes:
        return self.content() if callable(self.content) else self.content

    def __str__(self) -> str:
        return f"{self.number:02} {self.what}"


def age(i: int) -> object:
    return 40 + i * 7 % 31


def arm(i: int) -> object:
    return "AB"[i % 2]


def died(i: int) -> object:
    return int(i * 5 % 7 < 3)


def csv(rows: int = ROWS, separator: str = ",", **columns: Callable[[int], object]) -> bytes:
    """Write a table of an age, the columns given, a treatment and an outcome; `a__b` becomes the name "a b"."""
    made = {"age": age, **columns, "arm": arm, "died": died}
    made = {name: make for name, make in made.items() if make is not None}
    lines = [separator.join(name.replace("__", " ") for name in made)]
    lines += [separator.join(str(make(i)) for make in made.values()) for i in range(rows)]
    return ("\n".join(lines) + "\n").encode()


def column(*cells: object) -> Callable[[int], object]:
    """Give the cells one after the other, and the last one again."""
    return lambda i: cells[min(i, len(cells) - 1)]


def numbers_but(**cells: object) -> Callable[[int], object]:
    """Give different numbers, but in the rows that are named: `r3="<5"`."""
    return lambda i: cells.get(f"r{i}", f"{50 + i * 3 % 37}.5")


BOTH = Roles(treatment="arm", outcome="died")
OUTCOME = Roles(outcome="died")
