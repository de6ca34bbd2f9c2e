"""Columns that are the sum of others, or always add up to the same total: one of them tells nothing new."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core.errors import Notice, Place, notice

__all__ = ["find_sums"]

_LOOKED_AT = 2_000
# One factorisation costs rows times the square of the columns.
_MOST_COLUMNS = 200
_FEWEST_ROWS = 20
_EXACT = 1e-8
_MOST_NAMED = 6


def find_sums(numbers: pd.DataFrame) -> tuple[Notice, ...]:
    """Find the columns that are the sum (or difference) of two or more others, and those that add up to a constant.

    Parameters
    ----------
    numbers : DataFrame of float, shape (n, p)
        Rows with a gap are passed over; columns with a gap in more than half of the rows too.

    Notes
    -----
    One QR factorisation with the constant first: a column that the ones before it span leaves nothing on the diagonal; only
    weights of 1 and -1 make a sum.

    Examples
    --------
    >>> draws = np.random.default_rng(0).integers(0, 9, (40, 3)).astype(float)
    >>> table = pd.DataFrame(draws, columns=["memory", "speech", "age"]).assign(total=lambda t: t["memory"] + t["speech"])
    >>> [found.message for found in find_sums(table)]
    ['total always is the sum of memory and speech.']
    """
    numbers = numbers.loc[:, numbers.isna().mean() <= 0.5].iloc[:_LOOKED_AT].dropna()
    numbers = numbers.loc[:, numbers.nunique() > 1]
    if numbers.shape[1] < 3 or numbers.shape[1] > _MOST_COLUMNS or len(numbers) < max(_FEWEST_ROWS, 2 * numbers.shape[1]):
        return ()
    names = [str(name) for name in numbers.columns]
    values = numbers.to_numpy(dtype=float)
    scale = np.abs(values).max(axis=0)
    design = np.column_stack([np.ones(len(values)), values / scale])
    triangle = np.linalg.qr(design, mode="r")
    length = np.linalg.norm(design, axis=0)
    free = np.abs(np.diag(triangle)) > _EXACT * length
    found = []
    for position in np.flatnonzero(~free):
        before = [i for i in range(position) if free[i]]
        weights = np.linalg.lstsq(design[:, before], design[:, position], rcond=None)[0]
        constant = float(weights[0] * scale[position - 1])
        parts = [
            (names[i - 1], float(w * scale[position - 1] / scale[i - 1])) for i, w in zip(before[1:], weights[1:], strict=True)
        ]
        parts = [(name, weight) for name, weight in parts if abs(weight) > 1e-6]
        if len(parts) < 2 or any(abs(abs(weight) - 1) > 1e-6 for _, weight in parts):
            continue
        found.append(_say(names[position - 1], parts, constant, float(scale[position - 1])))
    return tuple(notice for notice in found if notice is not None)


def _say(name: str, parts: list[tuple[str, float]], constant: float, scale: float) -> Notice | None:
    if abs(constant) <= 1e-6 * scale:
        # A difference is the sum of the other way round: total - memory = speech.
        negative = [part for part, weight in parts if weight < 0]
        positive = [part for part, weight in parts if weight > 0]
        if not negative:
            return notice("sum_of_columns", Place(None, name), column=name, others=_listed(positive))
        if len(positive) == 1:
            return notice("sum_of_columns", Place(None, positive[0]), column=positive[0], others=_listed([*negative, name]))
        return None
    if all(weight < 0 for _, weight in parts):
        together = _listed([*(part for part, _ in parts), name])
        return notice("fixed_sum", Place(None, name), columns=together, total=f"{constant:.6g}")
    return None


def _listed(names: list[str]) -> str:
    if len(names) > _MOST_NAMED:
        return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more"
    return f"{', '.join(names[:-1])} and {names[-1]}"
