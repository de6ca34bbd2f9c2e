"""Why this prediction: how far each of a patient's values moves it away from the average patient's (Shapley contributions).

The values of the patient replace those of patients of the table, one after the other in random orders, each order also run
backwards. A contribution is the mean step that a value made. They add up, exactly, to the prediction minus the average of those
patients. They describe the model and name no causes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["Explanation", "explain_prediction"]

_ORDERS = 100  # each also backwards: 200 walks from a patient of the table to this one


@dataclass(frozen=True)
class Explanation:
    """One prediction taken apart.

    Attributes
    ----------
    prediction, average : float
        Of this patient, and the mean over the patients of the table that were compared with.
    contributions : Series, index factor
        In the prediction's unit, largest first in size; their sum is `prediction - average`.
    values : Series, index factor
        The patient's value of each factor; NaN where unknown, and for groups of several columns.
    members : mapping
        Factor to its columns.
    """

    prediction: float
    average: float
    contributions: pd.Series
    values: pd.Series
    members: Mapping[str, tuple[str, ...]]


def explain_prediction(
    predict: Callable[[pd.DataFrame], np.ndarray],
    patient: pd.DataFrame,
    background: pd.DataFrame,
    *,
    groups: Mapping[str, str] | None = None,
    orders: int = _ORDERS,
    seed: int = 0,
) -> Explanation:
    """Take one prediction apart by vectorised antithetic permutation sampling.

    Parameters
    ----------
    predict : callable
        DataFrame of patients to ndarray, shape (n,).
    patient : DataFrame, shape (1, p)
        Missing values allowed; "unknown" is a value like others.
    background : DataFrame, shape (n, p)
        The table's patients, same columns and dtypes; a sample of `orders` of them is drawn.
    groups : mapping, optional
        Column to group; the columns of a group are replaced together and have one contribution.
    orders : int
        Random orders; each is run forwards and backwards.
    seed : int

    Returns
    -------
    Explanation

    Notes
    -----
    All intermediate patients are predicted in one call: 2 * orders * (factors + 1) rows.

    References
    ----------
    Strumbelj E, Kononenko I. Explaining prediction models and individual predictions with feature contributions. Knowl Inf Syst
    41, 2014. Mitchell R and others. Sampling permutations for Shapley value estimation. JMLR 23, 2022.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [40.0, 60.0], "weight": [70.0, 90.0]})
    >>> line = lambda frame: (frame["age"] + 2 * frame["weight"]).to_numpy()
    >>> found = explain_prediction(line, pd.DataFrame({"age": [60.0], "weight": [70.0]}), table)
    >>> found.contributions.to_dict(), found.prediction - found.average
    ({'weight': -20.0, 'age': 10.0}, -10.0)
    """
    members = _members(list(patient.columns), groups or {})
    factors = list(members)
    random = np.random.default_rng(seed)
    walks = np.array([random.permutation(len(factors)) for _ in range(orders)], dtype=int).reshape(orders, len(factors))
    # As many whole passes over the table as fit, so that every patient of the sample counts alike.
    rows = np.concatenate([random.permutation(len(background)) for _ in range(-(-orders // max(len(background), 1)))])[:orders]
    walks, rows = np.concatenate([walks, walks[:, ::-1]]), np.concatenate([rows, rows])
    # taken[w, s, f]: after s steps of walk w, factor f has the patient's value.
    steps = np.argsort(walks, axis=1)
    taken = steps[:, None, :] < np.arange(len(factors) + 1)[None, :, None]
    asked = _mixed(patient, background, rows, taken, members)
    said = np.asarray(predict(asked), dtype=float).reshape(len(walks), len(factors) + 1)
    moves = np.diff(said, axis=1)
    contributions = np.take_along_axis(moves, steps, axis=1).mean(axis=0)
    # One and the same number from all walks, but for the last bits; so that the parts add up to the last of them too.
    prediction, average = float(said[:, -1].mean()), float(said[:, 0].mean())
    order = np.lexsort((np.arange(len(factors)), -np.abs(contributions)))
    index = pd.Index([factors[place] for place in order], name="factor")
    single = [patient[members[name][0]].iloc[0] if len(members[name]) == 1 else np.nan for name in index]
    return Explanation(
        prediction,
        average,
        pd.Series(contributions[order], index=index, name="contribution"),
        pd.Series(single, index=index, dtype=object, name="value"),
        members,
    )


def _members(columns: list[str], groups: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    members: dict[str, list[str]] = {}
    for column in columns:
        group = groups.get(column)
        # A group that is called like a column would swallow it.
        name = column if not group else f"{group} (group)" if group in columns else group
        members.setdefault(name, []).append(column)
    return {name: tuple(found) for name, found in members.items()}


def _mixed(
    patient: pd.DataFrame, background: pd.DataFrame, rows: np.ndarray, taken: np.ndarray, members: Mapping[str, tuple[str, ...]]
) -> pd.DataFrame:
    """Every intermediate patient, shape (walks * (factors + 1), p)."""
    positions = np.repeat(rows, taken.shape[1])
    flat = taken.reshape(len(positions), -1)
    mixed = {}
    for place, columns in enumerate(members.values()):
        own = flat[:, place]
        for column in columns:
            table = background[column]
            both = pd.concat([table, patient[column].astype(table.dtype)], ignore_index=True)
            mixed[column] = both.take(np.where(own, len(table), positions)).array
    return pd.DataFrame(mixed)[list(patient.columns)]
