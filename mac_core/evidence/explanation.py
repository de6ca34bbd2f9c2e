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

__all__ = ["Explanation", "explain_outputs", "explain_prediction", "in_groups", "minus"]

_ORDERS = 100  # each also backwards: 200 walks from a patient of the table to this one
_FEWEST = 6


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
    spread: np.ndarray | None = None,
    most_rows: int | None = None,
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
    spread : ndarray, shape (n,), optional
        What is roughly predicted for the table's patients: the sample then takes low, middle and high ones evenly, so that its
        average is close to the table's. NaN where not known.
    most_rows : int, optional
        How many patients may be predicted: with many columns fewer orders are run, six at least.
    orders : int
        Random orders; each is run forwards and backwards.
    seed : int

    Returns
    -------
    Explanation

    Notes
    -----
    All intermediate patients are predicted in one call: at most 2 * orders * (columns + 1) rows; those that are the same only
    once.

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
    (found,) = explain_outputs(
        lambda frame: np.asarray(predict(frame), dtype=float)[:, None],
        patient,
        background,
        spread=spread,
        most_rows=most_rows,
        orders=orders,
        seed=seed,
    )
    return found


def explain_outputs(
    predict: Callable[[pd.DataFrame], np.ndarray],
    patient: pd.DataFrame,
    background: pd.DataFrame,
    *,
    spread: np.ndarray | None = None,
    most_rows: int | None = None,
    orders: int = _ORDERS,
    seed: int = 0,
) -> tuple[Explanation, ...]:
    """Take several predictions of one patient apart at once, on the same walks; parameters as in `explain_prediction`.

    Parameters
    ----------
    predict : callable
        DataFrame of patients to ndarray, shape (n, k).

    Returns
    -------
    tuple of Explanation, length k
        Their differences (`minus`) explain the differences of the predictions, and add up as exactly.
    """
    factors = [str(name) for name in patient.columns]
    if most_rows is not None:
        orders = min(orders, max(_FEWEST, most_rows // (2 * (len(factors) + 1))))
    random = np.random.default_rng(seed)
    walks = np.array([random.permutation(len(factors)) for _ in range(orders)], dtype=int).reshape(orders, len(factors))
    rows = _sample(len(background), orders, spread, random)
    walks, rows = np.concatenate([walks, walks[:, ::-1]]), np.concatenate([rows, rows])
    # taken[w, s, f]: after s steps of walk w, factor f has the patient's value.
    steps = np.argsort(walks, axis=1)
    taken = steps[:, None, :] < np.arange(len(factors) + 1)[None, :, None]
    asked, which = _mixed(patient, background, rows, taken)
    said = np.asarray(predict(asked), dtype=float)[which].reshape(len(walks), len(factors) + 1, -1)
    moves = np.diff(said, axis=1)
    contributions = np.take_along_axis(moves, steps[:, :, None], axis=1).mean(axis=0)
    # One and the same number from all walks, but for the last bits; so that the parts add up to the last of them too.
    predictions, averages = said[:, -1].mean(axis=0), said[:, 0].mean(axis=0)
    values = pd.Series(
        [patient[name].iloc[0] for name in patient.columns], index=pd.Index(factors, name="factor"), dtype=object
    )
    members = {name: (name,) for name in factors}
    return tuple(
        _made(float(prediction), float(average), pd.Series(parts, index=values.index), values, members)
        for prediction, average, parts in zip(predictions, averages, contributions.T, strict=True)
    )


def minus(one: Explanation, other: Explanation) -> Explanation:
    """Explain the difference of two predictions that `explain_outputs` took apart together.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [40.0, 60.0]})
    >>> two = lambda frame: np.column_stack([3 * frame["age"], frame["age"]])
    >>> first, second = explain_outputs(two, pd.DataFrame({"age": [60.0]}), table)
    >>> minus(first, second).contributions.to_dict(), minus(first, second).average
    ({'age': 20.0}, 100.0)
    """
    parts = one.contributions - other.contributions.reindex(one.contributions.index)
    prediction, average = one.prediction - other.prediction, one.average - other.average
    return _made(prediction, average, parts.reindex(list(one.members)), one.values.reindex(list(one.members)), one.members)


def in_groups(explanation: Explanation, groups: Mapping[str, str]) -> Explanation:
    """Add up the contributions of the columns of each group; a column without a group stands for itself.

    Parameters
    ----------
    explanation : Explanation
        With a factor per column.
    groups : mapping
        Column to group.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [40.0, 60.0], "weight": [70.0, 90.0]})
    >>> line = lambda frame: (frame["age"] + 2 * frame["weight"]).to_numpy()
    >>> found = explain_prediction(line, pd.DataFrame({"age": [60.0], "weight": [70.0]}), table)
    >>> in_groups(found, {"age": "body", "weight": "body"}).contributions.to_dict()
    {'body': -10.0}
    """
    members = _members(list(explanation.members), groups)
    parts = pd.Series({name: float(explanation.contributions[list(columns)].sum()) for name, columns in members.items()})
    alone = {name: explanation.values[columns[0]] if len(columns) == 1 else np.nan for name, columns in members.items()}
    values = pd.Series(alone, dtype=object)
    return _made(explanation.prediction, explanation.average, parts, values, members)


def _sample(count: int, orders: int, spread: np.ndarray | None, random: np.random.Generator) -> np.ndarray:
    """Positions in the table, shape (orders,)."""
    if spread is not None and np.isfinite(spread).any() and count > orders:
        known = np.flatnonzero(np.isfinite(spread))
        ranked = known[np.argsort(np.asarray(spread)[known], kind="stable")]
        return random.permutation(ranked[((np.arange(orders) + 0.5) / orders * len(ranked)).astype(int)])
    # As many whole passes over the table as fit, so that every patient of the sample counts alike.
    return np.concatenate([random.permutation(count) for _ in range(-(-orders // max(count, 1)))])[:orders]


def _made(
    prediction: float, average: float, parts: pd.Series, values: pd.Series, members: Mapping[str, tuple[str, ...]]
) -> Explanation:
    """The largest contribution first; of two that are equal, the one that stands first."""
    order = np.lexsort((np.arange(len(parts)), -np.abs(parts.to_numpy(dtype=float))))
    index = parts.index[order].rename("factor")
    return Explanation(
        prediction,
        average,
        parts.iloc[order].set_axis(index).rename("contribution"),
        values.iloc[order].set_axis(index).rename("value"),
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
    patient: pd.DataFrame, background: pd.DataFrame, rows: np.ndarray, taken: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray]:
    """Every intermediate patient once, and which of them stands after each step, shape (walks * (factors + 1),)."""
    positions = np.repeat(rows, taken.shape[1])
    flat = taken.reshape(len(positions), -1)
    both = {
        name: pd.concat([background[name], patient[name].astype(background[name].dtype)], ignore_index=True)
        for name in patient.columns
    }
    # A step that puts the same value in its place makes no new patient.
    alike = np.column_stack([pd.factorize(values, use_na_sentinel=True)[0] for values in both.values()])
    differs = alike[:-1] != alike[-1]
    kind = np.packbits(flat & differs[positions], axis=1)
    same = np.column_stack([positions.astype("<u4").view(np.uint8).reshape(-1, 4), kind])
    # Those with nothing of their own patient left are the patient, whoever they were before.
    same[(flat | ~differs[positions]).all(axis=1)] = 255
    keys = np.ascontiguousarray(same).view(f"V{same.shape[1]}").ravel()
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    own = flat[first]
    mixed = {
        name: values.take(np.where(own[:, place], len(values) - 1, positions[first])).array
        for place, (name, values) in enumerate(both.items())
    }
    return pd.DataFrame(mixed), which
