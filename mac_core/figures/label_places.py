"""Where the label of each mark goes, so that marks which lie close together can still be told apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["place_labels"]

_MARK, _LETTER, _LINE, _GAP = 11.0, 7.0, 12.0, 8.0  # pixels
_PLACES = {
    "middle right": (1, 0),
    "middle left": (-1, 0),
    "top center": (0, 1),
    "bottom center": (0, -1),
    "top right": (1, 1),
    "top left": (-1, 1),
    "bottom right": (1, -1),
    "bottom left": (-1, -1),
}


def place_labels(
    x: np.ndarray, y: np.ndarray, labels: Sequence[str], *, width: float = 250.0, height: float = 220.0
) -> list[str]:
    """Choose a side of each mark for its label, on which it covers the fewest other marks and labels.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        As drawn (logarithms, where an axis has them).
    labels : sequence of str, shape (n,)
    width, height : float
        Of the ground that they are spread over, in pixels; as on a telephone, for a wider screen only draws them apart.

    Returns
    -------
    list of str
        Plotly's `textposition` of each.

    Examples
    --------
    >>> place_labels(np.array([0.0, 0.05, 1.0]), np.array([0.0, 0.0, 1.0]), ["1", "2", "3"])
    ['middle left', 'middle right', 'middle right']
    """
    marks = np.column_stack([_spread(x) * width, _spread(y) * height])
    size = np.array([_MARK, _MARK])
    boxes: list[tuple[np.ndarray, np.ndarray]] = [(mark, size) for mark in marks]
    chosen = []
    for number, (mark, label) in enumerate(zip(marks, labels, strict=True)):
        box = np.array([_LETTER * len(label), _LINE])

        def covered(place: str, mark: np.ndarray = mark, box: np.ndarray = box, number: int = number) -> float:
            middle = mark + np.array(_PLACES[place]) * (_GAP + box / 2)
            return sum(_overlap(middle, box, *other) for i, other in enumerate(boxes) if i != number)

        # Of equally good places the first.
        best = min(_PLACES, key=covered)
        chosen.append(best)
        boxes.append((mark + np.array(_PLACES[best]) * (_GAP + box / 2), box))
    return chosen


def _spread(values: np.ndarray) -> np.ndarray:
    span = float(values.max() - values.min()) if len(values) else 0.0
    return (values - values.min()) / span if span else np.full(len(values), 0.5)


def _overlap(middle: np.ndarray, box: np.ndarray, other: np.ndarray, size: np.ndarray) -> float:
    sides = (box + size) / 2 - np.abs(middle - other)
    return float(np.prod(np.clip(sides, 0, None)))
