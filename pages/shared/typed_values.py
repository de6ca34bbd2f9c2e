"""What was typed about a patient, kept in the server's memory for an hour, so that a refresh does not lose it.

In the address stands a random name alone, never a value; nothing is written to a disk, and a restart forgets everything.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Typed", "TypedValues"]

_SECONDS_KEPT = 3600.0
_MOST = 500


@dataclass(frozen=True)
class Typed:
    """One patient as typed: for which run, starting from which row of its table (None: from none), and the values."""

    run_id: str
    row: int | None
    values: Mapping[str, Any]


class TypedValues:
    """Keeps the last few hundred patients of every owner.

    Parameters
    ----------
    clock : callable
        Gives seconds.

    Examples
    --------
    >>> kept = TypedValues()
    >>> name = kept.keep("local", Typed("run", None, {"age": 62}))
    >>> kept.find("local", name).values["age"], kept.find("somebody else", name)
    (62, None)
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], tuple[float, Typed]] = OrderedDict()

    def keep(self, owner: str, typed: Typed, name: str | None = None) -> str:
        """Keep a patient, in place of the one of that name if it is still there, and give the name."""
        with self._lock:
            self._sweep()
            if name is None or self._kept.pop((owner, name), None) is None:
                name = secrets.token_hex(8)
            self._kept[owner, name] = (self._clock(), typed)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return name

    def find(self, owner: str, name: str | None) -> Typed | None:
        """Find a patient by name; None if there is none, or not any more."""
        with self._lock:
            self._sweep()
            found = self._kept.get((owner, name or ""))
        return None if found is None else found[1]

    def _sweep(self) -> None:
        # The oldest stands first.
        while self._kept and self._clock() - next(iter(self._kept.values()))[0] > _SECONDS_KEPT:
            self._kept.popitem(last=False)
