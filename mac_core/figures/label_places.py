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
    x: np.ndarray,
    y: np.ndarray,
    labels: Sequence[str],
    *,
    widths: Sequence[float] = (250.0, 500.0, 800.0),
    height: float = 220.0,
) -> list[str]:
    """Choose a side of each mark for its label, on which it covers the fewest other marks and labels.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        As drawn (logarithms, where an axis has them).
    labels : sequence of str, shape (n,)
    widths : sequence of float
        Of the grounds that they may be spread over, in pixels: from a telephone's to a wide screen's. One place must do on all.
    height : float
        Of each of them.

    Returns
    -------
    list of str
        Plotly's `textposition` of each.

    Examples
    --------
    >>> place_labels(np.array([0.0, 0.05, 1.0]), np.array([0.0, 0.0, 1.0]), ["1", "2", "3"])
    ['middle left', 'middle right', 'middle right']
    """
    size = np.array([_MARK, _MARK])
    grounds = [np.column_stack([_spread(x) * width, _spread(y) * height]) for width in widths]
    taken: list[list[tuple[np.ndarray, np.ndarray]]] = [[(mark, size) for mark in marks] for marks in grounds]
    chosen = []
    for number, label in enumerate(labels):
        box = np.array([_LETTER * len(label), _LINE])
        away = {place: np.array(side) * (_GAP + box / 2) for place, side in _PLACES.items()}
        covered = {
            place: sum(
                _overlap(marks[number] + step, box, *other)
                for marks, boxes in zip(grounds, taken, strict=True)
                for i, other in enumerate(boxes)
                if i != number
            )
            for place, step in away.items()
        }
        # Of equally good places the first.
        best = min(covered, key=covered.__getitem__)
        chosen.append(best)
        for marks, boxes in zip(grounds, taken, strict=True):
            boxes.append((marks[number] + away[best], box))
    return chosen


def _spread(values: np.ndarray) -> np.ndarray:
    span = float(values.max() - values.min()) if len(values) else 0.0
    return (values - values.min()) / span if span else np.full(len(values), 0.5)


def _overlap(middle: np.ndarray, box: np.ndarray, other: np.ndarray, size: np.ndarray) -> float:
    sides = (box + size) / 2 - np.abs(middle - other)
    return float(np.prod(np.clip(sides, 0, None)))
