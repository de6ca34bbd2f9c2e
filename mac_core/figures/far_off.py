"""Who errs so much more than the rest that an axis that holds everybody would press the others together.

They stay in the picture: a mark at the edge with their number, and words; only the axis is made for the others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from mac_core.figures.wording import alike, join_words

__all__ = ["far_off", "say_far_off"]

_MOST = 1 / 3  # of all, at most so many
_TIMES = 2.0  # without them the others must have at least so many times the room


def far_off(values: pd.Series, low: pd.Series | None = None, high: pd.Series | None = None) -> pd.Series:
    """Find those at the far end of an axis without whom the others have at least twice the room; a third of all at most.

    Parameters
    ----------
    values : Series, shape (n,)
        Errors: further up is worse. A missing one is not far off.
    low, high : Series, shape (n,), optional
        Ends of their intervals; where missing, the value.

    Returns
    -------
    Series of bool, shape (n,)

    Examples
    --------
    >>> far_off(pd.Series([0.38, 0.39, 0.41, 0.42, 0.83])).tolist()
    [False, False, False, False, True]
    >>> far_off(pd.Series([0.38, 0.39, 0.41, 0.42, 0.45])).sum()
    np.int64(0)
    """
    known = values.astype(float)
    bottom = known if low is None else low.astype(float).fillna(known)
    top = known if high is None else high.astype(float).fillna(known)
    order = [name for name in known.sort_values(kind="stable").index if np.isfinite(known[name])]
    outside: list[Any] = []
    while True:
        inside = [name for name in order if name not in outside]
        room = _room(bottom, top, inside)
        for count in range(1, int(len(order) * _MOST) - len(outside) + 1):
            rest = inside[:-count]
            # Nobody whose mark lies among those of the others is far off.
            if room >= _TIMES * _room(bottom, top, rest) and known[inside[-count]] > top[rest].max():
                outside += inside[-count:]
                break
        else:
            return pd.Series([name in outside for name in values.index], index=values.index, dtype=bool)


def say_far_off(values: pd.Series, names: pd.Series, where: str) -> str:
    """Name who is not drawn to scale, each with the number; nothing if there is nobody.

    Examples
    --------
    >>> say_far_off(pd.Series([0.829]), pd.Series(["Naive Bayes"]), "to the right")
    ' Not to scale, far off to the right: Naive Bayes (0.829).'
    """
    if values.empty:
        return ""
    said = [f"{name} ({value})" for name, value in zip(names, alike(values), strict=True)]
    return f" Not to scale, far off {where}: {join_words(said)}."


def _room(bottom: pd.Series, top: pd.Series, names: list[Any]) -> float:
    return float(top[names].max() - bottom[names].min()) if names else 0.0
