"""A table of patients after reading: typed values, and everything that was noticed on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mac_core.data.schema import Schema
from mac_core.errors import Notice

__all__ = ["PatientTable"]


@dataclass(frozen=True)
class PatientTable:
    """What `read_table` returns.

    Attributes
    ----------
    frame : DataFrame
        Typed: numbers as float64, everything else as `str` (missing is NaN), dates as datetime64; a plain 0..n-1 index.
    lines : ndarray of int, shape (n,)
        The physical line (or sheet row) of each row of `frame` in the file, 1-based with the header counted.
    notices : tuple of Notice
        Worst first: questions, warnings, then what was fixed.
    schema : Schema
        One entry per column of `frame`.
    name : str
        The file's name, for the reader's eye only; never a path.
    sha256 : str
        Of the uploaded bytes.
    answers : dict
        The answers to questions that were replayed.
    """

    frame: pd.DataFrame
    lines: np.ndarray
    notices: tuple[Notice, ...]
    schema: Schema
    name: str
    sha256: str
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def questions(self) -> tuple[Notice, ...]:
        """The notices that ask for a decision."""
        return tuple(notice for notice in self.notices if notice.severity == "question")
