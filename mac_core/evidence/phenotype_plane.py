"""Groups of similar patients (phenotypes) laid flat: where each patient lies, and what sets the groups apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core.data.encoding import fit_encoder, read_codebook

__all__ = ["describe_phenotypes", "lay_flat", "members_of"]

_MOST_DRAWN = 1500
_MOST_FITTED = 20_000
_NAMED = 3


def members_of(splits: pd.DataFrame) -> np.ndarray:
    """Find each patient's group when every subtask is a group of its own.

    Parameters
    ----------
    splits : DataFrame, shape (n, subtasks)
        Of the words "trained", "tested", "unused".

    Returns
    -------
    ndarray of int, shape (n,)
        Position of the one subtask in which the patient stands; -1 for none.

    Examples
    --------
    >>> members_of(pd.DataFrame({0: ["trained", "unused", "unused"], 1: ["unused", "tested", "unused"]})).tolist()
    [0, 1, -1]
    """
    group = np.full(len(splits), -1)
    for position in range(splits.shape[1]):
        group[(splits.iloc[:, position] != "unused").to_numpy()] = position
    return group


def lay_flat(X: pd.DataFrame, group: np.ndarray, *, seed: int = 0) -> pd.DataFrame:
    """Project patients on the two directions in which they differ most (principal components of the encoded table).

    Parameters
    ----------
    X : DataFrame, shape (n, p)
        Predictors.
    group : ndarray of int, shape (n,)
        Patients with -1 are left out.
    seed : int
        Of the sample: at most 1,500 patients are drawn.

    Returns
    -------
    DataFrame, one row per drawn patient
        row (position in `X`), group, x, y (standard deviations of the encoded columns), share_x, share_y (of all variation, 0
        to 1, the same in every row).
    """
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(group >= 0)
    fitted = np.sort(rng.choice(rows, min(len(rows), _MOST_FITTED), replace=False))
    book = read_codebook(X)
    codes = book.codes(X.iloc[fitted])
    encoded = fit_encoder(codes, book).encode(codes, "scaled")
    centred = encoded - encoded.mean(axis=0)
    values, directions = np.linalg.eigh(centred.T @ centred / len(centred))
    values, directions = np.maximum(values[::-1], 0.0), directions[:, ::-1][:, :2]
    # A direction and its opposite are the same: the largest entry points up, so that every machine draws the same picture.
    directions = directions * np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(directions.shape[1])])
    flat = np.zeros((len(centred), 2))
    flat[:, : directions.shape[1]] = centred @ directions
    shares = np.zeros(2)
    shares[: min(2, len(values))] = values[:2] / max(values.sum(), 1e-300)
    drawn = np.sort(rng.choice(len(fitted), min(len(fitted), _MOST_DRAWN), replace=False))
    return pd.DataFrame(
        {
            "row": fitted[drawn],
            "group": group[fitted[drawn]],
            "x": flat[drawn, 0],
            "y": flat[drawn, 1],
            "share_x": shares[0],
            "share_y": shares[1],
        }
    )


def describe_phenotypes(X: pd.DataFrame, group: np.ndarray) -> pd.DataFrame:
    """Name the columns in which each group differs most from all other patients.

    Returns
    -------
    DataFrame, three rows per group
        group, n, column, level ("" for numbers, whose means are compared; else the level whose shares are), here, elsewhere,
        distance (in standard deviations, signed).

    Examples
    --------
    >>> X = pd.DataFrame({"age": [30.0, 31.0, 70.0, 71.0], "sex": ["f", "m", "f", "m"]})
    >>> described = describe_phenotypes(X, np.array([0, 0, 1, 1]))
    >>> described.loc[0, "column"], float(described.loc[0, "here"]), float(described.loc[0, "elsewhere"])
    ('age', 30.5, 70.5)
    """
    wide: dict[tuple[str, str], np.ndarray] = {}
    for name in X.columns:
        column = X[name]
        if pd.api.types.is_numeric_dtype(column):
            wide[(str(name), "")] = column.to_numpy(dtype=float)
        else:
            gap = column.isna().to_numpy()
            for level in column.value_counts().index[:10]:
                wide[(str(name), str(level))] = np.where(gap, np.nan, (column == level).to_numpy(dtype=float))
    rows = []
    for number in np.unique(group[group >= 0]):
        inside, found = group == number, []
        outside = (group >= 0) & ~inside
        for (name, level), values in wide.items():
            known = np.isfinite(values)
            if not (known & inside).any() or not (known & outside).any():
                continue
            here, elsewhere, spread = values[known & inside].mean(), values[known & outside].mean(), values[known].std()
            distance = (here - elsewhere) / spread if spread > 1e-12 * max(1.0, abs(here)) else 0.0
            found.append((abs(distance), name, level, here, elsewhere, distance))
        # One line per column: of a category the level that differs most.
        best: dict[str, tuple[float, str, str, float, float, float]] = {}
        for one in found:
            if one[1] not in best or one[0] > best[one[1]][0]:
                best[one[1]] = one
        for one in sorted(best.values(), key=lambda entry: -entry[0])[:_NAMED]:
            rows.append((int(number), int(inside.sum()), *one[1:]))
    return pd.DataFrame(rows, columns=["group", "n", "column", "level", "here", "elsewhere", "distance"])
