"""Whether the difference between the arms differs from patient to patient by more than chance."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["NOT_TESTED", "Heterogeneity"]


class Heterogeneity(NamedTuple):
    """The answer of the test that would open individual advice.

    Attributes
    ----------
    p : float
        NaN when it was not tested.
    supported : bool
        Whether the data support differences that depend on the patient. Individual advice needs it.
    reason : str
        Why, as a sentence.

    Examples
    --------
    >>> NOT_TESTED.supported
    False
    """

    p: float
    supported: bool
    reason: str


NOT_TESTED = Heterogeneity(
    float("nan"),
    False,
    "Whether the difference between the arms depends on the patient is not tested in this version, "
    "so the verdict rests on the averages and is the same for everybody.",
)
